"""The case: one request for a second opinion, from the first word to the signed answer."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import connection, models, transaction
from django.db.models.functions import Now

from konsil.cases.access import Action, may, roles_that_may
from konsil.cases.clocks import Rung
from konsil.cases.life import (
    ENDED,
    NO_TURN,
    TURNS,
    Move,
    Stage,
    find_move,
    moves_from,
)
from konsil.cases.listeners import announce
from konsil.cases.models import stepping, turning
from konsil.cases.models.practice import ServiceLine
from konsil.cases.models.seats import Seat
from konsil.cases.models.versions import Version
from konsil.cases.verbs import Verb
from konsil.core.live import publish
from konsil.core.models import Record
from konsil.people.actors import SYSTEM, Actor, ActorKind
from konsil.people.models import Institution, Patient
from konsil.people.roles import Role

if TYPE_CHECKING:
    from konsil.cases.models.events import Event


MOVED = (
    "former_stage",
    "stage",
    "stage_since",
    "ball",
    "ball_for",
    "ball_since",
    "elapsed_before",
    "active_before",
    "due_at",
    "held_until",
    "ended_at",
    "ended_reason",
    "submitted_at",
    "completed_at",
)
"""What a move writes."""


def next_number() -> str:
    """The next case number, K-2041 and on: short enough to say on the telephone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number')")
        return f"K-{cursor.fetchone()[0]}"


class CaseQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor, action: Action = Action.SEE_CASE) -> Self:
        """The only answer to “may this actor see this case?”. Lists and pages both ask here."""
        if actor.kind == ActorKind.SYSTEM:
            return self
        seats = Seat.objects.held_by(actor).filter(role__in=roles_that_may(action))
        return self.filter(pk__in=seats.values("case"))

    def open(self) -> Self:
        return self.exclude(stage__in=ENDED)

    def overdue(self, now: datetime) -> Self:
        return self.open().filter(due_at__lt=now)

    def front(self) -> Self:
        """With what a line of a list shows, in one query."""
        return self.select_related("patient", "service_line", "began_with", "referred_by", "tenant")


