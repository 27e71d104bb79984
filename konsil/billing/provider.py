"""The port to whoever takes cards for the hospital: few words, none of them the provider's own.

A card is saved on the provider's page, charged later from here, and refunded from here. No card
number passes through this port. The provider learns of a case only its opaque id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from konsil.billing.money import Money


class ProviderAway(Exception):
    """No answer, or not a usable one. Whether it was done is unknown.

    Ask again with the same idempotency key: within 24 hours it is done once, however often asked.
    """

    words = "We cannot reach the card service. Your request is saved; we try again and write to you"


class CardRefused(Exception):
    """The bank said no and the provider keeps no charge of it; nothing was taken."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class RequestRefused(Exception):
    """The provider understood and will not: a key, an id or an amount of ours is wrong.

    Asking again changes nothing; a person at the hospital has to look. The text is for staff.
    """


class BadSignature(Exception):
    """A message that is not the provider's, is not for us, or is too old to be believed."""


class ChargeStatus(StrEnum):
    CAPTURED = "captured"
    REFUSED = "refused"
    PENDING = "pending"
    NEEDS_PATIENT = "needs_patient"


class RefundStatus(StrEnum):
    DONE = "done"
    PENDING = "pending"
    FAILED = "failed"


class EventKind(StrEnum):
    """What happened, in our words; everything that we do not act on is OTHER."""

    CARD_SAVED = "card_saved"
    PAGE_ENDED = "page_ended"
    CHARGE_CAPTURED = "charge_captured"
    CHARGE_REFUSED = "charge_refused"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    DISPUTE_MOVED = "dispute_moved"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class HostedPage:
    """Where to send the patient, and by what the outcome is asked for afterwards.

    `session_id` is the page's session for a card, the charge for a confirmation.
    """

    url: str
    session_id: str


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A card kept by the provider; all that may ever be shown of it is brand, last4 and exp.

    `exp` is (month, year), for example (9, 2030).
    """

    customer: str
    payment_method: str
    brand: str
    last4: str
    exp: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Charge:
    """One try to take money. `reason` can be shown to the patient; empty when captured.

    `refunded` is what went back so far, whoever asked for it; `disputed` what the bank took back
    for its customer in disputes that are open or lost.
    """

    id: str
    status: ChargeStatus
    reason: str
    amount: Money
    refunded: Money
    case_ref: str
    disputed: Money | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    status: RefundStatus
    charge_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A verified message. It may come twice, late, or before an earlier one.

    `type` and `object` are the provider's own, for the record. `charge_id` and `session_id` say
    what to ask again with `find_charge` or `saved_card`: act on what these answer, never on the
    message alone, and note `id` so that a second delivery changes nothing.
    """

    id: str
    type: str
    object: Mapping[str, Any]
    kind: EventKind
    created: datetime
    charge_id: str | None = None
    session_id: str | None = None


class CardProvider(Protocol):
    """Every act takes an idempotency key: one key, one deed, for 24 hours.

    All raise `ProviderAway` and `RequestRefused`.
    """

    def start_saving_card(
        self,
        *,
        case_ref: str,
        return_url: str,
        cancel_url: str,
        idempotency_key: str,
        customer_email: str | None = None,
    ) -> HostedPage:
        """Opens a page on which a card is saved and nothing is taken; it ends after 24 hours.

        In `return_url` the text `{CHECKOUT_SESSION_ID}` becomes the session's id.
        """

    def saved_card(self, session_id: str) -> SavedCard | None:
        """The card left on that page, None while there is none or after the page ended."""

    def charge(
        self, *, saved_card: SavedCard, amount: Money, case_ref: str, idempotency_key: str
    ) -> Charge:
        """Takes the amount now, the patient being away. A refused card is a Charge, no error.

        `CardRefused` only if the bank said no and there is no charge to point to.
        """

    def confirm_with_patient(
        self, *, charge_id: str, saved_card: SavedCard, return_url: str, idempotency_key: str
    ) -> HostedPage | None:
        """For `needs_patient`: the bank's page, None if the bank no longer asks.

        The patient comes back to `return_url`; then `find_charge` says what came of it. A card
        that is refused at once is `CardRefused`.
        """

    def refund(self, *, charge_id: str, amount: Money, idempotency_key: str) -> Refund:
        """Gives back the amount; more than is left of the charge is `RequestRefused`."""

    def find_charge(self, charge_id: str) -> Charge:
        """The charge as the provider has it now."""

    def read_event(self, payload: bytes, signature: str, *, at: datetime) -> ProviderEvent:
        """Checks that the raw body is the provider's and fresh, or raises `BadSignature`."""
