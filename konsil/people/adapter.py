"""How sign-in behaves: accounts come from a request or an invitation, never from a sign-up page."""

import base64
import os
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest

from konsil.core.addresses import client_address
from konsil.people import proof
from konsil.people.models import Institution


class DoorkeeperAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the public sign-up; a patient's account begins with her request."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Users have no user name; the e-mail address is the name they sign in with."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """By this address tries are counted: the visitor's, not that of the proxy in front."""
        return client_address(request) or "0.0.0.0"  # noqa: S104 all that have none count as one

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Signing out also ends what an opened link showed here; its holder has no account."""
        if request.method == "POST":
            request.session.flush()
        url: str = super().get_logout_redirect_url(request)
        return url

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not asked again right after the sign-in: a new colleague sets up her key in one go."""
        shown = proof.shown_at(context.request)
        if shown is not None and time.time() - shown < REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **more))


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are sealed in the database; who needs one keeps at least one."""

    SEALED = "sealed:"

    def get_totp_issuer(self) -> str:
        return Institution.front().name

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(12)
        sealed = nonce + self._cipher().encrypt(nonce, text.encode(), b"konsil second factor")
        return self.SEALED + base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        raw = base64.b64decode(encrypted_text.removeprefix(self.SEALED))
        return self._cipher().decrypt(raw[:12], raw[12:], b"konsil second factor").decode()

    @staticmethod
    def _cipher() -> AESGCM:
        return AESGCM(bytes.fromhex(settings.STORE_KEY))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user = authenticator.user
        return not proof.needs_second(user) or len(proof.factors(user)) > 1
