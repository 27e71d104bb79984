"""Steps of a case's life, taken on the page."""

from django.test import Client

from konsil.cases.life import Stage
from konsil.cases.models import Seat
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM
from konsil.people.roles import Role
from tests.cast import Cast, put_at
from tests.test_who_sees_a_case import BACKEND


def test_the_nurse_accepts_and_the_timeline_says_so(client: Client, cast: Cast) -> None:
    """F4.8: the stage moves from the act itself."""
    client.force_login(cast.ada, backend=BACKEND)

    client.post(f"/cases/{cast.case.pk}/steps/", {"verb": Verb.ACCEPTED})

    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.GATHERING
    page = client.get(f"/cases/{cast.case.pk}/history/").content.decode()
    assert "accepted the case" in page


def test_declining_needs_a_reason_from_the_list(client: Client, cast: Cast) -> None:
    """F4.10."""
    client.force_login(cast.ada, backend=BACKEND)
    url = f"/cases/{cast.case.pk}/steps/"

    client.post(url, {"verb": Verb.DECLINED, "reason": "no"})
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.SCREENING

    client.post(url, {"verb": Verb.DECLINED, "reason": "not_treated"})
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.DECLINED


def test_a_patient_cannot_accept_her_own_case(client: Client, cast: Cast) -> None:
    client.force_login(cast.rosa, backend=BACKEND)

    response = client.post(f"/cases/{cast.case.pk}/steps/", {"verb": Verb.ACCEPTED}, follow=True)

    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.SCREENING
    assert "Only the" in response.content.decode()


def test_the_reviewer_who_was_asked_takes_the_case(client: Client, cast: Cast) -> None:
    """F4.8: the seat of the one who was asked becomes the reviewer's."""
    put_at(cast.case, Stage.OFFERED)
    cast.case.seat(Role.ASKED, by=SYSTEM, at=cast.now, quietly=True, user=cast.okoye)
    client.force_login(cast.okoye, backend=BACKEND)
    assert "Will you review" in client.get(f"/cases/{cast.case.pk}/").content.decode()

    client.post(f"/cases/{cast.case.pk}/offers/answer/", {"answer": "take"})

    cast.case.refresh_from_db()
    roles = set(Seat.objects.in_force().filter(user=cast.okoye).values_list("role", flat=True))
    assert cast.case.stage == Stage.IN_REVIEW
    assert roles == {Role.REVIEWER}


def test_nobody_can_decline_for_the_reviewer(client: Client, cast: Cast) -> None:
    put_at(cast.case, Stage.OFFERED)
    client.force_login(cast.wells, backend=BACKEND)

    response = client.post(f"/cases/{cast.case.pk}/offers/answer/", {"answer": "take"})

    assert response.status_code == 404


def test_the_reviewer_who_was_asked_declines_for_a_reason_of_the_list(
    client: Client, cast: Cast
) -> None:
    """F4.10: free text could carry health data into the history; the case goes back."""
    put_at(cast.case, Stage.OFFERED)
    cast.case.seat(Role.ASKED, by=SYSTEM, at=cast.now, quietly=True, user=cast.okoye)
    client.force_login(cast.okoye, backend=BACKEND)
    url = f"/cases/{cast.case.pk}/offers/answer/"

    client.post(url, {"answer": "decline", "reason": "Her tumor is too far gone"})
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.OFFERED

    client.post(url, {"answer": "decline", "reason": "It is not my field"})
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.FILE_COMPLETE
    assert not Seat.objects.in_force().filter(user=cast.okoye).exists()
