"""How the money of a case is told: to the patient in sentences, to staff in facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from konsil.billing.by_hand import owed
from konsil.billing.ledger import balance, given_back, held
from konsil.billing.life import PAID, State
from konsil.billing.models import (
    Account,
    CardVisit,
    ChargeTry,
    LedgerEntry,
    Paper,
    Payment,
    Refund,
)
from konsil.billing.money import Money
from konsil.billing.rules import WHEN, ChargePoint, table
from konsil.cases.life import DELIVERED, Stage
from konsil.cases.models import Case, Event
from konsil.cases.verbs import Verb

WRITTEN = frozenset({Stage.SIGNED, *DELIVERED})
SETTLED_OTHERWISE = (State.WAIVED, State.INSTITUTION_BILLED, State.VOIDED, State.REFUNDED)


@dataclass(frozen=True)
class Line:
    """One line of the history: when, what, how much."""

    when: datetime
    what: str
    amount: str = ""


def told() -> dict[Verb, str]:
    """What the history says besides the movements of money."""
    return {
        Verb.CARD_SAVED: _("Card saved, nothing taken"),
        Verb.CARD_PAGE_LEFT: _("The card page ended without a card, nothing was taken"),
        Verb.CHARGE_REFUSED: _("The card was refused, nothing was taken"),
        Verb.PRICE_CHANGED: _("The price changed"),
        Verb.PRICE_AGREED: _("You agreed to the price"),
        Verb.WAIVED: _("The hospital waived the fee"),
        Verb.INSTITUTION_BILLED: _("The referring institution pays"),
        Verb.INVOICED: _("An invoice was sent"),
        Verb.ESTIMATED: _("An estimate was sent"),
    }


def headline(case: Case, payment: Payment) -> tuple[str, str]:
    """(the state in a sentence, what follows), as the patient reads it."""
    nothing_due = _("You pay nothing.")
    institution = case.referred_by.name if case.referred_by else _("The institution")
    words = {
        State.QUOTED: lambda: _without_card(payment),
        State.CARD_SAVED: lambda: _with_card(payment),
        State.CHARGE_QUEUED: lambda: (
            _("We are charging your card."),
            _(
                "This takes a minute; sometimes the card service needs longer. "
                "Nothing more is needed."
            ),
        ),
        State.CAPTURED: lambda: (_have_paid(held(payment)), _("Nothing more is due.")),
        State.PART_REFUNDED: lambda: (_have_paid(held(payment)), _back(payment)),
        State.REFUNDED: lambda: (_("Everything was given back."), _back(payment)),
        State.DISPUTED: lambda: (
            _("Your bank disputes the payment."),
            _("We have been told so, and answer your bank. Call us if this is a mistake."),
        ),
        State.FAILED: lambda: _failed(payment),
        State.WAIVED: lambda: (nothing_due, _("The hospital has waived the fee.")),
        State.INSTITUTION_BILLED: lambda: (
            nothing_due,
            _("%(institution)s pays.") % {"institution": institution},
        ),
        State.INVOICED: lambda: (
            _("%(amount)s is to be paid by invoice.") % {"amount": owed(payment)},
            _("The invoice says how and by when. Your case goes on meanwhile."),
        ),
        State.VOIDED: lambda: (
            _("Nothing was taken."),
            _("This request has ended, so nothing is due."),
        ),
    }
    return words[State(payment.state)]()


def _have_paid(amount: Money) -> str:
    return _("You have paid %(amount)s.") % {"amount": amount}


def _back(payment: Payment) -> str:
    back = given_back(payment)
    if balance(payment, Account.BANK) or payment.by_hand.exists():
        return _("%(back)s was sent back to you.") % {"back": back}
    return _("%(back)s went back to your card. Your bank shows it within ten days.") % {
        "back": back
    }


def _without_card(payment: Payment) -> tuple[str, str]:
    price = payment.amount
    if payment.due_since:
        return (
            _("We have accepted your case. A card is missing."),
            _("Save a card and we take %(price)s. Then an expert can begin.") % {"price": price},
        )
    return (
        _("It costs %(price)s.") % {"price": price},
        _("Save a card now; nothing is charged before %(point)s.") % {"point": _before(payment)},
    )


def _before(payment: Payment) -> str:
    point = ChargePoint(payment.charge_point)
    return {
        ChargePoint.ACCEPTANCE: _("we accept your case"),
        ChargePoint.FILE_COMPLETE: _("all your records are here"),
        ChargePoint.REVIEWER: _("a specialist takes your case"),
    }[point]


def _with_card(payment: Payment) -> tuple[str, str]:
    return (
        _("Your card is saved."),
        _("Nothing is charged now. We take %(price)s %(when)s.")
        % {"price": payment.amount, "when": when_taken(payment)},
    )


def when_taken(payment: Payment) -> str:
    """“when we accept your case”, by the charge point that this case was quoted with."""
    return str(WHEN[ChargePoint(payment.charge_point)])


def _failed(payment: Payment) -> tuple[str, str]:
    if needs_confirming(payment):
        return (
            _("Your bank wants you to confirm the payment."),
            _("Nothing was taken. You can confirm it now, or use another card."),
        )
    if refused(payment):
        return (payment.reason, _("You can use another card, or call us."))
    return (
        _("We could not charge your card yet."),
        _("We are looking into it. You need not do anything now."),
    )


def needs_confirming(payment: Payment) -> bool:
    """Whether the bank waits for the patient's own yes."""
    return _last_try_is(payment, ChargeTry.State.NEEDS_PATIENT)


