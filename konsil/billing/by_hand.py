"""Money by cheque or bank transfer, where the hospital takes it (a setting): in, and back."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Sum

from konsil.billing import turns
from konsil.billing.charging import drop_tries
from konsil.billing.ledger import balance, book
from konsil.billing.life import UNPAID, State
from konsil.billing.models import Account, HandMove, Invoice, MoneyRules, Payment
from konsil.billing.money import Money
from konsil.billing.quoting import day_of, quote
from konsil.billing.refunding import follow_the_books
from konsil.cases.actions import finish_task
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor


def owed(payment: Payment) -> Money:
    """What the patient has still to pay: the price, or what is open of her invoice."""
    if payment.state == State.INVOICED:
        return balance(payment, Account.PATIENT)
    return payment.amount if payment.state in UNPAID else Money.zero(payment.currency)


def left_of(payment: Payment) -> Money:
    """What came by hand, is not back, and not about to be sent back."""
    waits = payment.by_hand.filter(done_at=None).aggregate(all=Sum("minor"))["all"] or 0
    there = balance(payment, Account.BANK) + Money(waits, payment.currency)
    return max(there, Money.zero(payment.currency))


@transaction.atomic
def note_paid(
    case: Case, amount: Money, *, how: HandMove.How, reference: str, by: Actor, at: datetime
) -> HandMove:
    """The whole of what is owed came by cheque or transfer; a part is refused in words."""
    payment = quote(case, at=at)
    if not MoneyRules.of(case.tenant).by_hand and payment.state != State.INVOICED:
        raise ImpossibleMove("Cheques and transfers are switched off in the money settings.")
    due = owed(payment)
    if payment.state == State.CHARGE_QUEUED or not due:
        raise ImpossibleMove("Nothing is to be paid by hand now. Reload the page.")
    if amount != due:
        raise ImpossibleMove(f"{due} is owed. Note a payment when the whole amount is there.")
    move: HandMove = HandMove.objects.create(
        case=case,
        payment=payment,
        minor=amount.minor,
        currency=amount.currency,
        how=how,
        reference=reference[:80],
        by_user=by.user,
        at=at,
        done_at=at,
    )
    against = Account.PATIENT if payment.state == State.INVOICED else Account.FEES
    source = f"hand:{move.pk}"
    book(payment, amount, into=Account.BANK, against=against, source=source, at=at)
    Invoice.objects.filter(
        lines__payment=payment, institution=None, state=Invoice.State.SENT
    ).update(
        state=Invoice.State.PAID,
        paid_on=day_of(case, at),
        reference=reference[:80],
        noted_by=by.user,
    )
    drop_tries(payment)
    payment.paid_at, payment.reason, payment.unpaid_since = at, "", None
    payment.go(State.CAPTURED, "paid_at", "reason", "unpaid_since")
    case.tell(Verb.PAID_BY_HAND, by=by, at=at, minor=amount.minor, currency=amount.currency)
    turns.done_by_patient(case, by=by, at=at)
    return move


def owe_back(
    payment: Payment,
    amount: Money,
    *,
    why: str,
    by: Actor,
    at: datetime,
    cause: UUID | None = None,
) -> HandMove:
    """Money that came by hand has to be sent back by hand: the billing desk gets the task."""
    known: HandMove | None = HandMove.objects.filter(cause=cause).first() if cause else None
    if known is not None:
        return known
    if amount > left_of(payment):
        raise ImpossibleMove(f"Only {left_of(payment)} of this payment can be given back.")
    came = payment.by_hand.filter(minor__gt=0).last()
    move: HandMove = HandMove.objects.create(
        case=payment.case,
        payment=payment,
        minor=-amount.minor,
        currency=amount.currency,
        how=came.how if came else HandMove.How.TRANSFER,
        why=why[:300],
        cause=cause or uuid4(),
        by_user=by.user,
        at=at,
    )
    what = f"Send {amount} back by {move.get_how_display().lower()}, then note it here"
    turns.ask_billing(payment.case, _key(move), what, at=at)
    return move


@transaction.atomic
def note_sent_back(move: HandMove, *, reference: str, by: Actor, at: datetime) -> None:
    """The cheque or transfer has gone; noting it twice changes nothing."""
    payment = quote(move.case, at=at)
    move = HandMove.objects.select_for_update(no_key=True).get(pk=move.pk)
    if move.done_at is not None:
        return
    move.done_at, move.reference, move.by_user = at, reference[:80], by.user
    move.save(update_fields=["done_at", "reference", "by_user"])
    book(payment, move.amount, into=Account.BANK, source=f"back:hand:{move.pk}", at=at)
    follow_the_books(payment)
    payment.case.tell(
        Verb.REFUNDED, by=by, at=at, minor=-move.minor, currency=move.currency, move=str(move.pk)
    )
    finish_task(payment.case, key=_key(move), by=by, at=at)


def _key(move: HandMove) -> str:
    return f"send-back-{move.pk}"
