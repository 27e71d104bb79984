"""What time itself does to a case: late offers, holds that are over, requests that lapse."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from konsil.cases.actions import recall_offer
from konsil.cases.life import QUESTIONS_FOR, ImpossibleMove, Stage
from konsil.cases.models import Case, Event
from konsil.cases.resting import take_up
from konsil.cases.scope import scope
from konsil.cases.verbs import Verb
from konsil.core.jobs import every, job
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution

LAPSES = (
    (Stage.DRAFT, timedelta(days=30), "not_sent"),
    (Stage.NEEDS_INFO, timedelta(days=21), "no_answer"),
    (Stage.GATHERING, timedelta(days=60), "idle"),
)
"""How long a case waits for others before it lapses, and the reason that is noted."""


def _each(late: Callable[[Institution], Iterable[Case]], act: Callable[[Case], None]) -> None:
    """Do it to every late case of every hospital, each on its own."""
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            cases = list(late(tenant))
        for case in cases:
            with scope([tenant.pk]), suppress(ImpossibleMove):  # it moved in this very moment
                act(case)


@every("*/5 * * * *")
@job()
def recall_late_offers(timestamp: int) -> None:
    """Take back every offer whose time is over."""
    now = timezone.now()
    _each(
        lambda tenant: Case.objects.filter(
            tenant=tenant, stage=Stage.OFFERED, held_until=None, due_at__lt=now
        ),
        lambda case: recall_offer(case, by=SYSTEM, at=now),
    )


@every("*/5 * * * *")
@job()
def take_up_rested(timestamp: int) -> None:
    """A hold ends on its day: the case goes on where it stood."""
    now = timezone.now()
    _each(
        lambda tenant: Case.objects.filter(tenant=tenant, held_until__lte=now),
        lambda case: take_up(case, by=SYSTEM, at=now),
    )


@every("17 * * * *")
@job()
def let_lapse(timestamp: int) -> None:
    """Requests that wait for others and have been left lying (`LAPSES`); all their links end."""
    now = timezone.now()
    for stage, patience, reason in LAPSES:
        _each(
            lambda tenant, stage=stage, patience=patience: lapsed(  # type: ignore[misc]
                tenant, stage, since=now - patience
            ),
            lambda case, reason=reason: _lapse(case, reason, at=now),  # type: ignore[misc]
        )


def lapsed(tenant: Institution, stage: Stage, *, since: datetime) -> Iterable[Case]:
    """Cases at `stage` since before; while records are collected, any event keeps one alive."""
    rows = Case.objects.filter(tenant=tenant, stage=stage, held_until=None, stage_since__lt=since)
    if stage == Stage.GATHERING:
        rows = rows.exclude(Exists(Event.objects.filter(case=OuterRef("pk"), at__gte=since)))
    found: Iterable[Case] = rows
    return found


def _lapse(case: Case, reason: str, *, at: datetime) -> None:
    case.move(Verb.EXPIRED, by=SYSTEM, at=at, reason=reason)


@every("37 * * * *")
@job()
def close_follow_ups(timestamp: int) -> None:
    """The time for later questions is over: the case closes, the report stays."""
    now = timezone.now()
    _each(
        lambda tenant: Case.objects.filter(
            tenant=tenant,
            stage=Stage.FOLLOW_UP,
            held_until=None,
            stage_since__lt=now - QUESTIONS_FOR,
        ),
        lambda case: _close(case, at=now),
    )


def _close(case: Case, *, at: datetime) -> None:
    case.move(Verb.CLOSED, by=SYSTEM, at=at, reason="window")
