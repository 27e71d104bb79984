"""Ninety days of a case under a clock that stands still: exactly the planned letters go out."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from konsil.cases.actions import answer_offer, finish_task, offer
from konsil.cases.life import Stage
from konsil.cases.models import Case, RecordHolder, Task
from konsil.cases.verbs import Verb
from konsil.notices import keeping
from konsil.people.actors import SYSTEM, Actor
from konsil.records import asking
from konsil.records.models import RecordRequest, Release
from tests.cast import Cast, put_at
from tests.walking import PACIFIC, Walk, walking

START = datetime(2026, 11, 16, 10, 0, tzinfo=PACIFIC)

PLANNED = """
Mon Nov 16 11:00 | delgado   | One thing is still open            | one hour without a word
Tue Nov 17 10:00 | delgado   | One thing is still open            | a day
Thu Nov 19 10:00 | delgado   | One thing is still open            | three days
Fri Nov 20 15:05 | delgado   | There is news for you              | received, and a form
Mon Nov 23 10:30 | lindqvist | A case waits for you               | half a working day to check it
Mon Nov 23 16:00 | valley    | A patient asks you to send records | accepted, the form is signed
Mon Nov 23 16:05 | delgado   | Your request was accepted          |
Thu Nov 26 16:00 | valley    | A patient still waits for records  | three days
Mon Nov 30 16:00 | lindqvist | A case waits for you               | five working days of ten
Mon Nov 30 16:00 | valley    | A patient still waits for records  | seven days
Thu Dec 03 16:00 | valley    | A patient still waits for records  | ten days
Mon Dec 07 16:00 | delgado   | You may ask, too                   | fourteen days
Mon Dec 07 16:00 | lindqvist | A case waits for you               | ten working days; a task to call
Tue Dec 08 11:30 | lindqvist | A case waits for you               | half a working day of that task
Fri Dec 11 13:05 | delgado   | Your file is complete              | Valley has sent
Mon Dec 14 08:30 | lindqvist | A case waits for you               | half a working day to offer it
Mon Dec 14 09:00 | okoye     | A case is offered to you           | at once
Mon Dec 14 13:00 | okoye     | A case waits for you               | four hours of twelve
Mon Dec 14 15:05 | delgado   | An expert has begun                |
Thu Dec 17 10:30 | okoye     | A case waits for you               | half of five working days
Thu Dec 17 11:05 | delgado   | There is something new for you     | signed and released
Fri Dec 18 11:00 | delgado   | One thing is still open            | unread for a day
Sun Dec 20 11:00 | delgado   | One thing is still open            | three days
Thu Dec 24 11:00 | delgado   | One thing is still open            | seven; and a task to call
Thu Dec 24 15:30 | lindqvist | A case waits for you               | half a working day of that task
Mon Dec 28 10:05 | delgado   | You can still ask                  | she has read it
Mon Jan 04 10:00 | delgado   | One thing is still open            | seven days
Mon Jan 11 10:05 | delgado   | Your case is closed                |
"""
"""By hand from the life of a case: when, to whom, which letter, and why then."""


def planned() -> list[tuple[str, str, str]]:
    rows = [line.split("|") for line in PLANNED.strip().splitlines()]
    return [(row[0].strip(), row[1].strip(), row[2].strip()) for row in rows]


def day(number: int, hour: int) -> datetime:
    """So many days after the start, by the practice's clock."""
    return (START + timedelta(days=number)).replace(hour=hour)


def test_ninety_days_of_a_case_send_exactly_the_planned_letters(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F4.4, F4.5, F4.11, F3.5: before due, at due, after; calls and news; and then silence."""
    monkeypatch.setattr("konsil.cases.guards.refusal", lambda case, names: "")
    case = cast.case
    Case.objects.filter(pk=cast.petras_case.pk).update(stage=Stage.CLOSED)
    put_at(case, Stage.DRAFT, at=START)
    RecordHolder.objects.create(case=case, name="Valley Imaging", email="valley@example.org")

    with walking(cast, settings, start=START) as walk:
        keeping.keep_stage(case, at=START)
        _ask_and_gather(walk, cast)
        _review_and_read(walk, cast)
        walk.until(day(90, 10))

    assert walk.table() == planned()


def _ask_and_gather(walk: Walk, cast: Cast) -> None:
    case, ada = cast.case, Actor.of(cast.ada)
    walk.until(day(4, 15))
    case.move(Verb.SUBMITTED, by=Actor.of(cast.rosa), at=day(4, 15))
    walk.until(day(5, 9))
    request = _signs(case, at=day(5, 9))
    walk.until(day(7, 16))
    case.move(Verb.ACCEPTED, by=ada, at=day(7, 16))
    walk.until(day(22, 15))
    for task in Task.objects.filter(case=case, key__startswith="call-"):
        finish_task(case, key=task.key, by=ada, at=day(22, 15))
    walk.until(day(25, 12))
    asking.records_came(request, by=SYSTEM, at=day(25, 12), filed=3)
    asking.settle(request, "checked", by=ada, at=day(25, 12))
    walk.until(day(25, 13))
    case.move(Verb.FILE_COMPLETED, by=ada, at=day(25, 13))


def _signs(case: Case, *, at: datetime) -> RecordRequest:
    """Rosa signs the form that was prepared for her (the signing itself has its own tests)."""
    request: RecordRequest = RecordRequest.objects.select_related("release").get(case=case)
    release = request.release
    release.state, release.signed_at = Release.State.SIGNED, at
    release.save()
    asking.move(request, "signed")
    finish_task(case, key=f"release-{release.pk}", by=SYSTEM, at=at)
    case.tell(Verb.RELEASE_SIGNED, by=SYSTEM, at=at, release=str(release.pk))
    return request


def _review_and_read(walk: Walk, cast: Cast) -> None:
    case, okoye = cast.case, Actor.of(cast.okoye)
    walk.until(day(28, 9))
    offer(case, cast.okoye, by=Actor.of(cast.ada), at=day(28, 9))
    walk.until(day(28, 15))
    answer_offer(case, takes=True, reason="", by=okoye, at=day(28, 15))
    walk.until(day(31, 11))
    case.move(Verb.SIGNED, by=okoye, at=day(31, 11))
    case.move(Verb.RELEASED, by=SYSTEM, at=day(31, 11))
    walk.until(day(38, 16))
    for task in Task.objects.filter(case=case, key__startswith="call-", done_at=None):
        finish_task(case, key=task.key, by=Actor.of(cast.ada), at=day(38, 16))
    walk.until(day(42, 10))
    case.move(Verb.FOLLOWED_UP, by=SYSTEM, at=day(42, 10))
    walk.until(day(56, 10))
    case.move(Verb.CLOSED, by=SYSTEM, at=day(56, 10), reason="window")
