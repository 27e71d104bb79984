"""Who signs is who she says: the password once more, or a fresh code of her second factor."""

from django.http import HttpRequest

from konsil.people.models import User
from konsil.people.proof import first_use

BY_PASSWORD = "Signed in and confirmed by password"  # noqa: S105 words, no secret
BY_CODE = "Signed in and confirmed by a one-time code"


class NotConfirmed(Exception):
    """The identity was not confirmed; the message says what to do."""


def has_code(user: User) -> bool:
    """Whether the user has an authenticator app."""
    from allauth.mfa.models import Authenticator

    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def confirm(request: HttpRequest, user: User) -> str:
    """How `user` was confirmed by the form's `password` or `code`; ten tries a minute."""
    from allauth.core import ratelimit

    password, code = request.POST.get("password", ""), request.POST.get("code", "").strip()
    if not user.has_usable_password() and not has_code(user):
        raise NotConfirmed("You have no password yet. Set one in your account, then sign.")
    if not password and not code:
        raise NotConfirmed("Type your password to sign.")
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        raise NotConfirmed("Too many tries. Wait a minute, then try again.")
    if password and user.check_password(password):
        return BY_PASSWORD
    if code and _code_fits(user, code):
        return BY_CODE
    raise NotConfirmed(
        "This is not your password. Nothing was signed. Try again."
        if password
        else "This code does not fit any more. Type the one that your app shows now."
    )


def _code_fits(user: User, code: str) -> bool:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    fits = found is not None and bool(TOTP(found).validate_code(code))
    return fits and first_use(user, code)
