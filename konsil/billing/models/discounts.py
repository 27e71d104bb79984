"""Discount codes, and each use of one (F10.7)."""

from datetime import date
from typing import ClassVar

from django.db import models

from konsil.billing.models.payments import Payment
from konsil.billing.money import Money
from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned
from konsil.core.models import Record
from konsil.people.models import Institution, User


class Discount(Record):
    """A code that takes a share or an amount off, within its dates and as often as it says."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=24)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    minor = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    most_uses = models.PositiveIntegerField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "code"], name="one_code_a_tenant"),
            models.CheckConstraint(
                condition=models.Q(percent=None, minor__gt=0)
                | models.Q(percent__gt=0, percent__lte=100, minor=None),
                name="a_discount_is_a_share_or_an_amount",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def worth(self) -> str:
        """20 %, or $100.00."""
        return f"{self.percent} %" if self.percent else str(Money(self.minor or 0, self.currency))

    def off(self, price: Money) -> Money:
        """What comes off; never more than the price."""
        if self.percent:
            return price.percent(self.percent)
        return min(Money(self.minor or 0, self.currency), price)

    def holds_on(self, day: date) -> bool:
        over = self.ends is not None and self.ends < day
        return self.stopped_at is None and self.starts <= day and not over


class DiscountUse(CaseOwned):
    """One code used for one case; a case uses at most one."""

    kind = Kind.MONEY

    discount = models.ForeignKey(Discount, on_delete=models.PROTECT, related_name="uses")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+")
    minor = models.PositiveIntegerField()
    at = models.DateTimeField()
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payment"], name="one_discount_a_case")
        ]
