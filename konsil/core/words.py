"""Django's own complaints, in the words of this house (interface.md §5 and §6)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.core import validators

SIGN_IN = {
    "account_inactive": "This account is closed. Call us if you think that it should be open",
    "email_password_mismatch": "This address and this password do not belong together",
    "enter_current_password": "This is not your password of now",
    "incorrect_code": "This is not the code. Look at the newest one that we sent",
    "incorrect_password": "This is not your password",
    "rate_limited": "That was often. Wait a minute and try again",
    "same_as_current": "This is the one that you have now. Choose another",
    "too_many_login_attempts": "That was tried too often. Wait five minutes and try again",
    "unknown_email": "We do not know this address",
}

SECOND_PROOF = {
    "cannot_delete_authenticator": "This proof cannot be turned off",
    "cannot_generate_recovery_codes": "Set up a key or an app first, then make recovery codes",
    "incorrect_code": "This is not the code that the app shows now",
    "unverified_email": "First show that this e-mail address is yours: sign in once by a code",
}


def use_our_words() -> None:
    """Replace the messages that forms fall back to; called once, when the application starts.

    A field that gives its own words keeps them.
    """
    own: dict[type[Any], dict[str, str]] = {
        forms.Field: {"required": "This is still empty"},
        forms.IntegerField: {"invalid": "This needs to be a number, in figures"},
        forms.DateField: {"invalid": "This is not a date that exists"},
        forms.ChoiceField: {"invalid_choice": "Choose one of the answers in the list"},
        forms.FileField: {
            "missing": "No file came with it",
            "empty": "This file is empty (0 bytes). Copy it again",
        },
    }
    for field, words in own.items():
        field.default_error_messages = {**field.default_error_messages, **words}
    DefaultAccountAdapter.error_messages = {**DefaultAccountAdapter.error_messages, **SIGN_IN}
    DefaultMFAAdapter.error_messages = {**DefaultMFAAdapter.error_messages, **SECOND_PROOF}
    validators.validate_email.message = "An e-mail address looks like rosa@example.org"
