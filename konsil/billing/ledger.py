"""The books of a case: every movement of money as two entries that sum to zero (F10.5, H6)."""

from datetime import datetime
from typing import Any
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
    against: Account = Account.FEES,
) -> None:
    """Book `amount` into an account against another (the fees), once for each `source`.

    The payment's row is locked by the caller. Nothing is booked for nothing.
    """
    if not amount or LedgerEntry.objects.filter(payment=payment, source=source).exists():
        return
    transaction = uuid4()
    sides = ((into, amount), (against, -amount))
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


def balance(payment: Payment, *accounts: Account, charge: ChargeTry | None = None) -> Money:
    """What stands on these accounts for a case, or for one of its charges."""
    entries = LedgerEntry.objects.filter(payment=payment, account__in=accounts)
    if charge is not None:
        entries = entries.filter(charge=charge)
    return _total(entries, payment.currency)


def at_provider(payment: Payment, charge: ChargeTry | None = None) -> Money:
    """What was taken by card and not given back: of the case, or of one charge."""
    return balance(payment, Account.CARD, charge=charge)


def held(payment: Payment) -> Money:
    """What the hospital has of the patient's money, by card or by hand."""
    return balance(payment, Account.CARD, Account.BANK)


def given_back(payment: Payment, charge: ChargeTry | None = None) -> Money:
    """What went back so far, by card or by hand, as a positive amount."""
    entries = LedgerEntry.objects.filter(
        payment=payment, account__in=[Account.CARD, Account.BANK], source__startswith="back:"
    )
    if charge is not None:
        entries = entries.filter(charge=charge)
    return -_total(entries, payment.currency)


def _total(entries: Any, currency: str) -> Money:
    return Money(entries.aggregate(total=Sum("minor"))["total"] or 0, currency)
