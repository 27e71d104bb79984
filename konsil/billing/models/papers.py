"""What a patient gets on paper about money: estimates, receipts, receipts of refunds."""

from typing import ClassVar
from uuid import uuid4

from django.db import models

from konsil.billing.models.payments import Payment
from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned


class Paper(CaseOwned):
    """One paper as it was given out: its words frozen, its PDF kept by hash. Written once."""

    class Sort(models.TextChoices):
        ESTIMATE = "estimate", "Good-faith estimate"
        RECEIPT = "receipt", "Receipt"
        REFUND = "refund", "Receipt of a refund"

    kind = Kind.MONEY

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="papers")
    sort = models.CharField(max_length=10, choices=Sort)
    version = models.PositiveSmallIntegerField(default=1)
    cause = models.UUIDField(default=uuid4, help_text="The refund that it is of; else random")
    content = models.JSONField()
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["at", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payment", "sort", "version"],
                name="one_paper_a_version",
            ),
            models.UniqueConstraint(fields=["sort", "cause"], name="one_paper_a_cause"),
        ]
