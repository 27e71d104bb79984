"""How a hospital handles money: settings that are never edited, only followed by newer ones."""

from typing import ClassVar

from django.db import models

from konsil.billing.money import Money
from konsil.billing.rules import LATE_PERCENT, ChargePoint
from konsil.core.models import Record
from konsil.people.models import Institution, User

DISCLAIMERS = (
    "This is an estimate of what the service is expected to cost. It is not a contract, and you "
    "need not take the service.\n"
    "The bill can differ if something unforeseen comes up. We ask you before anything that costs "
    "more is done.\n"
    "If you are billed at least $400 more than this estimate, you can dispute the bill with the "
    "U.S. Department of Health and Human Services within 120 days of the bill: "
    "www.cms.gov/nosurprises or 1-800-985-3059.\n"
    "Other services may be recommended as part of your care; they are not in this estimate and "
    "have to be scheduled separately."
)
"""45 CFR 149.610(c)(1): the statements that a good-faith estimate must hold."""


class MoneyRules(Record):
    """One version of the settings; the newest holds, a running case keeps what it was quoted."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    charge_point = models.CharField(
        max_length=20, choices=ChargePoint, default=ChargePoint.ACCEPTANCE
    )
    late_percent = models.PositiveSmallIntegerField(default=LATE_PERCENT)
    by_hand = models.BooleanField(default=False, help_text="Cheques and transfers are taken")
    invoice_later = models.BooleanField(default=False)
    npi = models.CharField(max_length=10, blank=True)
    tax_number = models.CharField(max_length=20, blank=True)
    estimate_words = models.TextField(default=DISCLAIMERS)
    invoice_words = models.TextField(blank=True, help_text="How an invoice is paid")
    invoice_days = models.PositiveSmallIntegerField(default=30)
    reviewer_minor = models.PositiveIntegerField(default=0, help_text="For one signed opinion")
    currency = models.CharField(max_length=3, default="USD")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-made_at", "-created_at"]
        verbose_name_plural = "money rules"

    @classmethod
    def of(cls, tenant: Institution) -> "MoneyRules":
        """What holds now; the defaults where nobody has set anything."""
        return cls.objects.filter(tenant=tenant).first() or cls(tenant=tenant)


class ReviewerRate(Record):
    """What one reviewer gets for a signed opinion, from a day on."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="USD")
    starts = models.DateField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-starts", "-made_at"]

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)
