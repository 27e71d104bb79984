"""Where the hospital may answer, and who of its physicians is licensed where (facts.md F.2).

Counsel keeps the table; nothing of it stands in code. What the table does not say needs a local
physician.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Cast, Now

from konsil.core.models import Record
from konsil.people.models import Institution, User
from konsil.people.places import name_of


class Verdict(models.TextChoices):
    """What a place's law lets a physician from elsewhere do."""

    ALLOW = "allow", "Direct to the patient"
    LOCAL_PHYSICIAN = "local_physician", "Only with a local physician"
    BLOCK = "block", "Not at all"


class Mode(models.TextChoices):
    """In which way the physician answers; the law may differ for each."""

    WRITTEN = "written", "Written opinion"
    VIDEO = "video", "Video visit"
    PRESCRIPTION = "prescription", "Prescription"


class LicenceRule(Record):
    """One row of the hospital's licence table. Unknown means: local physician needed."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=10, help_text="ISO 3166-2, like US-OR")
    place_name = models.CharField(max_length=80)
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.WRITTEN)
    verdict = models.CharField(max_length=20, choices=Verdict)
    source = models.CharField(max_length=200)
    checked_on = models.DateField()
    owner = models.CharField(max_length=120)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["place_name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "place", "mode"], name="one_rule_a_place_and_mode"
            )
        ]

    @classmethod
    def verdict_for(cls, tenant: Institution, place: str) -> Verdict:
        """The table's word on a written opinion to a patient in `place`."""
        return rule_for(tenant, place).verdict


class LicenceQuerySet(models.QuerySet["Licence"]):
    def in_force(self) -> Self:
        """Licences that hold today, by the database's clock; the last day counts."""
        return self.filter(until__gte=Cast(Now(), models.DateField()))


class Licence(Record):
    """A physician's own licence to practise in a place, until a day."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="licences")
    place = models.CharField(max_length=10, help_text="ISO 3166-2, like US-OR")
    number = models.CharField(max_length=40)
    until = models.DateField()
    source = models.CharField(max_length=200, blank=True, help_text="Where it was looked up")
    checked_on = models.DateField(null=True)

    objects: ClassVar = LicenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["until"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "user", "place"], name="one_licence_a_physician_and_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {name_of(self.place)}"


@dataclass(frozen=True)
class Rule:
    """What holds for one place and mode, and on whose word."""

    verdict: Verdict
    source: str = ""
    checked_on: date | None = None
    owner: str = ""
    known: bool = True
    licensed: bool = False
    """The reviewer's own licence in that place, not the table, allows it."""


UNKNOWN = Rule(Verdict.LOCAL_PHYSICIAN, known=False)


def rule_for(
    tenant: Institution, place: str, mode: Mode = Mode.WRITTEN, *, reviewer: User | None = None
) -> Rule:
    """What the hospital may do for a patient in `place`: the one answer that all rooms ask.

    A mode without a row needs a local physician, and is blocked where written opinions are. The
    `reviewer`'s licence in force there makes a local physician unnecessary; it lifts no block, for
    that is counsel's word on the whole hospital.
    """
    rows = LicenceRule.objects.filter(tenant=tenant, place=place, mode__in=[mode, Mode.WRITTEN])
    by_mode = {row.mode: row for row in rows}
    row, written = by_mode.get(mode), by_mode.get(Mode.WRITTEN)
    if row is None and written is not None and written.verdict == Verdict.BLOCK:
        row = written
    rule = (
        Rule(Verdict(row.verdict), row.source, row.checked_on, row.owner)
        if row is not None
        else UNKNOWN
    )
    if rule.verdict != Verdict.LOCAL_PHYSICIAN or reviewer is None:
        return rule
    own = Licence.objects.in_force().filter(tenant=tenant, user=reviewer, place=place).first()
    if own is None:
        return rule
    return Rule(Verdict.ALLOW, own.source, own.checked_on, str(reviewer), licensed=True)