class Case(Record):
    """A request for a second opinion. `stage` changes only through `move`; all else is `tell`."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=12, unique=True, default=next_number)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cases")
    service_line = models.ForeignKey(ServiceLine, on_delete=models.PROTECT, related_name="+")
    began_with = models.ForeignKey(
        Version, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    referred_by = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, related_name="+"
    )
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.DRAFT)
    stage_since = models.DateTimeField()
    former_stage = models.CharField(max_length=20, choices=Stage, blank=True)
    ball = models.CharField(max_length=20, choices=Role, blank=True)
    ball_for = models.CharField(max_length=120, blank=True)
    ball_since = models.DateTimeField(null=True, blank=True)
    elapsed_before = models.PositiveBigIntegerField(
        default=0, help_text="Seconds that the holder of the ball used before a pause"
    )
    active_before = models.PositiveBigIntegerField(default=0, help_text="Of them in opening hours")
    due_at = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True, help_text="On hold: see Hold")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=40, blank=True, help_text="From reasons.py")
    diagnosis = models.TextField(blank=True, help_text="In the patient's own words")
    place = models.CharField(max_length=10, blank=True, help_text="Where the patient is now")
    local_physician = models.CharField(max_length=160, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = CaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at", "number"]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "stage", "due_at"]),
            models.Index(fields=["referred_by"]),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return Stage(self.stage) not in ENDED

    @property
    def terms(self) -> ServiceLine:
        """The service line as it was when this case began; later changes do not touch it."""
        return self.service_line.as_of(self.began_with)

    def roles_of(self, actor: Actor) -> set[Role]:
        """The roles in which `actor` is seated here; empty for a stranger."""
        if actor.kind == ActorKind.SYSTEM:
            return {Role.SYSTEM}
        roles: set[Role] = Seat.objects.roles_at(self.pk, actor)
        return roles

    def allows(self, actor: Actor, action: Action) -> bool:
        """Whether `actor` may take `action` here."""
        return may(action, self.roles_of(actor))

    def moves_for(self, actor: Actor) -> list[Move]:
        """The steps that `actor` may take now, guards not yet asked."""
        return moves_from(Stage(self.stage), self.roles_of(actor))

    @transaction.atomic
    def move(self, verb: Verb, *, by: Actor, at: datetime, **facts: Any) -> "Event":
        """Take one step of the case's life, or raise `ImpossibleMove` and change nothing."""
        self.refresh_from_db(from_queryset=Case.objects.select_for_update(no_key=True))
        start = Stage(self.stage)
        step = find_move(verb, start, self.roles_of(by))
        stepping.ask(self, step, at=at, reason=facts.get("reason"))
        end = stepping.end_of(self, step)
        if self.held_until:
            turning.end_hold(self, at=at)
        turn = TURNS.get(end, NO_TURN)
        self.former_stage, self.stage, self.stage_since = start, end, at
        turning.hand_over(self, turn.role, turn.what, at=at, ladder=turn.ladder)
        stepping.arrive(self, end, at=at, reason=facts.get("reason", ""))
        if verb == Verb.SUBMITTED:
            self.submitted_at = at
        if verb == Verb.FILE_COMPLETED:
            self.completed_at = at
        self.save(update_fields=MOVED)
        event = self.tell(verb, by=by, at=at, start=start.value, end=end.value, **facts)
        stepping.shut(self, start=start, by=by, at=at)
        return event

    def pass_ball(self, role: Role, *, to: str, at: datetime, due_at: datetime | None) -> None:
        """Hand the ball to `role` within the stage; the clock of the stage stands still (F4.3)."""
        turning.hand_within(self, role, to, at=at, due_at=due_at)

    def take_ball_back(self, *, at: datetime) -> None:
        """Give the ball to whom the stage gives it; its clock goes on where it stood."""
        turn = TURNS.get(Stage(self.stage), NO_TURN)
        turning.hand_within(self, turn.role, turn.what, at=at, ladder=turn.ladder)

    def prods(self) -> list[tuple[datetime, Rung]]:
        """When the holder of the ball is prodded by the stage's ladder, in order.

        None while the case rests or the ball is with somebody else: his task has its own ladder.
        """
        return turning.prods(self)

    @transaction.atomic
    def tell(self, verb: Verb, *, by: Actor, at: datetime, **facts: Any) -> "Event":
        """Write what happened to the timeline, and queue whatever follows from it.

        `facts` are ids and plain figures, never health data: they go into jobs.
        """
        from konsil.cases.models.events import Event

        event = Event.objects.create(
            case=self,
            verb=verb,
            at=at,
            actor_kind=by.kind,
            actor_user=by.user,
            actor_pass=by.held,
            actor_name=by.name,
            on_behalf_of=by.on_behalf_of,
            address=by.address or None,
            facts=facts,
        )
        announce(verb, event_id=event.pk, tenant_id=self.tenant_id)
        publish(f"case:{self.pk}", verb.partition(".")[0])
        publish(f"tenant:{self.tenant_id}", "board")
        return event

    @transaction.atomic
    def seat(
        self,
        role: Role,
        *,
        by: Actor,
        at: datetime,
        quietly: bool = False,
        **holder: Any,
    ) -> Seat:
        """Give a seat to `user=`, `institution=` (a desk) or `held=` (a pass)."""
        granted = by.user if by.kind == ActorKind.USER else None
        seat: Seat = Seat.objects.create(
            case=self, tenant_id=self.tenant_id, role=role, granted_by=granted, **holder
        )
        if not quietly:
            self.tell(Verb.SEATED, by=by, at=at, role=role.value, seat=str(seat.pk))
        return seat

    def unseat(self, role: Role, *, by: Actor = SYSTEM, at: datetime, **holder: Any) -> int:
        """End every seat of `role` (of one holder, if given): access ends with the task."""
        ended: int = self.seats.in_force().filter(role=role, **holder).update(until=Now())
        if ended:
            self.tell(Verb.UNSEATED, by=by, at=at, role=role.value)
        return ended
