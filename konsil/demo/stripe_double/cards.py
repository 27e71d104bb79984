"""Stripe's published test cards, and what each of them does at saving and at charging."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DemoCard:
    """One published number; `at_setup` and `at_charge` are decline codes, None means it works."""

    number: str
    does: str
    brand: str = "visa"
    at_setup: str | None = None
    at_charge: str | None = None
    asks_at_setup: bool = False
    asks_at_charge: bool = False

    @property
    def spaced(self) -> str:
        return " ".join(re.findall(".{1,4}", self.number))


@dataclass(frozen=True)
class Decline:
    """Why a card was not charged: Stripe's error code, its sentence, and the bank's code."""

    code: str
    sentence: str
    decline_code: str | None = None


ASKS = "authentication_required"
CARDS = (
    DemoCard("4242424242424242", "works"),
    DemoCard("5555555555554444", "works, another brand", brand="mastercard"),
    DemoCard("4000000000000002", "is refused here", at_setup="generic_decline"),
    DemoCard("4000000000009995", "has not enough money", at_setup="insufficient_funds"),
    DemoCard("4000000000000069", "has expired", at_setup="expired_card"),
    DemoCard("4000000000000127", "has another security code", at_setup="incorrect_cvc"),
    DemoCard("4000000000000119", "fails for an unknown reason", at_setup="processing_error"),
    DemoCard(
        "4000000000000341", "can be saved, is refused when charged", at_charge="generic_decline"
    ),
    DemoCard("4000002500003155", "asks the bank once, then works", asks_at_setup=True),
    DemoCard(
        "4000002760003184", "asks the bank every time", asks_at_setup=True, asks_at_charge=True
    ),
)
#: By the decline codes that the cards above give.
DECLINES = {
    decline.decline_code: decline
    for decline in (
        Decline("card_declined", "Your card was declined.", "generic_decline"),
        Decline("card_declined", "Your card has insufficient funds.", "insufficient_funds"),
        Decline("expired_card", "Your card has expired.", "expired_card"),
        Decline("incorrect_cvc", "Your card's security code is incorrect.", "incorrect_cvc"),
        Decline(
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
            "processing_error",
        ),
        Decline(ASKS, "Your card was declined. This transaction requires authentication.", ASKS),
    )
}
_BY_NUMBER = {card.number: card for card in CARDS}


def figures(typed: str) -> str:
    """What was typed without spaces and dashes."""
    return re.sub(r"[\s-]", "", typed)


def find(number: str) -> DemoCard | None:
    return _BY_NUMBER.get(figures(number))


def behind(print_: str) -> DemoCard:
    """The test card that was saved under this fingerprint; the number itself is never kept."""
    return next(card for card in CARDS if fingerprint(card) == print_)


def fingerprint(card: DemoCard) -> str:
    return hashlib.sha256(b"konsil demo " + card.number.encode()).hexdigest()[:16]


def passes_luhn(number: str) -> bool:
    if not re.fullmatch(r"\d{12,19}", number):
        return False
    doubled = [int(n) * (1 + place % 2) for place, n in enumerate(reversed(number))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def number_error(typed: str) -> str | None:
    """Why this cannot be the number, in words for beside the field."""
    number = figures(typed)
    if not number:
        return "Type the card number"
    if not passes_luhn(number):
        return "This card number has a slip in it. Compare it with the card"
    if find(number) is None:
        return "This page takes demo cards only. Use 4242 4242 4242 4242"
    return None


def read_expiry(typed: str) -> tuple[int, int] | None:
    """`09/30` or `9 2030` as (month, year), None if it is neither."""
    found = re.fullmatch(r"\s*(\d{1,2})\s*[/\s-]\s*(\d{2}|\d{4})\s*", typed)
    if found is None or not 1 <= int(found[1]) <= 12:
        return None
    return int(found[1]), int(found[2]) % 100 + 2000


def expiry_error(typed: str, today: date) -> str | None:
    read = read_expiry(typed)
    if read is None:
        return "Type month and year, like 09/30"
    month, year = read
    if (year, month) < (today.year, today.month):
        return f"This card ended in {date(year, month, 1):%B %Y}"
    return None


def code_error(typed: str) -> str | None:
    if re.fullmatch(r"\d{3,4}", typed.strip()):
        return None
    return "Type the three figures on the back of the card"


def name_error(typed: str) -> str | None:
    return None if typed.strip() else "Type the name as it stands on the card"
