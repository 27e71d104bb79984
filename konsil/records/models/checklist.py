"""What somebody said about a line of the checklist that no record ticks."""

from typing import ClassVar

from django.db import models

from konsil.cases.models import CaseOwned, Exhibit
from konsil.people.models import User


class ChecklistMark(CaseOwned):
    """A line of the service line's checklist is not needed, does not exist, or is here after all.

    The newest mark of a line counts; taking it back is a mark of its own ("open").
    """

    class Mark(models.TextChoices):
        NOT_NEEDED = "not_needed", "Not needed"
        NOT_THERE = "not_there", "Does not exist"
        HERE = "here", "Here"
        OPEN = "open", "Still wanted"

    line = models.CharField(max_length=60, help_text="The key in the service line's checklist")
    mark = models.CharField(max_length=12, choices=Mark)
    reason = models.CharField(max_length=200, blank=True)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at"]
        indexes: ClassVar = [models.Index(fields=["case", "line"])]
