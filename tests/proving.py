"""Tests sign people in as if the second factor was shown; only a few ask for the opposite."""

import time
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY as WHOSE,
)
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client

plain_login = Client.force_login


def second_factored(client: Client, user: Any, backend: str | None = None) -> None:
    """Instead of `Client.force_login`: the session says that a password and a code were shown."""
    plain_login(client, user, backend)
    session = client.session
    shown = [{"method": "password", "at": time.time()}, {"method": "mfa", "at": time.time()}]
    session[RECORDS] = shown
    session[WHOSE] = user_id_to_str(user)
    session.save()


def wrap_force_login() -> None:
    """For the whole run of the tests."""
    Client.force_login = second_factored  # type: ignore[method-assign]
