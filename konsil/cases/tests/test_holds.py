"""A case at rest, and the clock that stands still while the ball is with somebody else (F4.3)."""

from datetime import date, timedelta

import pytest
import time_machine

from konsil.cases import jobs, resting
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Case, Event, Hold, Holiday, PracticeCalendar, Spell
from konsil.cases.spending import seconds_by_stage
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM, Actor
from konsil.people.roles import Role
from tests.cast import MONDAY, Cast, put_at, why

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPEN = MONDAY + 9 * HOUR
"""Monday 10:00 in Oregon: the practice opened two hours ago."""


@pytest.fixture
def rests(cast: Cast) -> Case:
    """Rosa’s case was accepted on Monday at ten, and put on hold on Tuesday until Friday."""
    ada = Actor.of(cast.ada)
    cast.case.move(Verb.ACCEPTED, by=ada, at=OPEN)
    resting.hold(
        cast.case,
        reason="treatment",
        until=OPEN + 4 * DAY,
        person=cast.mona,
        by=ada,
        at=OPEN + DAY,
    )
    return cast.case


def test_a_held_case_is_with_a_named_person_until_a_day(rests: Case, cast: Cast) -> None:
    """H: its reason and its person are kept, and the timeline says so."""
    rest = Hold.objects.get(case=rests)
    assert (rest.person, str(rest)) == (cast.mona, "The patient is in treatment or in hospital")
    assert (rests.ball, rests.due_at) == (Role.DIRECTOR, OPEN + 4 * DAY)
    assert rests.prods() == []
    assert Event.objects.filter(case=rests, verb=Verb.HELD).count() == 1


def test_no_step_is_taken_while_it_rests_but_its_end(rests: Case, cast: Cast) -> None:
    with pytest.raises(ImpossibleMove, match="on hold"):
        rests.move(Verb.FILE_COMPLETED, by=Actor.of(cast.ada), at=OPEN + 2 * DAY)
    rests.move(Verb.WITHDRAWN, by=Actor.of(cast.rosa), at=OPEN + 2 * DAY, reason="elsewhere")
    assert (rests.stage, rests.held_until) == (Stage.WITHDRAWN, None)
    assert not Hold.objects.filter(case=rests, ended_at=None).exists()


def test_on_its_day_it_goes_on_where_it_stood(rests: Case, cast: Cast) -> None:
    """F4.3: one of ten business days was used, so nine are left; the pause does not count."""
    with time_machine.travel(OPEN + 3 * DAY, tick=False):
        jobs.take_up_rested.func(timestamp=0)
    rests.refresh_from_db()
    assert rests.held_until is not None

    with time_machine.travel(OPEN + 4 * DAY, tick=False):
        jobs.take_up_rested.func(timestamp=0)
    rests.refresh_from_db()
    assert (rests.held_until, rests.ball) == (None, Role.COORDINATOR)
    assert rests.due_at == OPEN + 4 * DAY + 13 * DAY  # nine business days, two weekends
    elapsed, active = seconds_by_stage(rests, at=OPEN + 4 * DAY)[Stage.GATHERING]
    assert (elapsed, active) == (4 * 24 * 3600, 9 * 3600)


@pytest.mark.parametrize("name", ["rosa", "okoye", "berta", "brid", "zoe"])
def test_only_coordinator_and_director_lay_it_to_rest(cast: Cast, name: str) -> None:
    with pytest.raises(ImpossibleMove, match="Only the"):
        resting.hold(
            cast.case,
            reason="result",
            until=OPEN + DAY,
            person=None,
            by=Actor.of(getattr(cast, name)),
            at=OPEN,
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": "because"}, "reason from the list"),
        ({"until": OPEN}, "within the next 180 days"),
        ({"until": OPEN + 181 * DAY}, "within the next 180 days"),
        ({"person": "okoye"}, "coordinator or director"),
    ],
)
def test_a_hold_needs_a_reason_a_day_and_a_person(
    cast: Cast, change: dict[str, object], words: str
) -> None:
    given = {"reason": "result", "until": OPEN + DAY, "person": "ada"} | change
    given["person"] = getattr(cast, str(given["person"]))
    with pytest.raises(ImpossibleMove, match=words):
        resting.hold(cast.case, by=Actor.of(cast.ada), at=OPEN, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.CLOSED, Stage.WITHDRAWN])
