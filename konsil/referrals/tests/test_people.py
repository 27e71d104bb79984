"""The page on which a clinic's administrator looks after the people of her clinic (F12.2)."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from konsil.people.invitations import waiting
from konsil.people.models import Membership, User
from konsil.people.roles import Role
from tests.cast import Cast, user
from tests.test_who_sees_a_case import BACKEND

PAGE = "/referrals/people/"


@pytest.fixture
def clare(cast: Cast) -> User:
    return user("Clare Boyle", (cast.brigids, Role.CHILD_ADMIN))


def enter(who: User) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def asks(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {
        "act": "invite",
        "clinic": str(cast.brigids.pk),
        "name": "Nuala Reid",
        "email": "nuala@brigids.example",
        "roles": [Role.CHILD_ADMIN.value],
        **changed,
    }


def test_clare_invites_a_second_administrator(
    cast: Cast, clare: User, django_capture_on_commit_callbacks: Any
) -> None:
    """F12.2: the page nudges to have two; the invitation stands on it and can be taken back."""
    browser = enter(clare)
    assert "only one administrator" in browser.get(PAGE).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(PAGE, asks(cast)).status_code == 302

    assert [letter.to for letter in mail.outbox] == [["nuala@brigids.example"]]
    page = browser.get(PAGE).content.decode()
    assert "Nuala Reid" in page
    made = waiting(cast.brigids, at=timezone.now()).get()
    browser.post(PAGE, {"act": "withdraw", "clinic": made.institution_id, "who": made.pk})
    assert "Nuala Reid" not in browser.get(PAGE).content.decode()
    assert not waiting(cast.brigids, at=timezone.now()).exists()


def test_what_is_missing_in_an_invitation_is_said_beside_the_field(cast: Cast, clare: User) -> None:
    answer = enter(clare).post(PAGE, asks(cast, email="", roles=[]))

    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Write the address of your colleague" in words
    assert "Choose at least one part" in words
    assert 'value="Nuala Reid"' in words


@pytest.mark.parametrize("role", ["admin", "coordinator", "system"])
def test_no_part_above_the_clinic_can_be_sent(cast: Cast, clare: User, role: str) -> None:
    """F12.2: neither for others nor for herself."""
    browser = enter(clare)

    assert browser.post(PAGE, asks(cast, roles=[role])).status_code == 422
    assert browser.post(PAGE, asks(cast, roles=[role], email=clare.email)).status_code == 422
    assert User.objects.get(pk=clare.pk).roles == {Role.CHILD_ADMIN}


def test_neither_another_clinic_nor_its_people_are_reachable(cast: Cast, clare: User) -> None:
    """F12.1, F12.2: the other clinic's id, its people's ids, and ids that never were, all 404."""
    browser = enter(clare)
    for place in (cast.other_clinic, cast.northgate):
        assert browser.post(PAGE, asks(cast, clinic=str(place.pk))).status_code == 404
    for act in ("end", "reset", "withdraw"):
        for who in (cast.hal, cast.ada, cast.rosa):
            sent = {"act": act, "clinic": str(cast.brigids.pk), "who": str(who.pk)}
            assert browser.post(PAGE, sent).status_code == 404
    assert Membership.objects.in_force().filter(user=cast.hal).exists()
    assert enter(cast.brid).post(PAGE, asks(cast)).status_code == 403


def test_clare_ends_an_account_and_asks_for_a_new_password(cast: Cast, clare: User) -> None:
    """F12.2: both hold at once, in a browser that is open."""
    browser, brids = enter(clare), enter(cast.brid)
    sent = {"clinic": str(cast.brigids.pk), "who": str(cast.brid.pk)}
    assert brids.get("/referrals/").status_code == 200

    browser.post(PAGE, sent | {"act": "reset"})
    assert brids.get("/referrals/").status_code == 302
    assert re.search(r"/account/password/reset/key/\S+", mail.outbox[-1].body)

    again = enter(User.objects.get(pk=cast.brid.pk))
    assert again.get("/referrals/").status_code == 200
    browser.post(PAGE, sent | {"act": "end"})
    assert again.get("/referrals/").status_code == 302
    assert not Membership.objects.in_force().filter(user=cast.brid).exists()
    browser.get(PAGE)  # says it once more
    assert "Brid Kelly" not in browser.get(PAGE).content.decode()


def test_clare_reads_who_of_the_clinic_looked_at_its_patients(cast: Cast, clare: User) -> None:
    """F12.2, F1.5: those of her clinic, at its own patients; not the hospital's, nor another's."""
    enter(cast.brid).get(f"/cases/{cast.petras_case.pk}/")
    enter(cast.ada).get(f"/cases/{cast.petras_case.pk}/")
    enter(cast.ada).get(f"/cases/{cast.case.pk}/")

    page = enter(clare).get("/referrals/looks/").content.decode()

    assert "Brid Kelly" in page
    assert cast.petras_case.number in page
    assert "Ada Lindqvist" not in page
    assert cast.case.number not in page
    assert enter(cast.brid).get("/referrals/looks/").status_code == 403
