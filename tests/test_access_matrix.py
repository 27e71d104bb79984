"""Every door × everybody: the hand-written matrix (tests/matrix.py), knocked at (A1 to A5)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.everybody import BACKEND, NEVER, Everybody, Heard, address, gathered, ours, walk
from tests.matrix import PETRAS, ROSAS, cells
from tests.matrix_narrow import NARROW

pytestmark = pytest.mark.django_db
EXPECTED = {"rosa": cells(ROSAS) | cells(NARROW), "petra": cells(PETRAS)}
STRANGERS = ("petra", "wells", "brid", "hal", "zoe", "pia", "ira", "ivo")
LIBRARY = {
    "account_change_password",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_set_password",
    "account_signup",
    "account_signup_by_passkey",
    "usersessions_list",
}
"""django-allauth's own pages; those of its second factors begin with mfa_."""


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Everybody]:
    with gathered(django_db_blocker, tmp_path_factory.mktemp("files")) as found:
        yield found


@pytest.fixture(scope="module")
def heard(world: Everybody) -> list[Heard]:
    return [each for each in walk(world).heard if not each.door.startswith("+")]


def test_every_door_has_its_row() -> None:
    """A1, F1.3: a new address, or a new method of one, does not get in without a row."""
    doors = {f"{route.name} {method}" for route in ours() for method in route.methods}
    inside = {
        f"{route.name} {method}" for route in ours() if route.of_case for method in route.methods
    }

    assert {door for door, _who in cells(ROSAS)} == doors
    assert {door for door, _who in cells(NARROW)} == doors
    assert {door for door, _who in EXPECTED["petra"]} == inside


def test_the_librarys_doors_are_the_known_ones() -> None:
    """A1: an update of the library that opens another door is seen."""
    names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    unknown = {name for name in names if not name.startswith("mfa_")} - LIBRARY

    assert unknown == set()


@pytest.mark.parametrize("owner", ["rosa", "petra"])
def test_each_person_gets_at_each_door_what_the_matrix_says(heard: list[Heard], owner: str) -> None:
    """A1, F1.3, F8.1, F12.1, C2: every role × every door × every declared method."""
    wrong = [
        f"{each.door} {each.who}: {each.status}, expected {EXPECTED[owner][each.door, each.who]}"
        for each in heard
        if each.owner == owner and each.door != NEVER
        if EXPECTED[owner][each.door, each.who] != each.status
    ]

    assert wrong == []


def test_a_stranger_cannot_tell_whether_a_case_exists(heard: list[Heard]) -> None:
    """A5, F1.3: byte for byte the answer is that of a case that never was, but for its token."""
    never = {each.who: without_token(each.said) for each in heard if each.door == NEVER}
    told = [
        f"{each.door} {each.who}"
        for each in heard
        if each.owner == "rosa" and each.who in STRANGERS and each.status == 404
        if "_out:" not in each.door and "HEAD" not in each.door
        if without_token(each.said) != never[each.who]
    ]

    assert told == []


def without_token(said: str) -> str:
    """The page's own token against forged forms is new each time."""
    return re.sub(r'(content|value)="[A-Za-z0-9]{64}"', r'\1=""', said)


def test_who_is_refused_leaves_nothing_behind(heard: list[Heard]) -> None:
    """A3: no event, no look; the thread page that says in words that it has none is a look."""
    left = [
        f"{each.door} {each.who}"
        for each in heard
        if each.status in {401, 403, 404} and each.wrote
        if not each.door.startswith("messaging:threads")
    ]

    assert left == []


OBJECTS = ("_id>", "uid>", ":study>")
SHARED = ("ada", "okoye")


@pytest.mark.parametrize(
    ("case_of", "thing_of", "people"),
    [("rosa", "petra", (*SHARED, "rosa", "link")), ("petra", "rosa", (*SHARED, "petra", "brid"))],
)
def test_no_object_opens_under_another_case(
    world: Everybody, case_of: str, thing_of: str, people: tuple[str, ...]
) -> None:
    """A3, F1.3: the id of one case's thing in another's address, even for who may see both."""
    mixed = world.ids[thing_of] | {"case_id": world.ids[case_of]["case_id"]}
    opened = []
    for route in ours():
        inside = route.pattern.partition("<uuid:case_id>")[2]
        if not any(name in inside for name in OBJECTS):
            continue
        for method in route.methods:
            if method == "OPTIONS":
                continue
            for who in people:
                answer = world.knock(who, method, address(route, mixed))
                if answer.status_code not in {403, 404}:
                    opened.append(f"{route.name} {method} {who}: {answer.status_code}")

    assert opened == []


def test_only_declared_methods_are_answered(world: Everybody) -> None:
    """A1: 405 for the rest, before anybody is asked who they are."""
    answered = []
    for route in ours():
        others = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - set(route.methods)
        path = address(route, world.ids["rosa"])
        for method in sorted(others)[:2]:
            status = world.knock("rosa", method, path).status_code
            if status != 405:
                answered.append(f"{route.name} {method}: {status}")

    assert answered == []


def test_no_door_takes_an_act_from_another_site(world: Everybody) -> None:
    """B9: without the page's own token every act is refused; machines sign, or show a token."""
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(world.rich.cast.rosa, backend=BACKEND)
    taken = []
    for route in ours():
        for method in set(route.methods) & {"POST", "PUT", "PATCH", "DELETE"}:
            answer = careful.generic(method, address(route, world.ids["rosa"]))
            if answer.status_code != 403:
                taken.append(f"{route.name} {method}")

    assert sorted(taken) == [
        "billing_out:webhook POST",
        "notices_out:heard POST",
        "referring_out:hl7 POST",
        "referring_out:requests POST",
        "referring_out:transaction POST",
    ]
