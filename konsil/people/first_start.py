"""The first start in production: one administrator by a one-time link, and no other account."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from konsil.people.models import Institution, Pass, User

LASTS = timedelta(hours=24)
LABEL = "first administrator"


def first_administrator_link() -> str | None:
    """The one-time link, printed once; None when somebody is there already.

    The hospital is made with it, since every pass belongs to one; its name is set by the
    administrator.
    """
    if User.objects.exists():
        return None
    hospital = Institution.objects.filter(parent=None).first() or Institution.objects.create(
        name="Our hospital"
    )
    now = timezone.now()
    Pass.objects.filter(tenant=hospital, label=LABEL, revoked_at=None).update(revoked_at=now)
    _held, token = Pass.issue(tenant=hospital, label=LABEL, expires_at=now + LASTS)
    return f"{settings.PUBLIC_URL}/begin/{token}/"
