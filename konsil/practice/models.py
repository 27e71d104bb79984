"""What the hospital keeps of itself: colours, steps of the set-up, tasks of the office, mail."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned
from konsil.core.models import Record
from konsil.people.models import Institution, User
from konsil.people.roles import Role


class Brand(Record):
    """A hospital's colours and its mark; the mark was drawn anew and is only pixels."""

    tenant = models.OneToOneField(Institution, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=7)
    deep = models.CharField(max_length=7)
    wash = models.CharField(max_length=7)
    logo = models.BinaryField(null=True, help_text="PNG, at most 480 by 160")


class SetupStep(Record):
    """A step of the set-up that is done, or was left for later."""

    class State(models.TextChoices):
        DONE = "done", "Done"
        LATER = "later", "Later"

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "step"], name="one_state_a_step")
        ]


class OfficeTask(Record):
    """Something to do that belongs to no case: a licence that ends, a scanner that is away."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=200)
    key = models.CharField(max_length=100, help_text="What makes and finishes it")
    where = models.CharField(max_length=200, help_text="The page where it is done")
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "key"], name="one_office_task_a_key")
        ]

    def finish(self, *, at: datetime) -> None:
        """Done; doing it twice changes nothing."""
        if self.done_at is None:
            self.done_at = at
            self.save(update_fields=["done_at"])


class MailSettings(Record):
    """The post office that the hospital's letters go through; the password is sealed."""

    tenant = models.OneToOneField(Institution, on_delete=models.PROTECT, related_name="+")
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=587)
    tls = models.BooleanField(default=True)
    user = models.CharField(max_length=200, blank=True)
    password = models.BinaryField(null=True, help_text="Sealed")
    sender = models.CharField(max_length=200)
    tested_at = models.DateTimeField(null=True)


class CaseImport(Record):
    """One CSV of running cases: what was read, and what became of it."""

    class State(models.TextChoices):
        PREVIEW = "preview", "To be looked at"
        DONE = "done", "Taken over"
        UNDONE = "undone", "Taken back"

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200, help_text="Of the file")
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEW)
    rows = models.JSONField(default=list, help_text="[{line, values, errors}]")

    class Meta:
        ordering: ClassVar = ["-at"]


class ImportedCase(CaseOwned):
    """A case that an import began, so that the import can be taken back while it is untouched."""

    kind = Kind.INTERNAL

    source = models.ForeignKey(CaseImport, on_delete=models.PROTECT, related_name="cases")
    line = models.PositiveIntegerField()
    taken_back_at = models.DateTimeField(null=True)
