"""When an institution works: its days, its hours, its holidays. Targets are counted by these."""

from datetime import time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from konsil.cases.clocks import Calendar
from konsil.core.models import Record
from konsil.people.models import Institution


def monday_to_friday() -> list[int]:
    """The days of a week on which most practices work; 0 is Monday."""
    return [0, 1, 2, 3, 4]


class PracticeCalendar(Record):
    """The working week of an institution; without a row it is Monday to Friday, 8 to 5.

    The time zone is the institution's own (`Institution.time_zone`).
    """

    tenant = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", editable=False
    )
    institution = models.OneToOneField(
        Institution, on_delete=models.PROTECT, related_name="practice_calendar"
    )
    days = models.JSONField(default=monday_to_friday, help_text="Weekdays; 0 is Monday")
    opens = models.TimeField(default=time(8))
    closes = models.TimeField(default=time(17), help_text="00:00 is the end of the day")

    def __str__(self) -> str:
        return f"{self.opens:%H:%M} to {self.closes:%H:%M}"

    def clean(self) -> None:
        """A week in which nobody works, or a day that ends before it begins, is refused."""
        try:
            self.calendar()
        except (TypeError, ValueError) as wrong:
            raise ValidationError(str(wrong)) from wrong

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.institution.tenant_pk
        super().save(*args, **kwargs)

    def calendar(self) -> Calendar:
        """The working time as `clocks` counts it."""
        return Calendar(
            zone=ZoneInfo(self.institution.time_zone),
            days=frozenset(self.days),
            opens=self.opens,
            closes=self.closes,
            holidays=Holiday.days_of(self.institution),
        )

    @classmethod
    def of(cls, institution: Institution) -> Calendar:
        """The calendar of an institution, the hospital's own where it has none."""
        for place in dict.fromkeys((institution, institution.tenant)):
            row = cls.objects.select_related("institution").filter(institution=place).first()
            if row is not None:
                return row.calendar()
        zone = ZoneInfo(institution.time_zone)
        return Calendar(zone=zone, holidays=Holiday.days_of(institution))


class Holiday(Record):
    """A day on which an institution does not work. One of the hospital holds for all of it."""

    tenant = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", editable=False
    )
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "day"], name="one_holiday_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.day:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.institution.tenant_pk
        super().save(*args, **kwargs)

    @classmethod
    def days_of(cls, institution: Institution) -> frozenset[Any]:
        """The days off of an institution and of its hospital."""
        rows = cls.objects.filter(Q(institution=institution) | Q(institution=institution.tenant_pk))
        return frozenset(rows.values_list("day", flat=True))
