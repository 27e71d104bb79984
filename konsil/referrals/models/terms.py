"""What holds for one clinic: its colour, its default clock, whether it reads the report (F12.6)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from konsil.core.models import Record
from konsil.people.models import Institution, User


class ClinicTerms(Record):
    """One row a clinic; without one the hospital's own apply."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    institution = models.OneToOneField(
        Institution, on_delete=models.PROTECT, related_name="clinic_terms"
    )
    colour = models.CharField(max_length=7, blank=True, help_text="#RRGGBB, of buttons and links")
    default_show = models.CharField(
        max_length=10, blank=True, help_text="The filter with which its list opens"
    )
    days_low = models.PositiveSmallIntegerField(null=True, blank=True)
    days_high = models.PositiveSmallIntegerField(null=True, blank=True)
    reads_report = models.BooleanField(
        default=True, help_text="The hospital's policy; each patient may still say no"
    )
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="clinic_clock_goes_forward",
                condition=Q(days_low=None, days_high=None)
                | Q(days_low__isnull=False, days_high__gte=F("days_low")),
            )
        ]

    @classmethod
    def of(cls, clinic: Institution) -> "ClinicTerms | None":
        """The clinic's own terms, if it has any."""
        return cls.objects.filter(institution=clinic).first()
