"""Seats: who sits at a case, in which part, for what of it, from when until when."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from konsil.core.models import Record
from konsil.people.actors import Actor, ActorKind
from konsil.people.models import Institution, Membership, Pass, TermQuerySet, User
from konsil.people.roles import Role


class SeatScope(models.TextChoices):
    """How much of the case a seat opens."""

    CASE = "case", "The whole case"
    SECTION = "section", "One section of the report"
    QUESTION = "question", "One question"
    REPORT = "report", "The report only"
    PUT = "put", "Sending records, seeing none"


class SeatQuerySet(TermQuerySet):
    def held_by(self, actor: Actor) -> Self:
        """Seats in force that are the actor's own, and those of the desks where the user works."""
        seats = self.in_force()
        if actor.kind == ActorKind.PASS:
            return seats.filter(held=actor.held)
        if actor.kind == ActorKind.MACHINE and actor.clinic is not None:
            return seats.filter(institution=actor.clinic, role=Role.REFERRER)
        if actor.user is None:
            return seats.none()
        desks = Membership.objects.in_force().filter(
            user=actor.user,
            institution=models.OuterRef("institution"),
            role=models.OuterRef("role"),
        )
        return seats.filter(Q(user=actor.user) | Q(user=None, held=None) & models.Exists(desks))

    def roles_at(self, case_id: Any, actor: Actor) -> set[Role]:
        """The roles in which `actor` sits at that case; empty for a stranger."""
        held = self.held_by(actor).filter(case=case_id)
        return {Role(role) for role in held.values_list("role", flat=True)}


class Seat(Record):
    """Ties a holder to a case: a user, an institution's desk (its members of `role`), or a pass."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="seats")
    role = models.CharField(max_length=20, choices=Role)
    scope = models.CharField(max_length=10, choices=SeatScope, default=SeatScope.CASE)
    scope_id = models.UUIDField(null=True, blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="seats")
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, related_name="seats"
    )
    held = models.ForeignKey(Pass, on_delete=models.PROTECT, null=True, related_name="seats")
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reads_report = models.BooleanField(
        default=True, help_text="A clinic's seat: whether the patient and the hospital let it read"
    )
    on_behalf_of = models.ForeignKey(
        "people.Patient", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[Any] = SeatQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "role"]),
            models.Index(fields=["institution", "role"]),
            models.Index(fields=["held"]),
            models.Index(fields=["case", "role"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="seat_has_one_holder",
                condition=(
                    Q(user__isnull=False, institution=None, held=None)
                    | Q(user=None, institution__isnull=False, held=None)
                    | Q(user=None, institution=None, held__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="seat_term_goes_forward",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]
