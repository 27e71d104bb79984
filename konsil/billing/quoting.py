"""The price of a case, frozen when the request is sent: always the server's own (H1)."""

from datetime import datetime

from django.db import transaction

from konsil.billing.models import Payment
from konsil.cases.life import Stage
from konsil.cases.models import Case


@transaction.atomic
def quote(case: Case, *, at: datetime) -> Payment:
    """The payment of the case, its row locked; while the request is a draft the price follows.

    The price stands from the first quote after the request was sent.
    """
    line = case.service_line
    price = {
        "minor": line.price_cents,
        "currency": line.currency,
        "gathering_minor": line.gathering_fee_cents,
    }
    Payment.objects.get_or_create(case=case, defaults=price)
    payment: Payment = Payment.objects.select_for_update(no_key=True).get(case=case)
    payment.case = case
    if payment.frozen_at is None:
        for name, value in price.items():
            setattr(payment, name, value)
        payment.frozen_at = None if case.stage == Stage.DRAFT else at
        payment.save(update_fields=[*price, "frozen_at"])
    return payment


def payment_of(case: Case) -> Payment | None:
    """The payment as it stands, unlocked; None before anything was quoted."""
    payment: Payment | None = Payment.objects.filter(case=case).first()
    return payment
