"""The demo's second factors: the app of an invented person is this page itself.

Only for the demo's own people, on this computer. A code that was used may be used again: several
visitors share one invented person, and nobody waits half a minute for the next one.
"""

import base64
import hashlib
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from konsil.demo.cast import PEOPLE
from konsil.people.models import User

LOOPBACK = {"127.0.0.1", "::1"}
ASKS = ("/account/2fa/", "/me/", "/emergency-access/")


def secret_of(email: str) -> str:
    """The secret in the app of one of the cast; public, like the password."""
    return base64.b32encode(hashlib.sha256(f"konsil demo {email}".encode()).digest()[:20]).decode()


def enroll(user: User) -> None:
    """Give one of the cast an app."""
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(user, secret_of(user.email))


def code_of(email: str) -> str:
    """The six figures that the app shows now."""
    from allauth.mfa import app_settings
    from allauth.mfa.totp.internal import auth

    counter = int(time.time()) // app_settings.TOTP_PERIOD
    code: str = auth.format_hotp_value(auth.hotp_value(secret_of(email), counter))
    return code


def hint(request: HttpRequest) -> dict[str, Any]:
    """What a page that asks for a second factor shows beside the field, in the demo."""
    if not settings.DEMO or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        return {}
    if not request.path.startswith(ASKS):
        return {}
    user = _who(request)
    if user is None or user.email not in {person.email for person in PEOPLE}:
        return {}
    code = code_of(user.email)
    used = (f"allauth.mfa.totp.used?user={user.pk}&code={code}", f"konsil:code:{user.pk}:{code}")
    cache.delete_many(used)
    return {"second_factor_hint": "demo/code.html", "demo_code": code}


def _who(request: HttpRequest) -> User | None:
    stage = getattr(request, "_login_stage", None)
    user = stage.login.user if stage else request.user
    return user if isinstance(user, User) else None
