"""The acts of people and of the case's life on its money."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from konsil.billing import by_hand, refunding, turns
from konsil.billing.cards import save_card
from konsil.billing.charging import drop_tries, locked_try, note, queue_charge
from konsil.billing.configured import provider
from konsil.billing.ledger import balance, book
from konsil.billing.life import PAID, UNPAID, State
from konsil.billing.models import Account, ChargeTry, HandMove, MoneyRules, Payment, Refund
from konsil.billing.money import Money
from konsil.billing.provider import Charge, ChargeStatus, SavedCard
from konsil.billing.quoting import payment_of, quote
from konsil.billing.rules import Ended
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case, Event
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM, Actor

__all__ = ["payment_of", "provider", "quote", "save_card"]


@transaction.atomic
def become_due(case: Case, *, at: datetime) -> None:
    """The charge point is reached: the charge is queued, or the patient is asked for what lacks."""
    payment = quote(case, at=at)
    if payment.due_since or payment.state not in UNPAID or not case.is_open:
        return
    payment.due_since = at
    payment.save(update_fields=["due_since"])
    if payment.minor > payment.agreed_minor:
        turns.ask_patient(case, turns.AGREE, at=at)
    elif payment.card is None:
        payment.unpaid_since = at
        payment.save(update_fields=["unpaid_since"])
        turns.ask_patient(case, turns.CARD, at=at)
    else:
        queue_charge(payment, by=SYSTEM, at=at)


@transaction.atomic
def charge_again(case: Case, *, by: Actor, at: datetime) -> None:
    """Try the saved card once more (the patient has spoken with her bank)."""
    payment = quote(case, at=at)
    if payment.state not in {State.FAILED, State.CARD_SAVED} or payment.due_since is None:
        raise ImpossibleMove("There is nothing to charge now. Reload the page.")
    queue_charge(payment, by=by, at=at)
    turns.done_by_patient(case, by=by, at=at)


@transaction.atomic
def waive(case: Case, *, reason: str, by: Actor, at: datetime) -> Payment:
    """The hospital asks nothing of the patient; the case may go on (F10.7)."""
    return _decide(case, State.WAIVED, Account.WAIVED, Verb.WAIVED, reason=reason, by=by, at=at)


@transaction.atomic
def bill_institution(case: Case, *, reason: str, by: Actor, at: datetime) -> Payment:
    """The institution that referred the patient pays by invoice; the case may go on (F10.7)."""
    if case.referred_by is None:
        raise ImpossibleMove("No institution referred this patient, so none can be billed.")
    return _decide(
        case,
        State.INSTITUTION_BILLED,
        Account.INSTITUTION,
        Verb.INSTITUTION_BILLED,
        reason=reason,
        by=by,
        at=at,
    )


@transaction.atomic
def invoice_later(case: Case, *, reason: str, by: Actor, at: datetime) -> Payment:
    """The patient gets an invoice and pays later; the case may go on (F10.7)."""
    from konsil.billing.invoicing import invoice_patient

    if not MoneyRules.of(case.tenant).invoice_later:
        raise ImpossibleMove("Invoices to patients are switched off in the money settings.")
    payment = _decide(
        case, State.INVOICED, Account.PATIENT, Verb.INVOICED, reason=reason, by=by, at=at
    )
    invoice_patient(payment, at=at)
    return payment


def _decide(
    case: Case,
    state: State,
    account: Account,
    verb: Verb,
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> Payment:
    payment = quote(case, at=at)
    if payment.state == state:
        return payment  # a second press of the same button
    payment.reason, payment.decided_by, payment.unpaid_since = reason[:300], by.user, None
    payment.go(state, "reason", "decided_by", "unpaid_since")
    drop_tries(payment)
    book(payment, payment.amount, into=account, source=f"{state}:{payment.pk}", at=at)
    case.tell(verb, by=by, at=at, minor=payment.minor, currency=payment.currency)
    turns.done_by_patient(case, by=by, at=at)
    return payment


@transaction.atomic
def give_back(
    case: Case, amount: Money, *, why: str, by: Actor, at: datetime
) -> Refund | HandMove | None:
    """Give back a part or all of what was taken. Raises `ImpossibleMove` for more than is left."""
    payment = quote(case, at=at)
    if payment.state not in PAID:
        raise ImpossibleMove("Nothing was taken, so nothing can be given back.")
    if amount <= Money.zero(payment.currency):
        raise ImpossibleMove("Nothing is left to give back.")
    attempt = _paid_try(payment)
    if attempt is None:
        return by_hand.owe_back(payment, amount, why=why, by=by, at=at)
    return refunding.ask_refund(attempt, amount, why=why, by=by, at=at)


@transaction.atomic
def end(case: Case, ended: Ended, *, cause: UUID, at: datetime) -> None:
    """The case ended early: an open price is dropped, of a paid one goes back what is due."""
    payment = quote(case, at=at)
    if payment.state in UNPAID:
        drop_tries(payment)
        payment.unpaid_since = None
        payment.go(State.VOIDED, "unpaid_since")
        turns.done_by_patient(case, by=SYSTEM, at=at)
    elif payment.state == State.INSTITUTION_BILLED:
        _credit(payment, Account.INSTITUTION, ended, cause=cause, at=at)
    elif payment.state == State.INVOICED:
        _credit(payment, Account.PATIENT, ended, cause=cause, at=at)
        if not balance(payment, Account.PATIENT):
            payment.go(State.VOIDED)
    elif payment.state in PAID:
        _return(payment, ended, cause=cause, at=at)


def _credit(payment: Payment, account: Account, ended: Ended, *, cause: UUID, at: datetime) -> None:
    credit = payment.terms.due_back(ended, payment.amount)
    book(payment, -credit, into=account, source=f"credit:{cause}", at=at)


def _return(payment: Payment, ended: Ended, *, cause: UUID, at: datetime) -> None:
    """What is due back by the refund table, the way it came: to the card, or by hand."""
    why, attempt = "The request ended early", _paid_try(payment)
    if attempt is not None:
        due = payment.terms.due_back(ended, refunding.left_of(attempt))
        refunding.ask_refund(attempt, due, why=why, cause=cause, at=at)
    elif due := payment.terms.due_back(ended, by_hand.left_of(payment)):
        by_hand.owe_back(payment, due, why=why, cause=cause, by=SYSTEM, at=at)


def how_far(case: Case) -> Ended:
    """Which line of the refund table holds for a case that ends now (not by us)."""
    verbs = set(Event.objects.filter(case=case).values_list("verb", flat=True))
    if Verb.OFFER_ACCEPTED in verbs:
        return Ended.READING
    return Ended.COLLECTING if Verb.ACCEPTED in verbs else Ended.UNACCEPTED


@transaction.atomic
def record_paid(
    case: Case, card: SavedCard, charge_id: str, *, at: datetime, by: Actor = SYSTEM
) -> Payment:
    """Enter a payment that was taken before Konsil was here (an import, a demo's past)."""
    payment = save_card(case, card, by=by, at=at)
    payment.due_since = at
    payment.save(update_fields=["due_since"])
    payment.go(State.CHARGE_QUEUED)
    attempt = ChargeTry(
        case=case, payment=payment, minor=payment.minor, currency=payment.currency, at=at
    )
    attempt.put_card(card)
    attempt.save()
    nothing = Money.zero(payment.currency)
    taken = Charge(charge_id, ChargeStatus.CAPTURED, "", payment.amount, nothing, str(case.pk))
    note(locked_try(attempt.pk), taken, at=at)
    return quote(case, at=at)


def _paid_try(payment: Payment) -> ChargeTry | None:
    attempt: ChargeTry | None = payment.tries.filter(state=ChargeTry.State.CAPTURED).first()
    if attempt is not None:
        attempt.payment, attempt.case = payment, payment.case
    return attempt
