"""Handing the ball over: the spell before is closed with both its numbers, the clock set anew."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Sum

from konsil.cases.clocks import Calendar, Ladder, Rung
from konsil.cases.life import NO_TURN, PAUSES, TURNS, Stage
from konsil.people.roles import Role

if TYPE_CHECKING:
    from konsil.cases.models.case import Case

TURNED = (
    "ball",
    "ball_for",
    "ball_since",
    "elapsed_before",
    "active_before",
    "due_at",
    "held_until",
)
"""What handing over writes."""


def calendar_of(case: "Case") -> Calendar:
    """The working time by which this case is counted: the hospital's."""
    from konsil.cases.models.calendars import PracticeCalendar

    return PracticeCalendar.of(case.tenant)


def hand_over(
    case: "Case",
    role: Role | None,
    to: str,
    *,
    at: datetime,
    ladder: Ladder | None = None,
    due_at: datetime | None = None,
    held_until: datetime | None = None,
) -> None:
    """Put the ball into `role`'s hands; the caller saves `TURNED`.

    With a `ladder` the clock of the stage runs (on, if it stood still before); else until `due_at`.
    """
    calendar = calendar_of(case)
    _close_spell(case, at=at, calendar=calendar)
    case.ball, case.ball_for, case.ball_since = role or "", to, at
    case.held_until = held_until
    _open_spell(case)
    elapsed, active = _used(case) if ladder else (0, 0)
    case.elapsed_before, case.active_before = elapsed, active
    case.due_at = due_at
    if ladder is not None:
        case.due_at = ladder.due(at, calendar, **used_before(case))


def hand_within(
    case: "Case",
    role: Role | None,
    to: str,
    *,
    at: datetime,
    ladder: Ladder | None = None,
    due_at: datetime | None = None,
) -> None:
    """Hand the ball over within a stage and save it; a case on hold has it there afterwards."""
    from konsil.cases.models.spells import Hold

    if case.held_until:
        left = int((due_at - at).total_seconds()) if due_at else None
        rests = Hold.objects.filter(case=case, ended_at=None)
        rests.update(ball=role or "", ball_for=to, left_seconds=left)
        return
    hand_over(case, role, to, at=at, ladder=ladder, due_at=due_at)
    case.save(update_fields=TURNED)


def end_hold(case: "Case", *, at: datetime) -> None:
    """The rest is over; whoever ends it hands the ball on."""
    from konsil.cases.models.spells import Hold

    Hold.objects.filter(case=case, ended_at=None).update(ended_at=at)


def used_before(case: "Case") -> dict[str, timedelta]:
    """What the holder of the ball used of his time before a pause."""
    return {
        "elapsed": timedelta(seconds=case.elapsed_before),
        "active": timedelta(seconds=case.active_before),
    }


def prods(case: "Case") -> list[tuple[datetime, Rung]]:
    """The prods of the stage's ladder (see `Case.prods`)."""
    turn = TURNS.get(Stage(case.stage), NO_TURN)
    at_home = case.ball == (turn.role or "") and case.ball_for == turn.what
    if case.held_until or turn.ladder is None or not at_home:
        return []
    start = case.ball_since or case.stage_since
    return turn.ladder.moments(start, calendar_of(case), **used_before(case))


def _close_spell(case: "Case", *, at: datetime, calendar: Calendar) -> None:
    from konsil.cases.models.spells import Spell

    spell = Spell.objects.filter(case=case, until=None).first()
    if spell is None:
        return
    spell.until = max(at, spell.since)
    spell.elapsed_seconds = int((spell.until - spell.since).total_seconds())
    if not spell.held:
        spell.active_seconds = int(calendar.between(spell.since, spell.until).total_seconds())
    spell.save(update_fields=["until", "elapsed_seconds", "active_seconds"])


def _open_spell(case: "Case") -> None:
    from konsil.cases.models.spells import Spell

    if case.ball and case.ball_since:
        Spell.objects.create(
            case=case,
            stage=case.stage,
            ball=case.ball,
            held=case.held_until is not None,
            since=case.ball_since,
        )


def _used(case: "Case") -> tuple[int, int]:
    """(elapsed, active) seconds that the stage's own holder used up since the stage began.

    A stage in which somebody else is only asked (`PAUSES`) does not begin it anew.
    """
    from konsil.cases.models.spells import Spell

    rows = Spell.objects.filter(case=case, until__isnull=False)
    other = rows.exclude(stage__in=[case.stage, *PAUSES]).order_by("since").last()
    own = rows.filter(stage=case.stage, ball=case.ball, held=False)
    if other is not None:
        own = own.filter(since__gte=other.until)
    sums = own.aggregate(elapsed=Sum("elapsed_seconds"), active=Sum("active_seconds"))
    return sums["elapsed"] or 0, sums["active"] or 0
