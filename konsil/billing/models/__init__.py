"""The rows of this room: payments of a case, the price list, papers, invoices."""

from konsil.billing.models.discounts import Discount, DiscountUse
from konsil.billing.models.invoices import Invoice, InvoiceLine, Numbers
from konsil.billing.models.ledger import Account, LedgerEntry, ProviderNews
from konsil.billing.models.papers import Paper
from konsil.billing.models.payments import (
    Card,
    CardVisit,
    ChargeTry,
    HandMove,
    Payment,
    PaymentItem,
    Refund,
)
from konsil.billing.models.prices import Item, Price
from konsil.billing.models.rules import MoneyRules, ReviewerRate

__all__ = [
    "Account",
    "Card",
    "CardVisit",
    "ChargeTry",
    "Discount",
    "DiscountUse",
    "HandMove",
    "Invoice",
    "InvoiceLine",
    "Item",
    "LedgerEntry",
    "MoneyRules",
    "Numbers",
    "Paper",
    "Payment",
    "PaymentItem",
    "Price",
    "ProviderNews",
    "Refund",
    "ReviewerRate",
]
