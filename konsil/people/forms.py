"""The library's forms for a second factor, with one rule more: a code of an app works once."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator

from konsil.people.proof import first_use


class _Once(forms.BaseAuthenticateForm):  # type: ignore[misc]
    """The library remembers a code for half a minute; with one step to spare it lives longer."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        is_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_app and not first_use(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_Once, forms.AuthenticateForm):  # type: ignore[misc]
    """At the sign-in."""


class ReauthenticateForm(_Once, forms.ReauthenticateForm):  # type: ignore[misc]
    """Once more, before something of weight or behind the lock."""
