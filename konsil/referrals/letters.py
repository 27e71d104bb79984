"""The letters of a referral: links for the patient and for doctors. None speaks of health."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from konsil.cases.models import Case
from konsil.core.mail import send
from konsil.people.models import Institution


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


def send_treating(*, to: str, token: str, until: datetime, case: Case) -> None:
    """Mail the treating physician's link. The patient is not named in it."""
    local = timezone.localtime(until)
    words = render_to_string(
        "mail/treating.txt",
        {
            "hospital": case.tenant,
            "link": settings.PUBLIC_URL + reverse("referrals_out:doctor", args=[token]),
            "until": f"{local:%B} {local.day}, {local.year}",
        },
    )
    send(to=to, subject=_("A patient of yours has asked us for an opinion"), body=words)


def send_doctor(*, to: str, token: str, hospital: Institution) -> None:
    """Mail the doctor who began a referral: prove the mailbox, and see where it stands."""
    words = render_to_string(
        "mail/doctor.txt",
        {
            "hospital": hospital,
            "link": settings.PUBLIC_URL + reverse("referrals_out:doctor", args=[token]),
        },
    )
    send(to=to, subject=_("Your referral to us"), body=words)
