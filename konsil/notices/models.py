"""A notice: one person told once of one event."""

from typing import ClassVar

from django.db import models

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned, Event


class Notice(CaseOwned):
    """Written before the mail goes, so that a job that runs twice tells nobody twice."""

    kind = Kind.LOGISTICS

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notices")
    email = models.EmailField()
    words = models.CharField(max_length=20, help_text="Which of the texts it was")
    sent_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "email"], name="told_once_of_an_event")
        ]
