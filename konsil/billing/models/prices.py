"""The price list: rows that are never edited, only ended or replaced (F10.1)."""

from datetime import date
from typing import ClassVar

from django.db import models

from konsil.billing.money import Money
from konsil.cases.models import ServiceLine
from konsil.core.models import Record
from konsil.people.models import Institution, User


class Item(models.TextChoices):
    """What a hospital can put a price on; the label is what a patient reads, without an illness."""

    OPINION = "opinion", "Medical second opinion in writing"
    PATHOLOGY = "pathology", "Pathology slides read again"
    RADIOLOGY = "radiology", "Images read again by a radiologist"
    VIDEO = "video", "Conversation by video"
    TRANSLATION = "translation", "Translation of records"
    DISCOUNT = "discount", "Discount"


ADD_ONS = (Item.PATHOLOGY, Item.RADIOLOGY, Item.VIDEO, Item.TRANSLATION)


class Price(Record):
    """One price: of what, for which service, where, for whom, from when until when.

    Empty service, place or institution mean any. `ends` is the last day; none is for ever.
    """

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=20, choices=Item)
    service_line = models.ForeignKey(
        ServiceLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(max_length=10, blank=True, help_text="ISO 3166-2, like US-OR")
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    code = models.CharField(max_length=20, blank=True, help_text="Service code on estimates")
    minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="USD")
    gathering_minor = models.PositiveIntegerField(default=0)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    retired_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["item", "starts"]
        indexes: ClassVar = [models.Index(fields=["tenant", "item", "starts"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends=None) | models.Q(ends__gte=models.F("starts")),
                name="a_price_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}, {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)

    def holds_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)
