"""When the report is expected: a range from the practice's own history, which moves with the facts.

The history is what cases of the same service line still needed from this stage on. Where it is too
short the targets speak. A day that is over is never promised (F4.2).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min, OuterRef, Subquery

from konsil.cases.clocks import Business, Calendar
from konsil.cases.life import TURNS, Stage
from konsil.cases.models import Case, Spell
from konsil.cases.models.turning import calendar_of

ENOUGH = 20
MOST = 500
EARLY, LATE = 0.2, 0.8
"""The quantiles between which three of five cases end."""

AHEAD = (
    Stage.SCREENING,
    Stage.GATHERING,
    Stage.FILE_COMPLETE,
    Stage.OFFERED,
    Stage.IN_REVIEW,
    Stage.SIGNED,
)
"""The way of a case that is asked nothing more."""
SIDES = {
    Stage.DRAFT: Stage.SCREENING,
    Stage.NEEDS_INFO: Stage.SCREENING,
    Stage.MORE_INFO: Stage.IN_REVIEW,
    Stage.AT_BOARD: Stage.IN_REVIEW,
    Stage.DRAFTED: Stage.IN_REVIEW,
}
"""From beside the way it goes on there."""


@dataclass(frozen=True)
class Targets:
    """What the service line promises, in days after the request was sent."""

    asked: date
    days_low: int
    days_high: int


def expected(case: Case, *, at: datetime) -> tuple[date, date]:
    """The first and the last day between which the report is expected, as seen at `at`."""
    zone = ZoneInfo(case.tenant.time_zone)
    line = case.terms
    asked = (case.submitted_at or case.created_at).astimezone(zone).date()
    targets = Targets(asked, line.days_low, line.days_high)
    return expect(
        Stage(case.stage),
        since=case.stage_since,
        at=max(at, case.held_until or at),  # a resting case goes on when the rest is over
        history=history(case, Stage(case.stage)),
        targets=targets,
        calendar=calendar_of(case),
    )


def expect(
    stage: Stage,
    *,
    since: datetime,
    at: datetime,
    history: list[timedelta],
    targets: Targets,
    calendar: Calendar,
) -> tuple[date, date]:
    """The range for a case at `stage` since `since`; `history` is what others needed from there.

    Those who were done sooner than this case has waited already say nothing about it.
    """
    today = at.astimezone(calendar.zone).date()
    waited = max(timedelta(), at - since)
    still = sorted(took for took in history if took > waited)
    if len(still) >= ENOUGH:
        low, high = (
            (since + _quantile(still, share)).astimezone(calendar.zone).date()
            for share in (EARLY, LATE)
        )
    else:
        low, high = _by_targets(stage, at=at, targets=targets, calendar=calendar)
    low = max(low, today)
    return low, max(high, low + timedelta(days=1))


def _quantile(ordered: list[timedelta], share: float) -> timedelta:
    """The value below which `share` of the values lie, between two of them in proportion."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _by_targets(
    stage: Stage, *, at: datetime, targets: Targets, calendar: Calendar
) -> tuple[date, date]:
    """What was promised, but not sooner than the stages that lie ahead can be passed."""
    ahead = timedelta()
    for each in AHEAD[_place(stage) :]:
        turn = TURNS[each]
        if turn.ladder is not None and isinstance(turn.ladder.patience, Business):
            ahead += calendar.length(turn.ladder.patience)
    soonest = calendar.add(at, ahead / 4).astimezone(calendar.zone).date()
    latest = calendar.add(at, ahead).astimezone(calendar.zone).date()
    low = max(targets.asked + timedelta(days=targets.days_low), soonest)
    high = targets.asked + timedelta(days=targets.days_high)
    return low, high if high > soonest else max(latest, low)


def _place(stage: Stage) -> int:
    stage = SIDES.get(stage, stage)
    return AHEAD.index(stage) if stage in AHEAD else len(AHEAD)


def history(case: Case, stage: Stage) -> list[timedelta]:
    """How long the latest cases of this service line took from this stage to the delivery."""
    spells = Spell.objects.filter(
        tenant=case.tenant_id, case__service_line=case.service_line_id
    ).exclude(case=case)
    entered: Any = (
        Spell.objects.filter(case=OuterRef("case"), stage=stage)
        .values("case")
        .annotate(first=Min("since"))
        .values("first")
    )
    rows = (
        spells.filter(stage=Stage.RELEASED)
        .values("case")
        .annotate(done=Min("since"), entered=Subquery(entered))
        .filter(entered__isnull=False)
        .order_by("-done")
        .values_list("entered", "done")[:MOST]
    )
    return [done - began for began, done in rows if done > began]
