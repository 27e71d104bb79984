"""Who sees Rosa's case: the hand-written list, asked through the pages themselves."""

import pytest
from django.test import Client

from konsil.cases.models import Case, Look
from konsil.cases.scope import scope_of
from konsil.people.actors import Actor
from tests.cast import Cast, give_to_reviewer

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("rosa", 200),
        ("ada", 200),
        ("berta", 200),
        ("mona", 200),
        ("okoye", 302),
        ("petra", 404),
        ("brid", 404),
        ("hal", 404),
        ("wells", 404),
        ("ferreira", 404),
        ("zoe", 404),
    ],
)
def test_only_those_seated_at_a_case_can_open_it(
    client: Client, cast: Cast, name: str, status: int
) -> None:
    """F1.3, F12.1: strangers get 404 and cannot tell whether the case exists."""
    give_to_reviewer(cast)
    visitor = getattr(cast, name)
    client.force_login(visitor, backend=BACKEND)

    response = client.get(f"/cases/{cast.case.pk}/")

    assert response.status_code == status
    with scope_of(Actor.of(visitor)):
        seen = Case.objects.visible_to(Actor.of(visitor)).filter(pk=cast.case.pk).exists()
    assert seen == (status != 404)
    looks = Look.objects.filter(case=cast.case, actor_user=visitor).count()
    assert looks == (0 if status == 404 else 1)


def test_st_brigids_sees_its_own_patient_and_not_rosa(client: Client, cast: Cast) -> None:
    """F12.1: the child opens Petra's case, whom it referred, and gets 404 for Rosa's."""
    client.force_login(cast.brid, backend=BACKEND)

    assert client.get(f"/cases/{cast.petras_case.pk}/").status_code == 200
    assert client.get(f"/cases/{cast.case.pk}/").status_code == 404
    board = client.get("/cases/").content.decode()
    assert "Petra" in board
    assert "Rosa" not in board


def test_a_stranger_is_asked_to_sign_in_and_learns_nothing(client: Client, cast: Cast) -> None:
    known = client.get(f"/cases/{cast.case.pk}/")
    unknown = client.get("/cases/00000000-0000-4000-8000-000000000000/")

    assert known.status_code == unknown.status_code == 302
    assert known["Location"].startswith("/account/login/")


def test_a_billing_clerk_sees_the_case_and_not_the_illness(client: Client, cast: Cast) -> None:
    """F1.3: money, not findings."""
    Case.objects.filter(pk=cast.case.pk).update(diagnosis="A spot on the lung CNRY")
    client.force_login(cast.berta, backend=BACKEND)

    page = client.get(f"/cases/{cast.case.pk}/").content.decode()

    assert "CNRY" not in page
    assert "Is it cancer?" not in page


def test_the_methods_of_a_page_are_declared(client: Client, cast: Cast) -> None:
    client.force_login(cast.ada, backend=BACKEND)

    assert client.delete(f"/cases/{cast.case.pk}/").status_code == 405
    assert client.delete(f"/cases/{cast.case.pk}/steps/").status_code == 405


def test_access_ends_with_the_seat(client: Client, cast: Cast) -> None:
    """F8.1: once the task is over, the same address is a 404."""
    give_to_reviewer(cast)
    client.force_login(cast.okoye, backend=BACKEND)
    assert client.get(f"/cases/{cast.case.pk}/").status_code == 302

    from konsil.people.actors import SYSTEM
    from konsil.people.roles import Role

    cast.case.unseat(Role.REVIEWER, by=SYSTEM, at=cast.now, user=cast.okoye)

    assert client.get(f"/cases/{cast.case.pk}/").status_code == 404
