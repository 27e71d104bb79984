"""A case at rest: the hold that lies over every stage, its clock standing still (case-life H)."""

from datetime import datetime, timedelta

from django.db import transaction

from konsil.cases.life import ENDED, MAY_HOLD, NO_TURN, TURNS, ImpossibleMove, Stage
from konsil.cases.models import Case, Hold, HoldReason
from konsil.cases.models.turning import TURNED, end_hold, hand_over
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.models import Membership, User
from konsil.people.roles import Role

LONGEST = timedelta(days=180)
TAKE_UP = "take it up again"


def may_hold(case: Case, by: Actor) -> bool:
    """Whether `by` may lay this case to rest, or take it up."""
    return bool(case.roles_of(by) & MAY_HOLD)


def minders(case: Case) -> list[User]:
    """Who can look after a resting case: the practice's coordinators and directors, by name."""
    desks = Membership.objects.in_force().filter(institution=case.tenant, role__in=MAY_HOLD)
    return list(User.objects.filter(pk__in=desks.values("user"), is_active=True).order_by("name"))


@transaction.atomic
def hold(
    case: Case, *, reason: str, until: datetime, person: User | None, by: Actor, at: datetime
) -> Hold:
    """Lay the case to rest until a day; a named person has the ball. Raises `ImpossibleMove`."""
    case.refresh_from_db(from_queryset=Case.objects.select_for_update(no_key=True))
    _ask(case, reason=reason, until=until, person=person, by=by, at=at)
    left = int((case.due_at - at).total_seconds()) if case.due_at else None
    made: Hold = Hold.objects.create(
        case=case,
        reason=reason,
        person=person,
        since=at,
        until=until,
        ball=case.ball,
        ball_for=case.ball_for,
        left_seconds=left,
    )
    hand_over(case, _desk_of(case, person), TAKE_UP, at=at, due_at=until, held_until=until)
    case.save(update_fields=TURNED)
    case.tell(Verb.HELD, by=by, at=at, reason=reason, until=until.isoformat())
    return made


def _ask(
    case: Case, *, reason: str, until: datetime, person: User | None, by: Actor, at: datetime
) -> None:
    stage = Stage(case.stage)
    if not may_hold(case, by) and Role.SYSTEM not in case.roles_of(by):
        raise ImpossibleMove("Only the coordinator or medical director can do this.")
    if stage in ENDED or stage == Stage.DRAFT:
        raise ImpossibleMove(f"A case at “{stage.label}” cannot be put on hold.")
    if case.held_until:
        raise ImpossibleMove("The case is on hold already.")
    if reason not in HoldReason:
        raise ImpossibleMove("Choose a reason from the list.")
    if not at < until <= at + LONGEST:
        raise ImpossibleMove("Choose a day within the next 180 days.")
    if person is not None and person not in minders(case):
        raise ImpossibleMove("Choose a coordinator or director of the practice.")


def _desk_of(case: Case, person: User | None) -> Role:
    """The desk at which the named person has the ball."""
    if person is None:
        return Role.COORDINATOR
    desks = Membership.objects.in_force().filter(
        institution=case.tenant, user=person, role=Role.COORDINATOR
    )
    return Role.COORDINATOR if desks.exists() else Role.DIRECTOR


@transaction.atomic
def take_up(case: Case, *, by: Actor, at: datetime) -> None:
    """End the hold: the ball is where it was, and the clock goes on where it stood."""
    case.refresh_from_db(from_queryset=Case.objects.select_for_update(no_key=True))
    if not case.held_until:
        raise ImpossibleMove("The case is not on hold. Reload the page.")
    if not may_hold(case, by) and Role.SYSTEM not in case.roles_of(by):
        raise ImpossibleMove("Only the coordinator or medical director can do this.")
    rest: Hold = Hold.objects.get(case=case, ended_at=None)
    end_hold(case, at=at)
    turn = TURNS.get(Stage(case.stage), NO_TURN)
    if rest.ball == (turn.role or "") and rest.ball_for == turn.what:
        hand_over(case, turn.role, turn.what, at=at, ladder=turn.ladder)
    else:
        due = None if rest.left_seconds is None else at + timedelta(seconds=rest.left_seconds)
        role = Role(rest.ball) if rest.ball else None
        hand_over(case, role, rest.ball_for, at=at, due_at=due)
    case.save(update_fields=TURNED)
    case.tell(Verb.HOLD_ENDED, by=by, at=at)
