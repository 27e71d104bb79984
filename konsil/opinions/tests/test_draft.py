"""The draft: for its writers only, saved on top of what it was, never silently overwritten."""

import json
from typing import Any

import pytest
from django.test import Client

from konsil.cases.life import Stage
from konsil.opinions.models import Answer, Section
from konsil.opinions.tests.desk import enter, signed, text
from konsil.people.actors import SYSTEM
from konsil.people.roles import Role
from tests.cast import MONDAY, Cast, give_to_reviewer, put_at


def put(client: Client, cast: Cast, path: str, sent: Any) -> Any:
    url = f"/cases/{cast.case.pk}/opinion/{path}"
    return client.put(url, json.dumps(sent), content_type="application/json")


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    """Dr. Okoye with the draft open."""
    give_to_reviewer(cast)
    enter(client, cast.okoye)
    client.get(f"/cases/{cast.case.pk}/opinion/")
    return client


def test_the_draft_has_the_sections_of_the_service_line(desk: Client, cast: Cast) -> None:
    """F13.1: made on the reviewer's first opening, and only once."""
    page = desk.get(f"/cases/{cast.case.pk}/opinion/").content.decode()

    assert [section.key for section in Section.objects.all()] == ["summary", "imaging", "advice"]
    assert Answer.objects.count() == 2
    assert "Is it cancer?" in page
    assert "0 of 2 answered" in page


def test_a_section_is_saved_with_its_author_and_time(desk: Client, cast: Cast) -> None:
    """F5.9, F13.1."""
    answer = put(desk, cast, "sections/summary/", {"revision": 0, "body": text("Small.")})

    section = Section.objects.get(key="summary")
    assert answer.status_code == 200
    assert answer.json()["revision"] == 1
    assert answer.json()["saved_at"]
    assert section.body == text("Small.")
    assert section.author == cast.okoye


def test_two_writers_of_one_section_lose_nothing(desk: Client, cast: Cast) -> None:
    """F5.9: the second is given the first one's text, and nothing is overwritten."""
    put(desk, cast, "sections/summary/", {"revision": 0, "body": text("First.")})

    answer = put(desk, cast, "sections/summary/", {"revision": 0, "body": text("Second.")})

    assert answer.status_code == 409
    assert answer.json()["revision"] == 1
    assert answer.json()["body"] == text("First.")
    assert answer.json()["by"] == "Chidi Okoye"
    assert Section.objects.get(key="summary").body == text("First.")


@pytest.mark.parametrize(
    "sent",
    [
        {"revision": 0, "body": {"type": "doc", "content": [{"type": "script"}]}},
        {"revision": 0, "body": "words"},
        {"revision": 0},
        {"body": text("No revision.")},
        {"revision": True, "body": text("No number.")},
        [],
    ],
)
def test_a_text_that_breaks_the_schema_is_refused_in_words(
    desk: Client, cast: Cast, sent: Any
) -> None:
    answer = put(desk, cast, "sections/summary/", sent)

    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert len(answer.content.decode()) > 20
    assert Section.objects.get(key="summary").revision == 0


def test_a_question_is_answered_or_it_is_said_why_not(desk: Client, cast: Cast) -> None:
    """F13.2."""
    one = put(desk, cast, "answers/1/", {"revision": 0, "body": text("Very likely.")})
    two = desk.post(
        f"/cases/{cast.case.pk}/opinion/answers/2/", {"cannot_because": "no tissue yet"}
    )

    assert one.status_code == two.status_code == 200
    assert [answer.is_given for answer in Answer.objects.all()] == [True, True]
    assert "no tissue yet" in two.content.decode()
    assert "2 of 2" in desk.get(f"/cases/{cast.case.pk}/opinion/state/").content.decode()
    assert put(desk, cast, "answers/3/", {"revision": 0, "body": text("x")}).status_code == 404
    assert put(desk, cast, "sections/none/", {"revision": 0, "body": text("x")}).status_code == 404


@pytest.mark.parametrize("who", ["rosa", "ada", "mona", "berta"])
def test_nobody_else_at_the_case_sees_or_writes_the_draft(
    client: Client, cast: Cast, who: str
) -> None:
    """The desk may not write either; they learn that there is such a page, nothing of it."""
    give_to_reviewer(cast)
    enter(client, getattr(cast, who))

    assert client.get(f"/cases/{cast.case.pk}/opinion/").status_code == 403
    sent = {"revision": 0, "body": text("Mine.")}
    assert put(client, cast, "sections/summary/", sent).status_code == 403
    assert put(client, cast, "answers/1/", sent).status_code == 403


@pytest.mark.parametrize("who", ["petra", "ferreira", "wells", "brid", "hal", "zoe"])
def test_for_strangers_there_is_no_such_case(client: Client, cast: Cast, who: str) -> None:
    """F1.3, F12.1."""
    give_to_reviewer(cast)
    enter(client, getattr(cast, who))

    assert client.get(f"/cases/{cast.case.pk}/opinion/").status_code == 404
    sent = {"revision": 0, "body": text("Mine.")}
    assert put(client, cast, "sections/summary/", sent).status_code == 404


def test_an_invited_colleague_writes_with_the_reviewer(client: Client, cast: Cast) -> None:
    give_to_reviewer(cast)
    cast.case.seat(Role.COLLEAGUE, by=SYSTEM, at=MONDAY, quietly=True, user=cast.ferreira)
    enter(client, cast.ferreira)
    client.get(f"/cases/{cast.case.pk}/opinion/")

    sent = {"revision": 0, "body": text("I agree.")}

    assert put(client, cast, "sections/advice/", sent).status_code == 200
    assert client.get(f"/cases/{cast.case.pk}/opinion/signature/").status_code == 403


def test_a_signed_opinion_takes_no_more_text(client: Client, cast: Cast) -> None:
    """F13.6."""
    signed(cast)
    enter(client, cast.okoye)

    answer = put(client, cast, "sections/summary/", {"revision": 1, "body": text("Changed.")})

    assert answer.status_code == 423
    assert "addendum" in answer.content.decode()


def test_nothing_is_written_before_the_review(client: Client, cast: Cast) -> None:
    give_to_reviewer(cast)
    put_at(cast.case, Stage.GATHERING)
    enter(client, cast.okoye)
    client.get(f"/cases/{cast.case.pk}/opinion/")

    answer = put(client, cast, "sections/summary/", {"revision": 0, "body": text("Early.")})

    assert answer.status_code == 423
