"""Two people act at once, or one presses twice: one wins, the other reads a sentence."""

import pytest
from django.test import Client

from konsil.cases.life import Stage
from konsil.cases.models import Event, Seat
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM
from konsil.people.roles import Role
from tests.cast import Cast, put_at
from tests.test_who_sees_a_case import BACKEND

DECLINE = {"verb": Verb.DECLINED, "reason": "not_treated"}


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, name), backend=BACKEND)
    return client


def test_one_accepts_while_the_other_declines(cast: Cast) -> None:
    """F4.8, K8: both pages showed both buttons; the second act is refused with where it stands."""
    where = f"/cases/{cast.case.pk}/steps/"
    signed_in(cast, "ada").post(where, {"verb": Verb.ACCEPTED})

    answer = signed_in(cast, "mona").post(where, DECLINE, follow=True)

    cast.case.refresh_from_db()
    assert answer.status_code == 200
    assert "cannot be done now" in answer.content.decode()
    assert cast.case.stage == Stage.GATHERING
    assert not Event.objects.filter(case=cast.case, verb=Verb.DECLINED).exists()


def test_accepting_twice_is_accepting_once(cast: Cast) -> None:
    """F4.8: the double press of one button; one event, one charge that follows from it."""
    ada, where = signed_in(cast, "ada"), f"/cases/{cast.case.pk}/steps/"

    answers = [ada.post(where, {"verb": Verb.ACCEPTED}) for _ in range(2)]

    assert [each.status_code for each in answers] == [302, 302]
    assert Event.objects.filter(case=cast.case, verb=Verb.ACCEPTED).count() == 1


def test_two_coordinators_offer_to_two_reviewers(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F4.8: the case is offered to one of them, and the other coordinator is told."""
    put_at(cast.case, Stage.FILE_COMPLETE)
    monkeypatch.setattr("konsil.cases.guards.refusal", lambda case, names: "")  # paid elsewhere
    where = f"/cases/{cast.case.pk}/offers/"
    signed_in(cast, "ada").post(where, {"reviewer": str(cast.okoye.pk)})
    answer = signed_in(cast, "mona").post(where, {"reviewer": str(cast.ferreira.pk)}, follow=True)

    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.OFFERED
    asked = Seat.objects.in_force().filter(case=cast.case, role=Role.ASKED)
    assert [seat.user for seat in asked] == [cast.okoye]
    assert "cannot be done now" in answer.content.decode()


def test_an_offer_that_was_taken_back_cannot_be_taken(cast: Cast) -> None:
    """F4.8: her page is old; she no longer sits there, and the case is not hers."""
    put_at(cast.case, Stage.OFFERED)
    seat = cast.case.seat(Role.ASKED, by=SYSTEM, at=cast.now, quietly=True, user=cast.okoye)
    okoye = signed_in(cast, "okoye")
    signed_in(cast, "ada").post(f"/cases/{cast.case.pk}/offers/", {"recall": "1"})

    answer = okoye.post(f"/cases/{cast.case.pk}/offers/answer/", {"answer": "take"})

    assert answer.status_code == 404
    assert "your part in it has ended" in answer.content.decode()
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.FILE_COMPLETE
    seat.refresh_from_db()
    assert seat.until is not None
