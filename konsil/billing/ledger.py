"""The books of a case: every movement of money as two entries that sum to zero (F10.5, H6)."""

from datetime import datetime
from uuid import uuid4

from django.db.models import Sum

from konsil.billing.models import Account, ChargeTry, LedgerEntry, Payment
from konsil.billing.money import Money


def book(
    payment: Payment,
    amount: Money,
    *,
    into: Account,
    source: str,
    at: datetime,
    charge: ChargeTry | None = None,
) -> None:
    """Book `amount` into an account against the fees, once for each `source`.

    The payment's row is locked by the caller. Nothing is booked for nothing.
    """
    if not amount or LedgerEntry.objects.filter(payment=payment, source=source).exists():
        return
    transaction = uuid4()
    sides = ((into, amount), (Account.FEES, -amount))
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            case=payment.case,
            payment=payment,
            charge=charge,
            transaction=transaction,
            source=source,
            account=account,
            minor=part.minor,
            currency=part.currency,
            at=at,
        )
        for account, part in sides
    )
    payment.version += 1
    payment.save(update_fields=["version"])


def at_provider(payment: Payment, charge: ChargeTry | None = None) -> Money:
    """What was taken by card and not given back: of the case, or of one charge."""
    entries = LedgerEntry.objects.filter(payment=payment, account=Account.CARD)
    if charge is not None:
        entries = entries.filter(charge=charge)
    return Money(entries.aggregate(total=Sum("minor"))["total"] or 0, payment.currency)


def given_back(payment: Payment, charge: ChargeTry | None = None) -> Money:
    """What went back to the card so far, as a positive amount."""
    entries = LedgerEntry.objects.filter(
        payment=payment, account=Account.CARD, source__startswith="back:"
    )
    if charge is not None:
        entries = entries.filter(charge=charge)
    return Money(-(entries.aggregate(total=Sum("minor"))["total"] or 0), payment.currency)
