"""The narrower parts at Rosa's case, and the desks of the hospital that have no seat at any."""

from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from konsil.cases.doorway import SESSION_PASS
from konsil.people.actors import SYSTEM
from konsil.people.models import Pass
from konsil.people.roles import Role
from tests.cast import user
from tests.rich import Rich

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LATER = datetime(2040, 1, 1, tzinfo=UTC)


def seat_them(rich: Rich) -> dict[str, Client]:
    """Everybody of the table NARROW (tests/matrix_narrow.py) at their own computer.

    “proxy” is Rosa's son, “coll” a colleague whom Dr. Okoye asked, “treat” holds the link of her
    own doctor; Pia is privacy officer, Ira the hospital's IT, Ivo its administrator; “glass” is
    another privacy officer, with emergency access.
    """
    case, place, now = rich.case, rich.cast.northgate, timezone.now()
    people: dict[str, Any] = {
        "proxy": user("Leo Marin"),
        "coll": user("Ines Moreau", (place, Role.REVIEWER)),
        "pia": user("Pia Voss", (place, Role.PRIVACY)),
        "ira": user("Ira Cole", (place, Role.IT)),
        "ivo": user("Ivo Stein", (place, Role.ADMIN)),
        "glass": user("Rut Sand", (place, Role.PRIVACY)),
    }
    for name, role in (("proxy", Role.PROXY), ("coll", Role.COLLEAGUE), ("glass", Role.PRIVACY)):
        case.seat(role, by=SYSTEM, at=now, quietly=True, user=people[name])
    held, _token = Pass.issue(tenant=place, label="Dr. Hanna Weiss", expires_at=LATER)
    case.seat(Role.TREATING, by=SYSTEM, at=now, quietly=True, held=held)
    found = {}
    for name, who in people.items():
        found[name] = Client()
        found[name].force_login(who, backend=BACKEND)
    found["treat"] = Client()
    found["treat"].get("/account/login/")
    session = found["treat"].session
    session[SESSION_PASS] = str(held.pk)
    session.save()
    found["treat"].cookies[_cookie()] = session.session_key
    return found


def _cookie() -> str:
    from django.conf import settings

    name: str = settings.SESSION_COOKIE_NAME
    return name
