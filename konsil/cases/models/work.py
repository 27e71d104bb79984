"""The patient's questions, and tasks: what somebody owes the case, by when."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from konsil.cases.access import Action, Kind, roles_that_may
from konsil.cases.models.owned import CaseOwned, CaseOwnedQuerySet
from konsil.cases.models.seats import Seat
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor, ActorKind
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


class TaskQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A task may name who holds records: who does not read these sees their own, and money."""
        rows = super().visible_to(actor)
        if actor.kind == ActorKind.SYSTEM:
            return rows
        held = Seat.objects.held_by(actor)
        reads = held.filter(role__in=roles_that_may(Action.READ_RECORD))
        counts = held.filter(role__in=roles_that_may(Action.SEE_MONEY))
        own = held.filter(case=models.OuterRef("case"), role=models.OuterRef("role"))
        return rows.filter(
            Q(case__in=reads.values("case"))
            | Q(case__in=counts.values("case"), where__startswith="payment/")
            | Q(models.Exists(own))
        )


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

    objects: ClassVar[Any] = TaskQuerySet.as_manager()

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


class RecordHolder(CaseOwned):
    """Somebody who holds earlier records of the patient, as the asker named them (F2.3)."""

    name = models.CharField(max_length=120, help_text="A clinic, a hospital, a laboratory")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True, help_text="Town, or the whole address")
    what = models.CharField(max_length=200, blank=True, help_text="What they have")
    dates = models.CharField(max_length=80, blank=True, help_text="From when, in the asker's words")

    class Meta:
        ordering: ClassVar = ["created_at"]

    def __str__(self) -> str:
        return self.name


class Representative(CaseOwned):
    """Who asks and signs for a patient who does not do so alone, and by what right (F2.7)."""

    class Authority(models.TextChoices):
        PARENT = "parent", "Parent"
        GUARDIAN = "guardian", "Legal guardian"
        AGENT = "agent", "Health care agent or power of attorney"
        CONSENT = "consent", "With the consent of the patient"

    kind = Kind.LOGISTICS

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    relation = models.CharField(max_length=80, help_text="Mother, son, friend")
    authority = models.CharField(max_length=10, choices=Authority)
    explanation = models.CharField(max_length=300, blank=True)
    evidence_promised = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], name="one_representative_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.relation}"
