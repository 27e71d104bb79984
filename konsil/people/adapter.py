"""How sign-in behaves: accounts come from a request or an invitation, never from a sign-up page."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from konsil.core.addresses import client_address


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
