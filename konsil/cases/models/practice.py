"""What a hospital offers, and where it may: its service lines and its licence rules."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from konsil.core.models import Record
from konsil.people.models import Institution


class ServiceLine(Record):
    """A kind of second opinion: its price, its time, the records it needs and its report."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="service_lines")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    conditions = models.JSONField(default=list, help_text="Names of illnesses, in patients' words")
    specialty = models.CharField(max_length=60)
    price_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="USD")
    gathering_fee_cents = models.PositiveIntegerField(default=0)
    days_low = models.PositiveSmallIntegerField(default=10)
    days_high = models.PositiveSmallIntegerField(default=15)
    included = models.JSONField(default=list)
    checklist = models.JSONField(default=list, help_text="[{key, name, kind, modality?, wanted}]")
    sections = models.JSONField(default=list, help_text="[{key, title, required}]")
    release = models.CharField(
        max_length=10,
        choices=[("at_once", "As soon as it is signed"), ("by_hand", "When the desk releases it")],
        default="at_once",
    )
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "slug"], name="one_slug_a_tenant")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> str:
        """The price as people read it: $850."""
        whole, cents = divmod(self.price_cents, 100)
        sign = {"USD": "$", "EUR": "€", "GBP": "£"}.get(self.currency, f"{self.currency} ")
        return f"{sign}{whole:,}" + (f".{cents:02}" if cents else "")


class Verdict(models.TextChoices):
    """What a place's law lets a physician from elsewhere do."""

    ALLOW = "allow", "Direct to the patient"
    LOCAL_PHYSICIAN = "local_physician", "Only with a local physician"
    BLOCK = "block", "Not at all"


class LicenceRule(Record):
    """One row of the hospital's licence table. Unknown means: local physician needed."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=10, help_text="ISO 3166-2, like US-OR")
    place_name = models.CharField(max_length=80)
    verdict = models.CharField(max_length=20, choices=Verdict)
    source = models.CharField(max_length=200)
    checked_on = models.DateField()
    owner = models.CharField(max_length=120)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["place_name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "place"], name="one_rule_a_place")
        ]

    @classmethod
    def verdict_for(cls, tenant: Institution, place: str) -> Verdict:
        """The rule for `place`; a place without a row needs a local physician."""
        rule = cls.objects.filter(tenant=tenant, place=place).first()
        return Verdict(rule.verdict) if rule else Verdict.LOCAL_PHYSICIAN