def refused(payment: Payment) -> bool:
    """Whether it is her turn to use another card."""
    return _last_try_is(payment, ChargeTry.State.REFUSED)


def must_agree(payment: Payment) -> bool:
    """Whether the price rose above what she has agreed to."""
    open_states = {State.QUOTED, State.CARD_SAVED, State.FAILED}
    return payment.state in open_states and payment.minor > payment.agreed_minor


def _last_try_is(payment: Payment, state: ChargeTry.State) -> bool:
    last = payment.tries.last()
    return payment.state == State.FAILED and last is not None and last.state == state


def _turn_title(payment: Payment) -> str:
    """What her turn is, if it is."""
    price = {"price": payment.amount}
    if needs_confirming(payment):
        return _("Confirm %(price)s to your bank") % price
    if payment.card:
        return _("Pay %(price)s with another card") % price
    return _("Pay %(price)s with a card") % price


def refund_table(case: Case, payment: Payment) -> list[tuple[str, str]]:
    """The lines that can still come true; none once the opinion is written or nothing is due."""
    if payment.state in SETTLED_OTHERWISE:
        return []
    if Stage(case.stage) in WRITTEN or not case.is_open:
        return []
    lines = table(payment.terms)
    begun = {ChargePoint.ACCEPTANCE: 2, ChargePoint.FILE_COMPLETE: 3, ChargePoint.REVIEWER: 3}
    return lines[begun[ChargePoint(payment.charge_point)] :] if payment.due_since else lines


def page_ended(payment: Payment) -> bool:
    """Whether her last visit to the card page ended without a card (F10.6)."""
    last = payment.visits.order_by("at").last()
    return bool(last and last.state == CardVisit.State.ENDED and not payment.card)


MOVED = {
    (Account.CARD, True): "Taken from the card",
    (Account.CARD, False): "Given back to the card",
    (Account.BANK, True): "Came by cheque or transfer",
    (Account.BANK, False): "Sent back by cheque or transfer",
    (Account.DISPUTED, True): "Held back by the bank in a dispute",
    (Account.DISPUTED, False): "Given again by the bank after a dispute",
}


def history(case: Case, payment: Payment) -> list[Line]:
    """Everything that happened to the money, newest first."""
    lines = [
        Line(entry.at, _(MOVED[Account(entry.account), entry.minor > 0]), str(abs_of(entry)))
        for entry in LedgerEntry.objects.filter(
            payment=payment, account__in=[Account.CARD, Account.BANK, Account.DISPUTED]
        ).exclude(account=Account.CARD, source__startswith="dispute:")
    ]
    words = told()
    events = Event.objects.filter(case=case, verb__in=list(words))
    lines += [Line(event.at, words[Verb(event.verb)]) for event in events]
    return sorted(lines, key=lambda line: line.when, reverse=True)


def abs_of(entry: LedgerEntry) -> Money:
    return entry.amount if entry.minor > 0 else -entry.amount


def money_of(case: Case, payment: Payment) -> dict[str, Any]:
    """What both pages show."""
    title, follows = headline(case, payment)
    agrees = must_agree(payment)
    return {
        "case": case,
        "payment": payment,
        "items": payment.items.filter(dropped_at=None),
        "headline": title,
        "follows": follows,
        "when_taken": when_taken(payment),
        "refund_table": refund_table(case, payment),
        "history": history(case, payment),
        "turn_title": _turn_title(payment),
        "must_agree": agrees,
        "more": Money(max(payment.minor - payment.agreed_minor, 0), payment.currency),
        "refused": refused(payment) and not agrees,
        "confirms": needs_confirming(payment) and not agrees,
        "page_ended": page_ended(payment),
        "may_save": payment.state in {State.QUOTED, State.CARD_SAVED, State.FAILED},
        "has_receipt": payment.paid_at is not None and payment.state in PAID,
        "estimate": payment.papers.filter(sort=Paper.Sort.ESTIMATE).last(),
        "refund_receipts": payment.papers.filter(sort=Paper.Sort.REFUND),
        "on_its_way": Refund.objects.filter(
            case=case, state=Refund.State.ASKED, charge__payment=payment
        ),
    }
