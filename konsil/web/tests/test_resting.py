"""The desk lays a case to rest; patient and clinic read what is next; she asks a later question."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from konsil.cases.life import ENDED, Stage
from konsil.cases.models import Case, Hold
from konsil.cases.verbs import Verb
from konsil.messaging.models import Message
from konsil.opinions.tests.desk import write_all
from konsil.people.actors import Actor
from konsil.people.models import User
from konsil.people.roles import Role
from konsil.web.telling import HAS_IT, HEADLINES, NEXT, NEXT_FOR_CLINIC
from tests.cast import Cast, give_to_reviewer, put_at
from tests.test_who_sees_a_case import BACKEND


def enter(client: Client, who: User) -> None:
    client.force_login(who, backend=BACKEND)


def given(cast: Cast, **change: str) -> dict[str, str]:
    day = (timezone.localdate() + timedelta(days=14)).isoformat()
    return {"reason": "treatment", "until": day, "person": str(cast.ada.pk)} | change


def test_the_desk_puts_a_case_on_hold_and_takes_it_up(client: Client, cast: Cast) -> None:
    """H: both pages say why, until when and who; the patient reads that it rests."""
    put_at(cast.case, Stage.GATHERING, at=timezone.now())
    enter(client, cast.ada)
    page = client.get(f"/cases/{cast.case.pk}/hold/").content.decode()
    assert "The patient is in treatment" in page

    client.post(f"/cases/{cast.case.pk}/hold/", given(cast))

    page = client.get(f"/cases/{cast.case.pk}/").content.decode()
    assert "On hold until" in page
    assert "Ada Lindqvist looks after it" in page
    assert "Declare the file complete" not in page
    enter(client, cast.rosa)
    assert "Your case rests until" in client.get(f"/cases/{cast.case.pk}/").content.decode()
    enter(client, cast.ada)
    client.post(f"/cases/{cast.case.pk}/hold/", {"act": "take_up"})
    cast.case.refresh_from_db()
    assert (cast.case.held_until, cast.case.ball) == (None, Role.COORDINATOR)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": ""}, "Choose why the case rests"),
        ({"until": "2020-01-01"}, "Choose a day after today"),
        ({"person": ""}, "Choose who looks after it"),
    ],
)
def test_a_hold_without_reason_day_or_person_is_refused_beside_the_field(
    client: Client, cast: Cast, change: dict[str, str], words: str
) -> None:
    """F4.10: and what was typed stays."""
    enter(client, cast.ada)
    answer = client.post(f"/cases/{cast.case.pk}/hold/", given(cast, **change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Hold.objects.filter(case=cast.case).exists()


@pytest.mark.parametrize(
    ("name", "status"), [("rosa", 403), ("berta", 403), ("petra", 404), ("zoe", 404)]
)
def test_nobody_else_reaches_the_hold(client: Client, cast: Cast, name: str, status: int) -> None:
    enter(client, getattr(cast, name))
    assert client.post(f"/cases/{cast.case.pk}/hold/", given(cast)).status_code == status


def test_an_ended_case_offers_only_to_be_reopened(client: Client, cast: Cast) -> None:
    """REOPENED: with a reason of the list; the page says until when that can be."""
    Case.objects.filter(pk=cast.case.pk).update(submitted_at=timezone.now())
    enter(client, cast.ada)
    steps = f"/cases/{cast.case.pk}/steps/"
    client.post(steps, {"verb": Verb.CANCELLED, "reason": "no_reviewer"})
    page = client.get(f"/cases/{cast.case.pk}/").content.decode()
    assert "Reopen the case" in page
    assert "Put on hold" not in page
    client.post(steps, {"verb": Verb.REOPENED, "reason": "elsewhere"})
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.CANCELLED
    client.post(steps, {"verb": Verb.REOPENED, "reason": "by_mistake"})
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.SCREENING
    assert "ended by mistake" in client.get(f"/cases/{cast.case.pk}/history/").content.decode()


@pytest.mark.parametrize("stage", list(Stage))
def test_at_every_stage_both_read_what_is_next(client: Client, cast: Cast, stage: Stage) -> None:
    """F4.11: patient and clinic, in their words."""
    put_at(cast.petras_case, stage)
    for who, words in ((cast.petra, NEXT), (cast.brid, NEXT_FOR_CLINIC)):
        enter(client, who)
        page = client.get(f"/cases/{cast.petras_case.pk}/").content.decode()
        assert "What is next?" in page
        assert str(words[stage]) in page


def test_every_stage_has_its_words() -> None:
    """F4.2, F4.11: no stage of which nobody says anything."""
    assert set(HEADLINES) == set(NEXT) == set(NEXT_FOR_CLINIC) == set(Stage)
    assert ENDED - {Stage.CLOSED} <= set(HAS_IT)


def test_a_later_question_goes_to_the_expert(client: Client, cast: Cast) -> None:
    """FOLLOW_UP: the words stand in the messages, the ball is with the reviewer."""
    give_to_reviewer(cast)
    put_at(cast.case, Stage.FOLLOW_UP, at=timezone.now())
    enter(client, cast.rosa)
    assert (
        "Ask your expert a later question" in client.get(f"/cases/{cast.case.pk}/").content.decode()
    )

    client.post(f"/cases/{cast.case.pk}/later/", {"text": "   "})
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.FOLLOW_UP

    client.post(f"/cases/{cast.case.pk}/later/", {"text": "And the left lung?"})
    cast.case.refresh_from_db()
    assert (cast.case.stage, cast.case.ball) == (Stage.ADDENDUM, Role.REVIEWER)
    assert Message.objects.get(case=cast.case).text == "And the left lung?"


def test_the_patient_stops_her_request_for_a_reason(client: Client, cast: Cast) -> None:
    """F4.10: in her own words; after the signature there is nothing to stop."""
    enter(client, cast.rosa)
    page = client.get(f"/cases/{cast.case.pk}/").content.decode()
    assert "I changed my mind" in page
    put_at(cast.case, Stage.RELEASED)
    assert "I changed my mind" not in client.get(f"/cases/{cast.case.pk}/").content.decode()
    put_at(cast.case, Stage.GATHERING)
    client.post(f"/cases/{cast.case.pk}/steps/", {"verb": Verb.WITHDRAWN, "reason": "changed_mind"})
    cast.case.refresh_from_db()
    assert (cast.case.stage, cast.case.ended_reason) == (Stage.WITHDRAWN, "changed_mind")


def test_the_reviewer_finds_her_other_steps(client: Client, cast: Cast) -> None:
    """F4.1: before the board, more records, the draft to be checked."""
    give_to_reviewer(cast)
    enter(client, cast.okoye)
    page = client.get(f"/cases/{cast.case.pk}/steps/").content.decode()
    for label in ("Ask for more records", "Bring it before the board", "Declare the draft ready"):
        assert label in page
    client.post(f"/cases/{cast.case.pk}/steps/", {"verb": Verb.BOARD_ASKED})
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.AT_BOARD


def test_a_second_person_finds_the_draft_ready(client: Client, cast: Cast) -> None:
    """DRAFTED: she reads it only while it is declared ready; the reviewer has no such button."""
    give_to_reviewer(cast)
    write_all(cast)
    enter(client, cast.ada)
    report = f"/cases/{cast.case.pk}/report/"
    assert "A spot of 18 mm" not in client.get(report).content.decode()
    put_at(cast.case, Stage.DRAFTED)
    assert "A spot of 18 mm" in client.get(report).content.decode()
    enter(client, cast.rosa)
    assert "A spot of 18 mm" not in client.get(report).content.decode()
    cast.case.tell(Verb.DRAFTED, by=Actor.of(cast.okoye), at=timezone.now())
    enter(client, cast.okoye)
    assert client.post(f"/cases/{cast.case.pk}/quality/").status_code == 403
    enter(client, cast.ada)
    assert "Found ready to sign" in client.get(f"/cases/{cast.case.pk}/").content.decode()
    client.post(f"/cases/{cast.case.pk}/quality/")
    cast.case.refresh_from_db()
    assert cast.case.ball == Role.REVIEWER
