"""Django's own complaints, in the words of this house (interface.md §5 and §6)."""

from typing import Any

from django import forms
from django.core import validators


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
    validators.validate_email.message = "An e-mail address looks like rosa@example.org"
