"""The guard of this room: no reviewer is asked before the money is settled (story, step 4)."""

from konsil.billing.life import SETTLED, State
from konsil.billing.quoting import payment_of
from konsil.billing.rules import ChargePoint
from konsil.cases.guards import guard
from konsil.cases.models import Case

NO_CARD = "There is no card yet. The patient has to save one, or billing settles it otherwise."
WORDS = {
    State.QUOTED: NO_CARD,
    State.CARD_SAVED: "The card is not charged yet. Reload the page in a minute.",
    State.CHARGE_QUEUED: "The card is not charged yet. Reload the page in a minute.",
    State.FAILED: "The card could not be charged. The patient has to pay in another way, "
    "or billing waives the fee or bills the institution.",
    State.DISPUTED: "The patient’s bank disputes the payment. Billing has to settle it first.",
    State.REFUNDED: "The payment was given back. Billing has to settle it before you go on.",
    State.VOIDED: "The payment of this case has ended. Billing has to look at it.",
}


@guard("payment_settled")
def payment_settled(case: Case) -> str:
    """Captured, waived, billed or invoiced; else who has to do what.

    Where the price is taken only when a reviewer takes the case, a saved card is enough (F10.3).
    """
    payment = payment_of(case)
    if payment is None:
        return NO_CARD
    state = State(payment.state)
    later = payment.charge_point == ChargePoint.REVIEWER and payment.due_since is None
    if later and state == State.CARD_SAVED and payment.minor <= payment.agreed_minor:
        return ""
    return "" if state in SETTLED else WORDS[state]
