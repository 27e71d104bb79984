"""The letter to a referred patient: her link to confirm. It says nothing about health."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from konsil.cases.models import Case
from konsil.core.mail import send


def send_link(*, to: str, token: str, until: datetime, case: Case) -> None:
    """Mail the link. The clinic is not named: its name can tell an illness."""
    local = timezone.localtime(until)
    words = render_to_string(
        "mail/referred.txt",
        {
            "hospital": case.tenant,
            "link": settings.PUBLIC_URL + reverse("intake_out:continue", args=[token]),
            "until": f"{local:%B} {local.day}, {local.year}",
        },
    )
    send(to=to, subject="Look at the request that was made for you", body=words)
