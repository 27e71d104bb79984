"""Giving money back: ask the provider once, then book what the provider says is back.

Only `reconcile` books refunds, from the charge as the provider has it now; so it is the same
whether we, a webhook or the provider's own pages caused it, and however often we hear of it.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import Sum

from konsil.billing import configured, turns
from konsil.billing.ledger import at_provider, balance, book, given_back, held
from konsil.billing.life import PAID, State
from konsil.billing.models import Account, ChargeTry, Payment, Refund
from konsil.billing.money import Money
from konsil.billing.provider import Charge, RefundStatus, RequestRefused
from konsil.cases.life import ImpossibleMove
from konsil.cases.scope import scope
from konsil.cases.verbs import Verb
from konsil.core.jobs import defer
from konsil.people.actors import SYSTEM, Actor


class MovedMeanwhile(Exception):
    """The books changed while the provider was asked; asking again tells what holds now."""


def left_of(attempt: ChargeTry) -> Money:
    """What can still be given back: taken, not back, and not on its way back."""
    on_its_way = attempt.refunds.filter(state=Refund.State.ASKED).aggregate(all=Sum("minor"))
    there = at_provider(attempt.payment, attempt)
    nothing = Money.zero(there.currency)
    return max(there - Money(on_its_way["all"] or 0, there.currency), nothing)


def ask_refund(
    attempt: ChargeTry,
    amount: Money,
    *,
    why: str,
    at: datetime,
    by: Actor = SYSTEM,
    cause: UUID | None = None,
) -> Refund | None:
    """Queue a refund of a locked try's charge; the same `cause` refunds once, nothing is no refund.

    Raises `ImpossibleMove` for more than is left.
    """
    from konsil.billing.jobs import refund

    known = Refund.objects.filter(cause=cause).first() if cause else None
    if known is not None or not amount:
        return known
    if amount > left_of(attempt):
        raise ImpossibleMove(f"Only {left_of(attempt)} of this payment can be given back.")
    made: Refund = Refund.objects.create(
        case=attempt.case,
        charge=attempt,
        minor=amount.minor,
        currency=amount.currency,
        why=why[:300],
        cause=cause or uuid4(),
        asked_by=by.user,
        at=at,
    )
    defer(refund, tenant_id=str(attempt.tenant_id), refund_id=str(made.pk))
    return made


def ask_provider(tenant_id: UUID, refund_id: UUID, *, at: datetime) -> None:
    """Carry one refund out. Raises `ProviderAway` or `MovedMeanwhile`: ask again later."""
    from konsil.billing.charging import KEY_LIVES

    with scope([tenant_id]):
        wish = Refund.objects.select_related("charge", "case").get(pk=refund_id)
        if wish.state != Refund.State.ASKED:
            return
        if wish.asked_at and at - wish.asked_at > KEY_LIVES:
            _stuck(wish, at)
            return
        wish.asked_at = wish.asked_at or at
        wish.save(update_fields=["asked_at"])
    try:
        done = configured.provider().refund(
            charge_id=wish.charge.charge_id, amount=wish.amount, idempotency_key=str(wish.pk)
        )
        good = done.status != RefundStatus.FAILED
    except RequestRefused:
        good = False
    with scope([tenant_id]):
        if good:
            Refund.objects.filter(pk=wish.pk).update(state=Refund.State.DONE)
        else:
            _stuck(wish, at)
    reconcile(tenant_id, wish.charge_id, at=at)


def reconcile(tenant_id: UUID, try_id: UUID, *, at: datetime) -> None:
    """Make the books say of one charge what the provider says of it."""
    from konsil.billing.charging import locked_try

    for _again in range(3):
        with scope([tenant_id]):
            before = ChargeTry.objects.select_related("payment").get(pk=try_id)
        charge = configured.provider().find_charge(before.charge_id)
        with scope([tenant_id]):
            attempt = locked_try(try_id)
            if attempt.payment.version == before.payment.version:
                settle(attempt, charge, at=at)
                return
    raise MovedMeanwhile


def settle(attempt: ChargeTry, charge: Charge, *, at: datetime) -> None:
    """Book of a locked try what the provider says of its charge, and the books do not say yet."""
    from konsil.billing.charging import note

    note(attempt, charge, at=at)
    if attempt.state == ChargeTry.State.CAPTURED:
        _book_back(attempt, charge, at)
        _book_dispute(attempt, charge, at)


def _book_back(attempt: ChargeTry, charge: Charge, at: datetime) -> None:
    """Book the difference between what went back and what the books say; it may be negative."""
    payment = attempt.payment
    more = charge.refunded - given_back(payment, attempt)
    if not more:
        return
    source = f"back:{charge.id}:{payment.version}"
    book(payment, -more, into=Account.CARD, source=source, at=at, charge=attempt)
    follow_the_books(payment)
    if more > Money.zero(more.currency):
        payment.case.tell(Verb.REFUNDED, by=SYSTEM, at=at, minor=more.minor, currency=more.currency)
        return
    turns.ask_billing(
        payment.case, "refund-stuck", f"A refund of {-more} did not reach the card", at=at
    )


def follow_the_books(payment: Payment) -> None:
    """Paid, partly given back, or given back: what the ledger sums to."""
    if payment.state not in PAID:
        return
    if balance(payment, Account.DISPUTED):
        payment.go(State.DISPUTED)
    elif held(payment) >= payment.amount:
        payment.go(State.CAPTURED)
    else:
        payment.go(State.PART_REFUNDED if held(payment) else State.REFUNDED)


def _book_dispute(attempt: ChargeTry, charge: Charge, at: datetime) -> None:
    """Book what the bank took back in disputes, or gave again; each time a person has to look."""
    payment = attempt.payment
    if charge.disputed is None:
        return
    more = charge.disputed - balance(payment, Account.DISPUTED, charge=attempt)
    if not more:
        return
    book(
        payment,
        more,
        into=Account.DISPUTED,
        against=Account.CARD,
        source=f"dispute:{charge.id}:{payment.version}",
        at=at,
        charge=attempt,
    )
    follow_the_books(payment)
    if more > Money.zero(more.currency):
        payment.case.tell(Verb.DISPUTED, by=SYSTEM, at=at, minor=more.minor, currency=more.currency)


def _stuck(wish: Refund, at: datetime) -> None:
    Refund.objects.filter(pk=wish.pk).update(state=Refund.State.STUCK)
    what = f"Look at the refund of {wish.amount}: the card service did not carry it out"
    turns.ask_billing(wish.case, "refund-stuck", what, at=at)
