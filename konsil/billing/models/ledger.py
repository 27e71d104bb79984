"""The books: entries that are written once, and the provider's messages that are kept once."""

from typing import Any, ClassVar

from django.db import models

from konsil.billing.models.payments import ChargeTry, Payment
from konsil.billing.money import Money
from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned
from konsil.core.models import Record


class Account(models.TextChoices):
    """Where money is, or whence it came. What is taken from the patient is plus on CARD."""

    CARD = "card", "At the card provider"
    BANK = "bank", "At the bank"
    DISPUTED = "disputed", "Held back in disputes"
    PATIENT = "patient", "Owed by patients"
    INSTITUTION = "institution", "Owed by institutions"
    WAIVED = "waived", "Waived by the hospital"
    FEES = "fees", "Fees earned"


class LedgerEntry(CaseOwned):
    """One side of a booking, written once; the database refuses a booking that is not zero (H6)."""

    kind = Kind.MONEY

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="entries")
    charge = models.ForeignKey(ChargeTry, on_delete=models.PROTECT, null=True, related_name="+")
    transaction = models.UUIDField()
    source = models.CharField(max_length=200, help_text="What is booked; the same is booked once")
    account = models.CharField(max_length=12, choices=Account)
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "created_at"]
        verbose_name_plural = "ledger entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "account"], name="one_booking_a_source"),
            models.CheckConstraint(condition=~models.Q(minor=0), name="an_entry_moves_money"),
        ]

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)


class ProviderNews(Record):
    """A message of the provider, kept once: only ids, for what it says is asked again (F10.6)."""

    event_id = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=80)
    about = models.CharField(max_length=20, help_text="EventKind")
    charge_id = models.CharField(max_length=120, blank=True)
    session_id = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField()
    came_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name_plural = "provider news"