def test_what_is_not_begun_or_has_ended_cannot_rest(cast: Cast, stage: Stage) -> None:
    put_at(cast.case, stage)
    with pytest.raises(ImpossibleMove, match="cannot be put on hold"):
        resting.hold(
            cast.case,
            reason="result",
            until=OPEN + DAY,
            person=None,
            by=Actor.of(cast.ada),
            at=OPEN,
        )


def test_the_clock_stands_still_while_the_patient_has_the_ball(cast: Cast) -> None:
    """F4.3: a refused card for a week leaves the desk the time that it had."""
    cast.case.move(Verb.ACCEPTED, by=Actor.of(cast.ada), at=OPEN)
    cast.case.pass_ball(Role.PATIENT, to="use another card", at=OPEN + DAY, due_at=OPEN + 4 * DAY)
    assert cast.case.prods() == []
    cast.case.take_ball_back(at=OPEN + 7 * DAY)

    assert cast.case.due_at == OPEN + 7 * DAY + 11 * DAY  # nine business days, one weekend
    kept = Spell.objects.filter(case=cast.case, stage=Stage.GATHERING, until__isnull=False)
    both = kept.values_list("ball", "elapsed_seconds", "active_seconds")
    assert list(both) == [
        (Role.COORDINATOR, 24 * 3600, 9 * 3600),
        (Role.PATIENT, 6 * 24 * 3600, 4 * 9 * 3600),
    ]


def test_the_review_goes_on_where_it_stood_when_more_is_there(cast: Cast) -> None:
    """MORE_INFO: the clock of the review is paused, and what was said is not said again."""
    put_at(cast.case, Stage.OFFERED, at=OPEN)
    for role in (Role.ASKED, Role.REVIEWER):
        cast.case.seat(role, by=SYSTEM, at=OPEN, quietly=True, user=cast.okoye)
    okoye = Actor.of(cast.okoye)
    cast.case.move(Verb.OFFER_ACCEPTED, by=okoye, at=OPEN)
    cast.case.move(Verb.MORE_ASKED, by=okoye, at=OPEN + 3 * DAY)
    cast.case.move(Verb.REVIEW_RESUMED, by=okoye, at=OPEN + 10 * DAY)

    assert cast.case.due_at == OPEN + 14 * DAY  # two of five days are left: Thanksgiving counts
    shares = [rung.after for _at, rung in cast.case.prods()]
    assert 0.5 not in shares
    assert 1.0 in shares


def test_the_hospital_s_holiday_does_not_count(cast: Cast) -> None:
    """F4.3: its own calendar moves the day on which something is due."""
    PracticeCalendar.objects.create(institution=cast.northgate)
    Holiday.objects.create(institution=cast.northgate, day=date(2026, 11, 17), name="Feast")
    cast.case.move(Verb.INFO_ASKED, by=Actor.of(cast.ada), at=OPEN)
    cast.case.move(Verb.INFO_GIVEN, by=Actor.of(cast.rosa), at=OPEN)
    assert cast.case.due_at == OPEN + 2 * DAY


def test_every_ending_needs_its_reason(cast: Cast) -> None:
    """F4.10: none, or one that is in no list, is refused."""
    ada = Actor.of(cast.ada)
    for verb in (Verb.DECLINED, Verb.WITHDRAWN, Verb.CANCELLED):
        for wrong in ({}, {"reason": "because"}):
            with pytest.raises(ImpossibleMove, match="reason from the list"):
                cast.case.move(verb, by=ada, at=OPEN, **wrong)
    cast.case.move(Verb.CANCELLED, by=ada, at=OPEN, **why(Verb.CANCELLED))
    assert (cast.case.ended_reason, cast.case.ended_at) == ("no_reviewer", OPEN)
