"""How the money of a case is told: to the patient in sentences, to staff in facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from konsil.billing.ledger import at_provider, given_back
from konsil.billing.life import State
from konsil.billing.models import Account, CardVisit, ChargeTry, LedgerEntry, Payment, Refund
from konsil.billing.rules import table
from konsil.cases.life import Stage
from konsil.cases.models import Case, Event
from konsil.cases.verbs import Verb

WRITTEN = frozenset({Stage.SIGNED, Stage.RELEASED, Stage.FOLLOW_UP})


@dataclass(frozen=True)
class Line:
    """One line of the history: when, what, how much."""

    when: datetime
    what: str
    amount: str = ""


TOLD = {
    Verb.CARD_SAVED: "Card saved, nothing taken",
    Verb.CHARGE_REFUSED: "The card was refused, nothing was taken",
    Verb.WAIVED: "The hospital waived the fee",
    Verb.INSTITUTION_BILLED: "The referring institution pays",
}
"""What the history says besides the movements of money."""


def headline(case: Case, payment: Payment) -> tuple[str, str]:
    """(the state in a sentence, what follows), as the patient reads it."""
    price = payment.amount
    held, back = at_provider(payment), given_back(payment)
    institution = case.referred_by.name if case.referred_by else "The institution"
    words = {
        State.QUOTED: _without_card(payment),
        State.CARD_SAVED: (
            "Your card is saved.",
            f"Nothing is charged now. We take {price} when we accept your case.",
        ),
        State.CHARGE_QUEUED: (
            "We are charging your card.",
            "This takes a minute; sometimes the card service needs longer. Nothing more is needed.",
        ),
        State.CAPTURED: (f"You have paid {held}.", "Nothing more is due."),
        State.PART_REFUNDED: (
            f"You have paid {held}.",
            f"{back} went back to your card. Your bank shows it within ten days.",
        ),
        State.REFUNDED: (
            "Everything was given back.",
            f"{back} went back to your card. Your bank shows it within ten days.",
        ),
        State.FAILED: _failed(payment),
        State.WAIVED: ("You pay nothing.", "The hospital has waived the fee."),
        State.INSTITUTION_BILLED: ("You pay nothing.", f"{institution} pays."),
        State.VOIDED: ("Nothing was taken.", "This request has ended, so nothing is due."),
    }
    return words[State(payment.state)]


def _without_card(payment: Payment) -> tuple[str, str]:
    if payment.due_since:
        return (
            "We have accepted your case. A card is missing.",
            f"Save a card and we take {payment.amount}. Then an expert can begin.",
        )
    return (
        f"It costs {payment.amount}.",
        "Save a card now; nothing is charged before we accept your case.",
    )


def _failed(payment: Payment) -> tuple[str, str]:
    if needs_confirming(payment):
        return (
            "Your bank wants you to confirm the payment.",
            "Nothing was taken. You can confirm it now, or use another card.",
        )
    if refused(payment):
        return (payment.reason, "You can use another card, or call us.")
    return (
        "We could not charge your card yet.",
        "We are looking into it. You need not do anything now.",
    )


def needs_confirming(payment: Payment) -> bool:
    """Whether the bank waits for the patient's own yes."""
    return _last_try_is(payment, ChargeTry.State.NEEDS_PATIENT)


def refused(payment: Payment) -> bool:
    """Whether it is her turn to use another card."""
    return _last_try_is(payment, ChargeTry.State.REFUSED)


def _last_try_is(payment: Payment, state: ChargeTry.State) -> bool:
    last = payment.tries.last()
    return payment.state == State.FAILED and last is not None and last.state == state


def _turn_title(payment: Payment) -> str:
    """What her turn is, if it is."""
    if needs_confirming(payment):
        return f"Confirm {payment.amount} to your bank"
    return f"Pay {payment.amount} with {'another' if payment.card else 'a'} card"


def refund_table(case: Case, payment: Payment) -> list[tuple[str, str]]:
    """The lines that can still come true; none once the opinion is written or nothing is due."""
    if payment.state in {State.WAIVED, State.INSTITUTION_BILLED, State.VOIDED, State.REFUNDED}:
        return []
    if Stage(case.stage) in WRITTEN or not case.is_open:
        return []
    lines = table(payment.terms)
    return lines[2:] if payment.due_since else lines


def page_ended(payment: Payment) -> bool:
    """Whether her last visit to the card page ended without a card (F10.6)."""
    last = payment.visits.order_by("at").last()
    return bool(last and last.state == CardVisit.State.ENDED and not payment.card)


def history(case: Case, payment: Payment) -> list[Line]:
    """Everything that happened to the money, newest first."""
    booked = LedgerEntry.objects.filter(payment=payment, account=Account.CARD)
    lines = [
        Line(entry.at, "Taken from the card", str(entry.amount))
        if entry.minor > 0
        else Line(entry.at, "Given back to the card", str(-entry.amount))
        for entry in booked
    ]
    events = Event.objects.filter(case=case, verb__in=list(TOLD))
    lines += [Line(event.at, TOLD[Verb(event.verb)]) for event in events]
    return sorted(lines, key=lambda line: line.when, reverse=True)


def money_of(case: Case, payment: Payment) -> dict[str, Any]:
    """What both pages show."""
    title, follows = headline(case, payment)
    return {
        "case": case,
        "payment": payment,
        "headline": title,
        "follows": follows,
        "refund_table": refund_table(case, payment),
        "history": history(case, payment),
        "turn_title": _turn_title(payment),
        "refused": refused(payment),
        "confirms": needs_confirming(payment),
        "page_ended": page_ended(payment),
        "may_save": payment.state in {State.QUOTED, State.CARD_SAVED, State.FAILED},
        "has_receipt": payment.paid_at is not None,
        "on_its_way": Refund.objects.filter(
            case=case, state=Refund.State.ASKED, charge__payment=payment
        ),
    }
