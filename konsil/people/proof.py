"""What a session has proved, and who needs a second proof (F1.4, trust.md B1).

django-allauth keeps in the session by which methods somebody proved who she is, and when; the
second factor's method is "mfa", be it an app's code, a key or a recovery code.
"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.http import HttpRequest

from konsil.people.models import User

SECOND = "mfa"


def needs_second(user: User) -> bool:
    """Everybody with a desk, at the hospital or at an institution that refers to it."""
    return bool(user.roles)


def has_second(request: HttpRequest) -> bool:
    """Whether this session was opened with a second factor."""
    return second_at(request) is not None


def second_at(request: HttpRequest) -> float | None:
    """When the second factor was shown last in this session (Unix seconds); None if never."""
    times = [one["at"] for one in _records(request) if one.get("method") == SECOND]
    return max(times, default=None)


def shown_at(request: HttpRequest) -> float | None:
    """When anything was shown last: a password, a code by mail, a second factor."""
    return max((one["at"] for one in _records(request)), default=None)


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return found


def factors(user: User) -> list[str]:
    """The second factors that the user has set up: "totp", "webauthn"; recovery codes are none."""
    rows = Authenticator.objects.filter(user_id=user.pk)
    return list(rows.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list("type", flat=True))


def was_set_up(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any
) -> None:
    """Who has just set up an app or a key has shown it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        kind = {"id": authenticator.pk, "type": authenticator.type}
        record_authentication(request, user, SECOND, **kind)


A_CODE_LIVES = 120
"""Seconds for which a code of an app is remembered: longer than it could be shown again."""


def first_use(user: User, code: str) -> bool:
    """Whether this code of the user's app was not used before (RFC 6238 5.2: only once)."""
    return bool(cache.add(f"konsil:code:{user.pk}:{code.strip()}", "y", A_CODE_LIVES))
