"""Doctors without an account: who begins a referral alone, and who treats and gets the report."""

from typing import Any, ClassVar

from django.db import models

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned
from konsil.core.models import Record
from konsil.people.models import Institution, Pass, User


class Doctor(Record):
    """A doctor who is not enrolled and refers from the public page (F2.12).

    What the doctor wrote waits in `letter` until the hospital has checked who it is; then it is a
    case, and `letter` is emptied.
    """

    class State(models.TextChoices):
        WRITTEN = "written", "The doctor has not opened our mail yet"
        PROVEN = "proven", "The hospital checks who refers"
        ACCEPTED = "accepted", "Checked"
        REFUSED = "refused", "Not accepted"

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    held = models.OneToOneField(Pass, on_delete=models.PROTECT, related_name="doctor")
    name = models.CharField(max_length=120)
    practice = models.CharField(max_length=120)
    email = models.EmailField()
    phone = models.CharField(max_length=40)
    npi = models.CharField(max_length=10, blank=True)
    letter: Any = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WRITTEN)
    form_key = models.UUIDField(unique=True, help_text="Makes a double press one")
    written_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "state", "written_at"])]

    def __str__(self) -> str:
        return f"{self.name}, {self.practice}"


class Treating(CaseOwned):
    """The treating physician: a link to the released report, no account (F11.8)."""

    kind = Kind.LOGISTICS

    held = models.OneToOneField(Pass, on_delete=models.PROTECT, related_name="treating")
    name = models.CharField(max_length=120)
    practice = models.CharField(max_length=120, blank=True)
    email = models.EmailField()
    named_by = models.CharField(max_length=120)
    sent_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["sent_at"]

    def __str__(self) -> str:
        return f"{self.name}, {self.practice}".rstrip(", ")


class Finding(CaseOwned):
    """What the treating physician found later, in words; a file beside it comes as a parcel."""

    kind = Kind.CLINICAL

    treating = models.ForeignKey(Treating, on_delete=models.PROTECT, related_name="findings")
    text = models.TextField()
    found_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at"]
