"""How sign-in behaves: accounts come from a request or an invitation, never from a sign-up page."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class DoorkeeperAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the public sign-up; a patient's account begins with her request."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Users have no user name; the e-mail address is the name they sign in with."""
