"""What happened, and who looked: written once, never changed (F1.5)."""

from typing import Any, ClassVar, Self

from django.db import models

from konsil.cases.access import Kind
from konsil.cases.models.owned import CaseOwned, CaseOwnedQuerySet
from konsil.cases.models.seats import Seat
from konsil.cases.verbs import ABOUT_RECORDS, FOR_ALL, FOR_PATIENT, Verb
from konsil.people.actors import Actor
from konsil.people.models import Membership, Pass, User
from konsil.people.roles import Role

OUTSIDE = {Role.REFERRER, Role.CHILD_ADMIN}
ASKING = {Role.PATIENT, Role.PROXY}


class EventQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff read all; the patient what concerns her; referrers the milestones.

        Who holds earlier records is part of them: a clinic's administrator does not read it.
        """
        rows = super().visible_to(actor)
        if actor.user is None and actor.held is None:
            return rows
        held = Seat.objects.held_by(actor)

        def at(*roles: Role) -> models.QuerySet[Any]:
            return held.filter(role__in=roles).values("case")

        return rows.filter(
            models.Q(case__in=held.exclude(role__in=OUTSIDE | ASKING).values("case"))
            | models.Q(case__in=at(*ASKING), verb__in=FOR_PATIENT)
            | models.Q(case__in=at(Role.REFERRER), verb__in=FOR_ALL)
            | models.Q(case__in=at(Role.CHILD_ADMIN), verb__in=FOR_ALL - ABOUT_RECORDS)
        )


class LookQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Everybody's looks for the patient and the house; a clinic reads those of its own."""
        rows = super().visible_to(actor)
        if actor.user is None and actor.held is None:
            return rows
        held = Seat.objects.held_by(actor)
        clinics = held.filter(role__in=OUTSIDE)
        own = Membership.objects.filter(institution__in=clinics.values("institution"))
        return rows.filter(
            models.Q(case__in=held.exclude(role__in=OUTSIDE).values("case"))
            | models.Q(actor_user__in=own.values("user"))
            | models.Q(actor_user=actor.user, actor_user__isnull=False)
        )


class Trace(CaseOwned):
    """Who did it, in whose name, from where."""

    kind = Kind.HISTORY

    actor_kind = models.CharField(max_length=10)
    actor_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_pass = models.ForeignKey(Pass, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=120, blank=True)
    on_behalf_of = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Event(Trace):
    """Something that happened, in the transaction that made it true.

    The same row is the timeline that people read, the audit trail that the hospital keeps, and the
    cause of every notice and job that follows. `facts` hold ids and figures, never health data.
    """

    verb = models.CharField(max_length=40, choices=Verb)
    facts = models.JSONField(default=dict)

    objects: ClassVar[Any] = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "created_at"]
        indexes: ClassVar = [models.Index(fields=["case", "at"]), models.Index(fields=["verb"])]


class Look(Trace):
    """Somebody opened a page, a study or a file of the case. The patient can read her list."""

    action = models.CharField(max_length=30)
    path = models.CharField(max_length=300)

    objects: ClassVar[Any] = LookQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["case", "-at"])]
