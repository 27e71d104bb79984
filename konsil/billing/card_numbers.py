"""Knows a card number when somebody types one where it must not be (F10.8, H6)."""

import re

from django.core.exceptions import ValidationError

_LOOKS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


def is_card_number(words: str) -> bool:
    """Whether the words hold 13 to 19 figures that pass the check of ISO/IEC 7812-1 (Luhn)."""
    return any(_luhn(re.sub(r"\D", "", found.group())) for found in _LOOKS.finditer(words))


def _luhn(figures: str) -> bool:
    total = 0
    for place, figure in enumerate(reversed(figures)):
        value = int(figure) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def refuse_card_number(words: str) -> None:
    """A validator for free text of the billing desk."""
    if is_card_number(words):
        raise ValidationError("This looks like a card number. Never write one down here.")
