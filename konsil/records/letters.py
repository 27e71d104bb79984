"""The e-mails to providers: who asks, and how to check it. Nothing about the patient or health."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from konsil.core.mail import send
from konsil.core.prose.letter import day
from konsil.records.models import RecordRequest


def link_to(token: str) -> str:
    """The address that goes out."""
    return settings.PUBLIC_URL + reverse("records_out:link", args=[token])


def send_link(request: RecordRequest, *, token: str, until: datetime) -> None:
    """“A patient asks you to send records”: the link and the number to verify it by."""
    words = render_to_string(
        "mail/records_asked.txt",
        {
            "hospital": request.case.tenant,
            "number": request.case.number,
            "link": link_to(token),
            "until": day(timezone.localtime(until).date()),
        },
    )
    key = f"{request.tenant_id.hex}.{request.pk.hex}"  # so that a returned letter is known
    to = request.holder.email
    send(to=to, subject="A patient asks you to send records", body=words, key=key)


def send_stop(request: RecordRequest) -> None:
    """The permission is withdrawn."""
    words = render_to_string(
        "mail/records_stop.txt",
        {"hospital": request.case.tenant, "number": request.case.number},
    )
    send(to=request.holder.email, subject="A permission was withdrawn", body=words)
