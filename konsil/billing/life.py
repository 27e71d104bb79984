"""The life of a payment, told once: its states, and from which to which it may go."""

from django.db.models import TextChoices


class State(TextChoices):
    """Where the money of a case stands; the label is what staff read."""

    QUOTED = "quoted", "No card yet"
    CARD_SAVED = "card_saved", "Card saved, nothing taken"
    CHARGE_QUEUED = "charge_queued", "Being charged"
    CAPTURED = "captured", "Paid"
    PART_REFUNDED = "part_refunded", "Partly given back"
    REFUNDED = "refunded", "Given back"
    FAILED = "failed", "Not charged"
    WAIVED = "waived", "Fee waived"
    INSTITUTION_BILLED = "institution_billed", "Institution billed"
    INVOICED = "invoiced", "Invoice sent, not paid"
    DISPUTED = "disputed", "Disputed by the patient’s bank"
    VOIDED = "voided", "Ended, nothing taken"


UNPAID = (State.QUOTED, State.CARD_SAVED, State.CHARGE_QUEUED, State.FAILED)
PAID = (State.CAPTURED, State.PART_REFUNDED, State.REFUNDED, State.DISPUTED)
_OTHER_ENDS = {State.WAIVED, State.INSTITUTION_BILLED, State.INVOICED, State.VOIDED}
_SETTLED_BY_HAND = {State.CAPTURED, *_OTHER_ENDS}

ALLOWED: dict[State, frozenset[State]] = {
    State.QUOTED: frozenset({State.CARD_SAVED, *_SETTLED_BY_HAND}),
    State.CARD_SAVED: frozenset({State.CHARGE_QUEUED, *_SETTLED_BY_HAND}),
    State.CHARGE_QUEUED: frozenset({State.CAPTURED, State.FAILED, *_OTHER_ENDS}),
    State.FAILED: frozenset({State.CHARGE_QUEUED, *_SETTLED_BY_HAND}),
    State.CAPTURED: frozenset({State.PART_REFUNDED, State.REFUNDED, State.DISPUTED}),
    State.PART_REFUNDED: frozenset({State.CAPTURED, State.REFUNDED, State.DISPUTED}),
    State.REFUNDED: frozenset({State.CAPTURED, State.PART_REFUNDED, State.DISPUTED}),
    State.DISPUTED: frozenset({State.CAPTURED, State.PART_REFUNDED, State.REFUNDED}),
    State.INVOICED: frozenset({State.CAPTURED, State.VOIDED}),
    State.WAIVED: frozenset(),
    State.INSTITUTION_BILLED: frozenset(),
    State.VOIDED: frozenset(),
}
"""A refund that the bank sends back, or a dispute that we win, turns a payment to where it was."""

SETTLED = frozenset(
    {
        State.CAPTURED,
        State.PART_REFUNDED,
        State.WAIVED,
        State.INSTITUTION_BILLED,
        State.INVOICED,
    }
)
"""The case may be offered to a reviewer."""
