"""What a hospital offers: its programmes and their service lines."""

from copy import copy
from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from konsil.cases.models.versions import Version
from konsil.core.models import Record
from konsil.people.actors import Actor
from konsil.people.models import Institution


class Programme(Record):
    """A group of service lines as the hospital speaks of them: Cancer, Heart, Spine."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_programme_a_name")
        ]

    def __str__(self) -> str:
        return self.name


TERMS = (
    "name",
    "about",
    "conditions",
    "questions",
    "specialty",
    "price_cents",
    "currency",
    "gathering_fee_cents",
    "days_low",
    "days_high",
    "included",
    "checklist",
    "sections",
    "release",
    "quality_check",
)
"""What a version of a service line holds, and a running case keeps."""


class ServiceLine(Record):
    """A kind of second opinion: its price, its time, the records it needs and its report."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="service_lines")
    programme = models.ForeignKey(
        Programme, on_delete=models.SET_NULL, null=True, blank=True, related_name="lines"
    )
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    conditions = models.JSONField(default=list, help_text="Names of illnesses, in patients' words")
    questions = models.JSONField(
        default=list, blank=True, help_text="Questions that are offered to whoever has none yet"
    )
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
    quality_check = models.BooleanField(
        default=False, help_text="A second physician reads the report before it is signed"
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

    def as_kept(self) -> dict[str, Any]:
        """What is offered today, as a version keeps it."""
        terms = {name: getattr(self, name) for name in TERMS}
        programme = self.programme.name if self.programme else ""
        return {**terms, "programme": programme, "active": self.active}

    def keep_version(self, *, by: Actor, at: datetime, note: str = "") -> Version:
        """The version of today's terms; a new one only if they changed since the last."""
        return Version.keep(
            tenant=self.tenant,
            about=Version.About.SERVICE_LINE,
            subject=self.pk,
            title=self.name,
            values=self.as_kept(),
            by=by,
            at=at,
            note=note,
        )

    def as_of(self, version: Version | None) -> "ServiceLine":
        """This line with the terms of a version, to read only; itself where there is none."""
        if version is None:
            return self
        then = copy(self)
        for name, value in version.values.items():
            if name in TERMS:
                setattr(then, name, value)
        return then
