"""The price of a case, frozen when the request is sent: always the server's own (H1, F10.1)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from konsil.billing import pricing
from konsil.billing.models import DiscountUse, Item, MoneyRules, Payment, PaymentItem, Price
from konsil.billing.money import Money
from konsil.cases.life import Stage
from konsil.cases.models import Case
from konsil.people.models import User


def day_of(case: Case, at: datetime) -> date:
    """Which day it is at the hospital: prices and codes go by it."""
    return at.astimezone(ZoneInfo(case.tenant.time_zone)).date()


@transaction.atomic
def quote(case: Case, *, at: datetime) -> Payment:
    """The payment of the case, its row locked; while the request is a draft the price follows.

    The price stands from the first quote after the request was sent.
    """
    payment = _locked(case)
    if payment is None:
        Payment.objects.get_or_create(case=case, defaults={"minor": 0, "currency": "USD"})
        payment = _locked(case)
        assert payment is not None
    payment.case = case
    if payment.frozen_at is None:
        _follow_the_list(payment, at=at)
    return payment


def _locked(case: Case) -> Payment | None:
    row: Payment | None = (
        Payment.objects.select_for_update(no_key=True, of=("self",)).filter(case=case).first()
    )
    return row


def _follow_the_list(payment: Payment, *, at: datetime) -> None:
    """Take the price from the list; from the sending of the request on it stands."""
    case = payment.case
    found = pricing.for_case(case, on=day_of(case, at))
    rules = MoneyRules.of(case.tenant)
    payment.currency, payment.gathering_minor = found.currency, found.gathering_minor
    payment.late_percent, payment.charge_point = rules.late_percent, rules.charge_point
    payment.frozen_at = None if case.stage == Stage.DRAFT else at
    put_item(payment, Item.OPINION, found.minor, at=at, code=found.code)
    reckon_discount(payment, at=at)
    payment.agreed_minor = payment.minor  # she sends the request with this price before her eyes
    payment.save()


def put_item(
    payment: Payment,
    item: Item,
    minor: int,
    *,
    at: datetime,
    code: str = "",
    words: str = "",
    by_user: User | None = None,
) -> None:
    """Put one line on the bill, or change it, and add the bill up; the caller saves the payment."""
    known = payment.items.filter(item=item, dropped_at=None).first()
    made = known or PaymentItem(
        case=payment.case, payment=payment, item=item, at=at, by_user=by_user
    )
    made.minor, made.currency, made.code = minor, payment.currency, code
    made.words = words or str(item.label)
    made.save()
    add_up(payment)


def add_up(payment: Payment) -> None:
    """The price is what its lines sum to."""
    lines = payment.items.filter(dropped_at=None)
    payment.minor = lines.aggregate(total=Sum("minor"))["total"] or 0


def reckon_discount(payment: Payment, *, at: datetime) -> None:
    """What the code takes off follows the other lines of the bill."""
    use = DiscountUse.objects.filter(payment=payment).select_related("discount").first()
    if use is None:
        return
    use.minor = use.discount.off(whole_price(payment)).minor
    use.save(update_fields=["minor"])
    words = f"Discount, code {use.discount.code}"
    put_item(payment, Item.DISCOUNT, -use.minor, at=at, words=words)


def whole_price(payment: Payment) -> Money:
    """What the bill comes to before a discount."""
    lines = payment.items.filter(dropped_at=None).exclude(item=Item.DISCOUNT)
    return Money.sum((line.amount for line in lines), payment.currency)


def payment_of(case: Case) -> Payment | None:
    """The payment as it stands, unlocked; None before anything was quoted."""
    payment: Payment | None = Payment.objects.filter(case=case).first()
    return payment


def add_on_price(case: Case, item: Item, *, at: datetime) -> Price | None:
    """What an add-on costs for this case today; None when the list has no price for it."""
    return pricing.resolve(
        pricing.rows(case.tenant, item),
        line=case.service_line,
        place=case.place,
        institution=case.referred_by,
        on=day_of(case, at),
    )
