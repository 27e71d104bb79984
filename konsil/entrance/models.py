"""What stays on record of the entrance: a lost second factor, and emergency access to a case."""

from typing import ClassVar

from django.db import models

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned, Seat
from konsil.core.models import Record
from konsil.people.models import Institution, User


class FactorReset(Record):
    """An administrator took somebody's second factors away, after a check of who asked."""

    class Checked(models.TextChoices):
        IN_PERSON = "in_person", "In person, with a badge or an identity card"
        VIDEO = "video", "By video, with a badge or an identity card"
        CALLED = "called", "I called the number that the hospital has on file"

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    checked = models.CharField(max_length=20, choices=Checked)
    words = models.CharField(max_length=300)


class EmergencyAccess(CaseOwned):
    """Somebody without a seat opened a case, with a reason, for an hour at most (trust.md A8)."""

    kind = Kind.INTERNAL

    class Reason(models.TextChoices):
        SAFETY = "safety", "A patient may be in danger and the team cannot be reached"
        COMPLAINT = "complaint", "A complaint or a legal question"
        BREACH = "breach", "A suspicion that somebody looked without need"
        ASKED = "asked", "The patient asked about the record"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="emergency")
    reason = models.CharField(max_length=20, choices=Reason)
    words = models.CharField(max_length=500)
    at = models.DateTimeField()
    until = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-at"]
