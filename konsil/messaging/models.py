"""Threads of a case by audience, and the messages in them (F9.1, F9.2)."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q

from konsil.cases.access import Action, Kind, may, roles_that_may
from konsil.cases.models import Case, CaseOwned, CaseOwnedQuerySet, Seat, SeatScope
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor, ActorKind
from konsil.people.models import Pass, User
from konsil.people.roles import Role

ANSWER_WITHIN = timedelta(days=1)


class Audience(models.TextChoices):
    """Who reads a thread."""

    PATIENT = "patient", "The patient and the practice"
    REFERRER = "referrer", "The referring institution and the practice"
    TREATING = "treating", "The treating physician and the practice"
    INTERNAL = "internal", "Only the practice and the reviewers"


ASKS = {
    Audience.PATIENT: Action.PATIENT_THREAD,
    Audience.REFERRER: Action.REFERRER_THREAD,
    Audience.TREATING: Action.TREATING_THREAD,
    Audience.INTERNAL: Action.INTERNAL_THREAD,
}
OUTSIDE = {
    Audience.PATIENT: {Role.PATIENT, Role.PROXY},
    Audience.REFERRER: {Role.REFERRER},
    Audience.TREATING: {Role.TREATING},
    Audience.INTERNAL: {Role.REVIEWER, Role.COLLEAGUE},
}
"""The side across the table from the desk; the others answer for the practice."""


class NotSent(Exception):
    """The message was not sent; the words say why."""


def _readable(actor: Actor, field: str) -> Q:
    seats = Seat.objects.held_by(actor).filter(scope=SeatScope.CASE)
    allowed = Q(pk__in=[])
    for audience, action in ASKS.items():
        cases = seats.filter(role__in=roles_that_may(action)).values("case")
        allowed |= Q(**{field: audience}, case__in=cases)
    return allowed


class ThreadQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A thread is seen by its audience, and by nobody else (F8.2)."""
        if actor.kind == ActorKind.SYSTEM:
            return self
        return self.filter(_readable(actor, "audience"))


class Thread(CaseOwned):
    """The one conversation of a case with one audience. `waits_for` says who owes an answer."""

    kind = Kind.INTERNAL

    audience = models.CharField(max_length=10, choices=Audience)
    waits_for = models.CharField(
        max_length=10, blank=True, choices=[("desk", "the practice"), ("outside", "the others")]
    )
    due_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ThreadQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "audience"], name="one_thread_an_audience")
        ]

    @classmethod
    def of(cls, case: Case, audience: Audience) -> "Thread":
        """The thread, made when it is first needed."""
        thread: Thread
        thread, _new = cls.objects.get_or_create(case=case, audience=audience)
        return thread

    @transaction.atomic
    def write(self, text: str, *, by: Actor, at: datetime) -> "Message":
        """Add a message; whoever is across the table now has the turn."""
        words = text.strip()
        if not words:
            raise NotSent("Write something first.")
        if len(words) > Message.LONGEST:
            raise NotSent(f"Write at most {Message.LONGEST:,} characters; attach the rest.")
        roles = self.case.roles_of(by)
        if not may(ASKS[Audience(self.audience)], roles):
            raise NotSent("You are not among the readers of this thread.")
        outside = bool(roles & OUTSIDE[Audience(self.audience)])
        message: Message = Message.objects.create(
            case=self.case,
            thread=self,
            text=words,
            by_user=by.user,
            by_pass=by.held,
            name=by.name,
            role=_title(roles),
            from_outside=outside,
            at=at,
        )
        self.waits_for = "desk" if outside else "outside"
        self.due_at, self.last_at = at + ANSWER_WITHIN, at
        self.save(update_fields=["waits_for", "due_at", "last_at"])
        self.case.tell(
            Verb.MESSAGE_SENT,
            by=by,
            at=at,
            thread=str(self.pk),
            audience=str(self.audience),
            outside=outside,
        )
        return message

    def needs_no_answer(self, *, by: Actor, at: datetime) -> None:
        """Somebody decided that nothing more is owed; opening alone never does that (F9.2)."""
        self.waits_for, self.due_at = "", None
        self.save(update_fields=["waits_for", "due_at"])


def _title(roles: set[Role]) -> str:
    order = [
        Role.PATIENT,
        Role.PROXY,
        Role.REFERRER,
        Role.TREATING,
        Role.REVIEWER,
        Role.COLLEAGUE,
        Role.DIRECTOR,
        Role.NURSE,
        Role.COORDINATOR,
    ]
    return next((role.label.lower() for role in order if role in roles), "")


class MessageQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if actor.kind == ActorKind.SYSTEM:
            return self
        return self.filter(_readable(actor, "thread__audience"))


class Message(CaseOwned):
    """What somebody wrote. It stays as it was sent."""

    LONGEST = 8000

    kind = Kind.INTERNAL

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    text = models.TextField()
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by_pass = models.ForeignKey(Pass, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=40, blank=True)
    from_outside = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "created_at"]
        indexes: ClassVar = [models.Index(fields=["thread", "at"])]


class Reading(CaseOwned):
    """Until when somebody has read a thread (F9.3)."""

    kind = Kind.INTERNAL

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "user"], name="one_reading_a_person")
        ]
