"""The one letter of this room: the link to go on with a request. It says nothing about health."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from konsil.cases.models import Case
from konsil.core.mail import send


def send_go_on(*, to: str, token: str, until: datetime, case: Case) -> None:
    """Mail the link. No name is greeted: whoever began the request may have made one up."""
    local = timezone.localtime(until)
    words = render_to_string(
        "mail/go_on.txt",
        {
            "hospital": case.tenant,
            "link": settings.PUBLIC_URL + reverse("intake_out:continue", args=[token]),
            "until": f"{local:%B} {local.day}, {local.year}",
        },
    )
    send(to=to, subject=_("Go on with your request"), body=words)


def masked(email: str) -> str:
    """Enough of an address to know it by, not enough to learn it: ro…@example.org."""
    name, at, host = email.partition("@")
    return f"{name[:2] if len(name) > 2 else name[:1]}…{at}{host}"
