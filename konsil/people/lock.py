"""The lock of a session that nobody uses, and the text that waits behind it (F1.4, trust.md B8).

A session is *locked* after some minutes without use, and woken by one proof; it is *over* after
twelve hours, used or not. What somebody sent too late is sealed into the page that asks for the
proof, never stored, and sent again from there.
"""

import base64
import json
import os
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from konsil.people import proof
from konsil.people.models import User

PAGE = "/me/lock/"
SINCE = "konsil_since"
USED = "konsil_used"
ASLEEP = "konsil_locked"
CHOSE = "konsil_chose_second"
"""A patient who set up a second factor is asked for it too, also behind the link of a letter."""
STAMP = 50
"""Use is written down once in so many seconds, so that not every page writes a session."""
MOST_KEPT = 512 * 1024
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "code")


def began(sender: object, request: HttpRequest, user: User, **_more: Any) -> None:
    """Somebody signed in: the clocks start."""
    now = timezone.now().timestamp()
    request.session[SINCE] = request.session[USED] = now
    request.session[CHOSE] = bool(proof.factors(user))
    request.session.pop(ASLEEP, None)
    if hasattr(request, "user"):  # a test signs people in without a browser
        _seen(request)


def idle_limit(user: User) -> int:
    """Seconds without use until the lock: shorter for who sees many cases."""
    limit: int = settings.IDLE_STAFF if proof.needs_second(user) else settings.IDLE_PATIENT
    return limit


def is_over(session: SessionBase, now: float) -> bool:
    """Whether the session has reached its end, used or not."""
    return bool(now - session.get(SINCE, 0) > settings.SESSION_LASTS)


def is_locked(session: SessionBase, user: User, now: float) -> bool:
    """Whether it sleeps: it was locked from the page, or nobody used it for too long."""
    if session.get(ASLEEP):
        return True
    idle = now - session.get(USED, 0)
    if idle <= min(settings.IDLE_STAFF, settings.IDLE_PATIENT):
        return False  # without asking who she is
    return bool(idle > idle_limit(user))


def used(request: HttpRequest, now: float) -> None:
    """Somebody is there."""
    if now - request.session.get(USED, 0) > STAMP:
        request.session[USED] = now
        _seen(request)


def _seen(request: HttpRequest) -> None:
    from allauth.usersessions.models import UserSession

    UserSession.objects.create_from_request(request)


def fall_asleep(request: HttpRequest) -> None:
    """Lock at once: the page was left alone, or somebody pressed “Lock”."""
    request.session[ASLEEP] = True


def wake(request: HttpRequest) -> None:
    """The proof was shown."""
    request.session.pop(ASLEEP, None)
    request.session[USED] = timezone.now().timestamp()


def proved(
    sender: object, request: HttpRequest, reauthenticated: bool = False, **_more: Any
) -> None:
    """Any proof shown again wakes the session, also one on a page of the library."""
    if reauthenticated:
        wake(request)


def end(request: HttpRequest) -> None:
    """Sign out, for the session is over; what else this browser holds (a link) ends with it."""
    logout(request)


def way(request: HttpRequest) -> dict[str, Any]:
    """How this user opens the lock: "code" (app or recovery), "password" or "mail"; and a key."""
    user = request.user
    if not isinstance(user, User):
        return {"way": "", "has_key": False}
    has = proof.factors(user)
    if "totp" in has:
        by = "code"
    elif user.has_usable_password():
        by = "password"
    else:
        by = "mail"
    return {"way": by, "has_key": "webauthn" in has}


@dataclass(frozen=True)
class Kept:
    """What was sent too late, sealed; `lost` says that files, or too much, could not be kept."""

    sealed: str
    lost: bool


def keep(request: HttpRequest) -> Kept:
    """Seal the form's fields for this session and this address. Files and secrets are not kept."""
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        if name not in NEVER_KEPT
        for value in values
    ]
    text = json.dumps({"to": request.get_full_path(), "fields": fields}).encode()
    if not fields or len(text) > MOST_KEPT:
        return Kept("", lost=True)
    nonce = os.urandom(12)
    sealed = nonce + AESGCM(_key(request)).encrypt(nonce, text, b"konsil kept form")
    return Kept(base64.b64encode(sealed).decode(), lost=bool(request.FILES))


def unseal(request: HttpRequest, sealed: str) -> tuple[str, list[tuple[str, str]]] | None:
    """(where to, fields) of what was kept in this session; None for anything else."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        text = AESGCM(_key(request)).decrypt(raw[:12], raw[12:], b"konsil kept form")
    except (ValueError, InvalidTag):
        return None
    kept = json.loads(text)
    return kept["to"], [(name, value) for name, value in kept["fields"]]


def _key(request: HttpRequest) -> bytes:
    """Of this session alone: another one, or a later sign-in, cannot open it."""
    secret = f"{settings.SECRET_KEY}:{request.session.session_key}".encode()
    return HKDF(SHA256(), 32, None, b"konsil kept form").derive(secret)
