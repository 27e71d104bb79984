"""The patient's questions, and tasks: what somebody owes the case, by when."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from konsil.cases.access import Kind
from konsil.cases.models.owned import CaseOwned
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.models import User
from konsil.people.roles import Role


class Question(CaseOwned):
    """A question to the expert, in the asker's own words. Each must be answered before signing."""

    MOST = 10

    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=600)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="one_question_a_number")
        ]

    def __str__(self) -> str:
        return self.text


class Task(CaseOwned):
    """Something that somebody must do for the case; `holds_ball` makes it their turn."""

    kind = Kind.LOGISTICS

    role = models.CharField(max_length=20, choices=Role)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=160)
    key = models.CharField(max_length=60, blank=True, help_text="What makes and finishes it")
    where = models.CharField(
        max_length=200, blank=True, help_text="Where it is done, below the case: releases/<id>/"
    )
    who = models.CharField(max_length=120, blank=True, help_text="Who owes it, if nobody of ours")
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "key"],
                condition=models.Q(done_at=None) & ~models.Q(key=""),
                name="one_open_task_a_key",
            )
        ]

    @property
    def url(self) -> str:
        """The page where it is done."""
        return f"/cases/{self.case_id}/{self.where}"

    def finish(self, *, by: Actor, at: datetime) -> None:
        """The task is done; doing it twice changes nothing."""
        if self.done_at is None:
            self.done_at = at
            self.save(update_fields=["done_at"])
            self.case.tell(Verb.TASK_DONE, by=by, at=at, task=str(self.pk))
