"""A notice: one thing that one person is told once."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned, CaseOwnedQuerySet, Event
from konsil.notices.models.letter import Letter
from konsil.notices.models.timer import Timer
from konsil.people.models import User


class NoticeQuerySet(CaseOwnedQuerySet):
    def waiting(self, now: datetime) -> Self:
        """Those that may go out now."""
        return self.filter(state=Notice.State.QUEUED, not_before__lte=now)

    def of(self, user: User) -> Self:
        """What this person is told in the product, the newest first."""
        return self.filter(user=user).exclude(state=Notice.State.DROPPED).order_by("-queued_at")


class Notice(CaseOwned):
    """Written once for a cause (`key`) and a person, so that a job that runs twice tells once.

    The row is the notice in the product (the bell) and waits for a `Letter` that carries it out;
    one letter a day carries all that waits.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waits to be sent"
        SENDING = "sending", "On its way"
        SENT = "sent", "Sent"
        FAILED = "failed", "Did not arrive"
        DROPPED = "dropped", "No longer needed"

    kind = Kind.LOGISTICS

    key = models.CharField(max_length=80, help_text="event:<id> or timer:<id>:<rung>")
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    timer = models.ForeignKey(Timer, on_delete=models.CASCADE, null=True, related_name="notices")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, blank=True, help_text="In which part it is told")
    email = models.EmailField()
    words = models.CharField(max_length=20, help_text="Which of the texts it is")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    urgent = models.BooleanField(default=False, help_text="Goes at once, and alone")
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(
        Letter, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )

    objects: ClassVar[Any] = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "key", "email"], name="told_once_of_a_cause")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "not_before"],
                condition=Q(state="queued"),
                name="notices_that_wait",
            ),
            models.Index(
                fields=["user"], condition=Q(seen_at=None), name="notices_nobody_has_seen"
            ),
        ]
