"""Adding to a signed opinion: a new version with its reason, the former one unchanged (F13.6)."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.opinions import signing
from konsil.opinions.models import Version, latest
from konsil.opinions.tests.desk import enter, signed, text
from konsil.people.actors import Actor
from tests.cast import MONDAY, PASSWORD, Cast


def test_an_addendum_makes_version_two_and_version_one_stays(client: Client, cast: Cast) -> None:
    """F13.6."""
    first = signed(cast)
    enter(client, cast.okoye)
    sent = {
        "sort": "addendum",
        "reason": "The tissue report came",
        "body": json.dumps(text("The tissue confirms it.")),
        "password": PASSWORD,
    }

    answer = client.post(f"/cases/{cast.case.pk}/opinion/addenda/", sent)

    assert answer.status_code == 302
    again, second = Version.objects.order_by("number")
    assert (again.written, again.sha256) == (first.written, first.sha256)
    assert second.number == 2
    assert second.content["previous"] == first.sha256
    assert second.content["sections"] == first.content["sections"]
    assert second.content["addenda"][0]["body"] == text("The tissue confirms it.")
    assert Event.objects.filter(verb=Verb.ADDED_TO, facts__number=2).count() == 1
    assert latest(cast.case, Actor.of(cast.rosa)) == second


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password": "not hers"}, "This is not your password"),
        ({"reason": " "}, "Say in a few words why"),
        ({"body": json.dumps(text(" "))}, "Write what you want to add"),
        ({"body": "{"}, "did not arrive whole"),
    ],
)
def test_an_addendum_that_lacks_something_is_refused_and_what_was_typed_stays(
    client: Client, cast: Cast, changed: dict[str, str], words: str
) -> None:
    signed(cast)
    enter(client, cast.okoye)
    sent = {
        "sort": "correction",
        "reason": "A slip of the pen",
        "body": json.dumps(text("Left, not right.")),
        "password": PASSWORD,
    } | changed

    answer = client.post(f"/cases/{cast.case.pk}/opinion/addenda/", sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "A slip of the pen" in page or "reason" in changed
    assert "Left, not right." in page or "body" in changed
    assert Version.objects.count() == 1


def test_nobody_else_adds_to_the_opinion(client: Client, cast: Cast) -> None:
    signed(cast)
    statuses = {}
    for who in ("rosa", "ada", "petra"):
        enter(client, getattr(cast, who))
        url = f"/cases/{cast.case.pk}/opinion/addenda/"
        statuses[who] = client.post(url, {"password": PASSWORD}).status_code

    assert statuses == {"rosa": 403, "ada": 403, "petra": 404}
    with pytest.raises(ImpossibleMove):
        signing.add(
            cast.case,
            body=text("x"),
            reason="x",
            method="password",
            by=Actor.of(cast.ada),
            at=MONDAY + timedelta(days=1),
        )
