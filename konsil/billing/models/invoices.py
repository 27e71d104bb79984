"""Invoices to institutions and patients, numbered without gaps, a case a line (F10.7)."""

from typing import ClassVar

from django.db import models

from konsil.billing.models.payments import Payment
from konsil.billing.money import Money
from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned
from konsil.core.models import Record
from konsil.people.models import Institution, User


class Numbers(Record):
    """The last number that a hospital gave to an invoice; the row is locked to take the next."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "numbers"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], name="one_row_of_numbers_a_tenant")
        ]


class Invoice(Record):
    """What somebody owes the hospital, as it was sent. `institution` is none for a patient."""

    class State(models.TextChoices):
        SENT = "sent", "To be paid"
        PAID = "paid", "Paid"
        SETTLED = "settled", "Nothing to pay"

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, related_name="+"
    )
    month = models.DateField(null=True, help_text="The first day of the month it is for")
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.SENT)
    content = models.JSONField()
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField()
    due_on = models.DateField()
    paid_on = models.DateField(null=True)
    reference = models.CharField(max_length=80, blank=True, help_text="Of the cheque or transfer")
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_invoice_a_number"),
            models.UniqueConstraint(
                fields=["tenant", "institution", "month", "currency"],
                condition=~models.Q(month=None),
                name="one_invoice_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number:05}"

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)


class InvoiceLine(CaseOwned):
    """One case on one invoice, by its number only; a credit is negative."""

    kind = Kind.MONEY

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="invoice_lines")
    words = models.CharField(max_length=160)
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "payment"], name="one_line_a_case")
        ]

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)
