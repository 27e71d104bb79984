"""A timer: something that somebody owes a case, and when the next prod about it goes."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from konsil.cases.access import Kind
from konsil.cases.life import NO_TURN, TURNS, Stage
from konsil.cases.models import CaseOwned, CaseOwnedQuerySet, Task
from konsil.people.models import User
from konsil.people.roles import Role


class TimerQuerySet(CaseOwnedQuerySet):
    def running(self) -> Self:
        return self.filter(ended_at=None)

    def due(self, now: datetime) -> Self:
        """Those whose next prod is due: the partial index holds these and nothing else."""
        return self.running().filter(due_at__lte=now).order_by("due_at")


class Timer(CaseOwned):
    """One running timer for each stage that waits and each open task.

    `due_at` is when the next rung of its ladder (`clocks.Ladder`) is taken, empty when all are;
    those until `taken_until` are. What it waits for is asked again before anything is said.
    """

    STAGE = "stage"

    kind = Kind.LOGISTICS

    key = models.CharField(max_length=60, help_text="“stage”, or the task's id")
    stage = models.CharField(max_length=20, choices=Stage, blank=True)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role, help_text="Who owes it")
    began_at = models.DateTimeField()
    taken_until = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    snoozed_at = models.DateTimeField(null=True)
    snoozed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    snooze_reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Any] = TimerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "key"], condition=Q(ended_at=None), name="one_running_timer_a_key"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "due_at"],
                condition=Q(ended_at=None, due_at__isnull=False),
                name="timers_that_are_due",
            )
        ]

    @property
    def what(self) -> str:
        """What is waited for, as the desk reads it."""
        if self.task is not None:
            return self.task.what
        return TURNS.get(Stage(self.stage), NO_TURN).what

    @property
    def who(self) -> str:
        """Who owes it: the name of somebody outside, else the role."""
        named = self.task.who if self.task is not None else ""
        return named or Role(self.role).label

    def is_snoozed(self, now: datetime) -> bool:
        return self.snoozed_until is not None and self.snoozed_until > now
