"""Whatever happens in whatever order: one letter a day, none by night, none about what is done."""

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from konsil.cases.actions import finish_task, set_task
from konsil.cases.life import Stage
from konsil.cases.models import Case, Task
from konsil.cases.verbs import Verb
from konsil.notices import keeping
from konsil.notices.models import Notice, Reach
from konsil.people.actors import SYSTEM, Actor
from konsil.people.roles import Role
from tests.cast import Cast, assemble, put_at
from tests.walking import PACIFIC, Walk, walking

START = datetime(2026, 11, 16, 6, 0, tzinfo=PACIFIC)
ROLES = (Role.PATIENT, Role.COORDINATOR, Role.BILLING, Role.REVIEWER)
ACTS = st.one_of(
    st.tuples(st.just("task"), st.sampled_from(ROLES), st.integers(0, 5)),
    st.tuples(st.just("done"), st.integers(0, 5)),
    st.tuples(st.just("message"), st.sampled_from(["patient", "internal"])),
    st.tuples(
        st.just("stage"), st.sampled_from([Stage.SCREENING, Stage.GATHERING, Stage.RELEASED])
    ),
    st.tuples(st.just("end")),
)
STEPS = st.lists(st.tuples(st.integers(0, 60), ACTS), min_size=1, max_size=8)

BUSY = [
    (6, ("message", "patient")),
    (2, ("message", "patient")),
    (2, ("task", Role.PATIENT, 0)),
    (9, ("message", "patient")),
    (24, ("done", 0)),
    (1, ("end",)),
]
"""Much on one day, something by night, and then it is over."""


class Anything(TestCase):
    """F4.5: the property, over random lives of a case."""

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @example(steps=BUSY, wakes=8, sleeps=20)
    @given(steps=STEPS, wakes=st.integers(5, 11), sleeps=st.integers(18, 23))
    def test_one_letter_a_day_none_by_night_none_when_done(
        self, steps: list[Any], wakes: int, sleeps: int
    ) -> None:
        cast = assemble()
        Reach.objects.create(
            user=cast.rosa, zone="Europe/Berlin", quiet_from=time(sleeps), quiet_until=time(wakes)
        )
        Case.objects.filter(pk=cast.petras_case.pk).update(stage=Stage.CLOSED)
        put_at(cast.case, Stage.GATHERING, at=START)
        from django.conf import settings as house

        kept = house.NOTICES_AT_ONCE, house.EMAIL_BACKEND
        try:
            with walking(cast, house, start=START) as walk:
                keeping.keep_stage(cast.case, at=START)
                done_at = _live(walk, cast, steps)
                walk.until(walk.now() + timedelta(days=8))
        finally:
            house.NOTICES_AT_ONCE, house.EMAIL_BACKEND = kept

        _check(walk, cast, wakes=wakes, sleeps=sleeps, done_at=done_at)


def _live(walk: Walk, cast: Cast, steps: list[Any]) -> dict[str, datetime]:
    """Live through the steps; when each task was done, by its id."""
    done: dict[str, datetime] = {}
    at = START
    for hours, act in steps:
        at += timedelta(hours=hours)
        walk.until(at)
        _act(cast, act, at=at)
        for task in Task.objects.filter(case=cast.case).exclude(done_at=None):
            done[str(task.pk)] = task.done_at or at
        cast.case.refresh_from_db()
        if not cast.case.is_open:
            done.setdefault("case", at)
    return done


def _act(cast: Cast, act: Any, *, at: datetime) -> None:
    case, ada = cast.case, Actor.of(cast.ada)
    if act[0] == "task":
        set_task(case, role=act[1], what="Something", key=f"any-{act[2]}", by=SYSTEM, at=at)
    elif act[0] == "done":
        finish_task(case, key=f"any-{act[1]}", by=ada, at=at)
    elif act[0] == "message":
        case.tell(Verb.MESSAGE_SENT, by=ada, at=at, audience=act[1], outside=False)
    elif act[0] == "stage" and case.is_open:
        put_at(case, act[1], at=at)
        keeping.keep_stage(case, at=at)
    elif act[0] == "end" and case.is_open:
        put_at(case, Stage.WITHDRAWN, at=at)
        case.tell(Verb.WITHDRAWN, by=ada, at=at)


def _check(
    walk: Walk, cast: Cast, *, wakes: int, sleeps: int, done_at: dict[str, datetime]
) -> None:
    zones = {cast.rosa.email: (walk.berlin, wakes, sleeps)}
    days: Counter[tuple[str, Any]] = Counter()
    for at, to, _subject in walk.letters:
        zone, from_hour, to_hour = zones.get(to, (PACIFIC, 8, 21))
        here = at.astimezone(zone)
        days[to, here.date()] += 1
        assert from_hour <= here.hour < to_hour, f"{to} at {here}"
    assert not [key for key, count in days.items() if count > 1]
    for notice in Notice.objects.exclude(sent_at=None).exclude(timer=None).select_related("timer"):
        ended = done_at.get(notice.timer.key) or done_at.get("case")
        assert ended is None or notice.sent_at <= ended, f"{notice.words} after it was done"


def test_the_property_would_see_a_second_letter(cast: Cast) -> None:
    """The check above can fail: two letters to one person on one day are seen."""
    walk = Walk(cast, None)
    walk.letters = [(START + timedelta(hours=hour), "a@b.c", "x") for hour in (4, 5)]

    with pytest.raises(AssertionError):
        _check(walk, cast, wakes=8, sleeps=21, done_at={})
