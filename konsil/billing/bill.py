"""What stands on the bill: add-ons, a discount code, and the patient's yes to a new price."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from konsil.billing import turns
from konsil.billing.charging import drop_tries, queue_charge
from konsil.billing.ledger import book
from konsil.billing.life import State
from konsil.billing.models import Account, Discount, DiscountUse, Item, Payment
from konsil.billing.models.prices import ADD_ONS
from konsil.billing.quoting import (
    add_on_price,
    add_up,
    day_of,
    put_item,
    quote,
    reckon_discount,
    whole_price,
)
from konsil.cases.actions import finish_task
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM, Actor

CHANGEABLE = frozenset({State.QUOTED, State.CARD_SAVED, State.FAILED})
MISSES_ALLOWED = 5
NO_CODE = "We do not know this code. Check its letters, or go on without it."


@transaction.atomic
def add_on(case: Case, item: Item, *, by: Actor, at: datetime) -> Payment:
    """Put an add-on on the bill at today's price; nothing more is taken without her yes."""
    payment = _changeable(case, at)
    if item not in ADD_ONS:
        raise ImpossibleMove("Choose an add-on of the price list.")
    row = add_on_price(case, item, at=at)
    if row is None or row.currency != payment.currency:
        raise ImpossibleMove(f"The price list has no price for “{item.label}”. Add one first.")
    if payment.items.filter(item=item, dropped_at=None).exists():
        return payment
    put_item(payment, item, row.minor, at=at, code=row.code, by_user=by.user)
    reckon_discount(payment, at=at)
    return _changed(payment, by=by, at=at)


@transaction.atomic
def drop_add_on(case: Case, item: Item, *, by: Actor, at: datetime) -> Payment:
    """Take an add-on off the bill again."""
    payment = _changeable(case, at)
    if item not in ADD_ONS:
        raise ImpossibleMove("Only add-ons can be taken off the bill.")
    payment.items.filter(item=item, dropped_at=None).update(dropped_at=at)
    add_up(payment)
    reckon_discount(payment, at=at)
    return _changed(payment, by=by, at=at)


@transaction.atomic
def agree(case: Case, minor: int, *, by: Actor, at: datetime) -> Payment:
    """The patient agrees to the price that she saw; another price by now is refused."""
    payment = quote(case, at=at)
    if minor != payment.minor:
        raise ImpossibleMove("The price has changed meanwhile. Look at it again.")
    if payment.agreed_minor >= minor:
        return payment
    payment.agreed_minor = minor
    payment.save(update_fields=["agreed_minor"])
    case.tell(Verb.PRICE_AGREED, by=by, at=at, minor=minor, currency=payment.currency)
    turns.done_by_patient(case, by=by, at=at)
    if payment.due_since and payment.state in CHANGEABLE:
        if payment.card is not None:
            queue_charge(payment, by=by, at=at)
        else:
            turns.ask_patient(case, turns.CARD, at=at)
    return payment


def use_code(case: Case, typed: str, *, by: Actor, at: datetime) -> Payment:
    """Take a discount code for this case: once a case, within its dates and its number of uses.

    Wrong codes are counted, so that nobody finds one by trying. Raises `ImpossibleMove`.
    """
    payment, refusal = _try_code(case, typed, by=by, at=at)
    if refusal:
        raise ImpossibleMove(refusal)
    return payment


@transaction.atomic
def _try_code(case: Case, typed: str, *, by: Actor, at: datetime) -> tuple[Payment, str]:
    payment = _changeable(case, at)
    if payment.code_misses >= MISSES_ALLOWED:
        return payment, "Too many codes were tried. Call us, and we enter it for you."
    if DiscountUse.objects.filter(payment=payment).exists():
        return payment, "A code is used for this case already. Only one can be."
    code = (
        Discount.objects.select_for_update(no_key=True, of=("self",))
        .filter(tenant=case.tenant, code=typed.strip().upper())
        .first()
    )
    if code is None:
        Payment.objects.filter(pk=payment.pk).update(code_misses=F("code_misses") + 1)
        return payment, NO_CODE
    if not code.holds_on(day_of(case, at)):
        return payment, "This code is not valid today."
    if code.most_uses is not None and code.uses.count() >= code.most_uses:
        return payment, "This code has been used as often as it can be."
    if code.minor and code.currency != payment.currency:
        return payment, "This code is for another currency."
    DiscountUse.objects.create(
        case=case, discount=code, payment=payment, minor=0, at=at, by_user=by.user
    )
    reckon_discount(payment, at=at)
    _changed(payment, by=by, at=at)
    return payment, ""


def _changeable(case: Case, at: datetime) -> Payment:
    payment = quote(case, at=at)
    if payment.state not in CHANGEABLE or not case.is_open:
        raise ImpossibleMove("The price stands: it is being charged, or the money is settled.")
    return payment


def _changed(payment: Payment, *, by: Actor, at: datetime) -> Payment:
    """Save the new price; where she has to agree to more, it is her turn."""
    drop_tries(payment)
    payment.agreed_minor = min(payment.agreed_minor, payment.minor)
    payment.save()
    case = payment.case
    case.tell(Verb.PRICE_CHANGED, by=by, at=at, minor=payment.minor, currency=payment.currency)
    if payment.minor == 0:
        return _free(payment, at=at)
    if payment.minor > payment.agreed_minor:
        turns.ask_patient(case, turns.AGREE, at=at)
    else:
        finish_task(case, key=turns.AGREE, by=by, at=at)
        if payment.due_since and payment.card and payment.state in CHANGEABLE:
            queue_charge(payment, by=SYSTEM, at=at)
    return payment


def _free(payment: Payment, *, at: datetime) -> Payment:
    """Nothing is left to pay: the fee counts as waived, and the whole discount is in the books."""
    whole = whole_price(payment)
    payment.reason, payment.unpaid_since = "A discount code covers the whole price", None
    payment.go(State.WAIVED, "reason", "unpaid_since")
    book(payment, whole, into=Account.WAIVED, source=f"{State.WAIVED}:{payment.pk}", at=at)
    turns.done_by_patient(payment.case, by=SYSTEM, at=at)
    return payment
