"""A lost phone and a lost mailbox: let in again after a check, told by mail, on record (F1.4)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.core.cache import cache
from django.test import Client

from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.entrance.models import FactorReset
from konsil.people import proof
from konsil.people.models import Pass, User
from konsil.people.roles import Role
from tests.cast import Cast, user

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SURE = {"checked": "in_person", "words": "She came to my office with her badge."}
BORN = {"born_day": "14", "born_month": "3", "born_year": "1971"}
NEW = "rosa.new@example.org"


@pytest.fixture(autouse=True)
def counted_from_nothing(db: None) -> None:
    cache.clear()


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


@pytest.fixture
def ivo(cast: Cast) -> User:
    """The system administrator of Northgate."""
    return user("Ivo Stein", (cast.northgate, Role.ADMIN))


def test_the_administrator_lets_a_colleague_set_up_a_new_one(
    cast: Cast, ivo: User, django_capture_on_commit_callbacks: Any
) -> None:
    """F1.4: her factors are gone, she is signed out and told; it stays on record."""
    auth.TOTP.activate(cast.ada, SECRET)
    RecoveryCodes.activate(cast.ada)
    ada, admin = signed_in(cast.ada), signed_in(ivo)
    ada.get("/me/")
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post("/second-factors/", {"email": cast.ada.email.upper(), **SURE})

    assert answer.status_code == 302
    assert proof.factors(cast.ada) == []
    assert ada.get("/cases/").status_code == 302
    kept = FactorReset.objects.get()
    assert (kept.user, kept.by, kept.checked) == (cast.ada, ivo, "in_person")
    (letter,) = mail.outbox
    assert letter.to == [cast.ada.email]
    assert "Ivo Stein" in letter.body


@pytest.mark.parametrize("who", ["ada", "okoye", "mona", "berta", "brid", "rosa", "zoe"])
def test_nobody_else_takes_a_second_factor_away(cast: Cast, who: str) -> None:
    auth.TOTP.activate(cast.ferreira, SECRET)
    client = signed_in(getattr(cast, who))
    given = {"email": cast.ferreira.email, **SURE}

    assert client.get("/second-factors/").status_code == 403
    assert client.post("/second-factors/", given).status_code == 403
    assert proof.factors(cast.ferreira) == ["totp"]


def test_an_administrator_reaches_her_own_hospital_only_and_not_herself(
    cast: Cast, ivo: User
) -> None:
    """F1.4: one refusal for a stranger, a patient and another hospital's people; reasons needed."""
    for who in (cast.zoe, cast.rosa, ivo):
        auth.TOTP.activate(who, SECRET)
    admin = signed_in(ivo)
    for address in (cast.zoe.email, cast.rosa.email, "nobody@example.org"):
        answer = admin.post("/second-factors/", {"email": address, **SURE})
        assert answer.status_code == 422
        assert "Nobody with this address works at your hospital" in answer.content.decode()
    assert (
        b"Ask another administrator"
        in admin.post("/second-factors/", {"email": ivo.email, **SURE}).content
    )
    short = admin.post("/second-factors/", {"email": cast.ada.email, **SURE, "words": "ok"})
    assert short.status_code == 422
    assert [proof.factors(who) for who in (cast.zoe, cast.rosa, ivo)] == [["totp"]] * 3


def test_it_asks_for_a_fresh_second_factor(cast: Cast, ivo: User) -> None:
    """F1.4: an open screen is not enough."""
    with time_machine.travel(datetime(2030, 1, 7, 9, tzinfo=UTC), tick=False) as clock:
        admin = signed_in(ivo)
        assert admin.get("/second-factors/").status_code == 200
        clock.shift(timedelta(minutes=6))
        led = admin.post("/second-factors/", {"email": cast.ada.email, **SURE})
        assert led["Location"].startswith("/account/2fa/reauthenticate/")
    assert not FactorReset.objects.exists()


def test_the_only_administrator_is_told_to_invite_a_second(cast: Cast, ivo: User) -> None:
    assert b"You are the only administrator" in signed_in(ivo).get("/me/").content
    user("Una Stern", (cast.northgate, Role.ADMIN))
    assert b"You are the only administrator" not in signed_in(ivo).get("/me/").content
    assert b"You are the only administrator" not in signed_in(cast.ada).get("/me/").content


def test_the_desk_gives_a_patient_another_address(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """F1.4, B5: her sessions and links end, both addresses hear of it, the history says so."""
    old = cast.rosa.email
    EmailAddress.objects.create(user=cast.rosa, email=old, verified=True, primary=True)
    rosa = signed_in(cast.rosa)
    rosa.get("/me/")
    soon = datetime(2040, 1, 1, tzinfo=UTC)
    link, token = Pass.issue(tenant=cast.northgate, label="Link", expires_at=soon, user=cast.rosa)
    given = {**BORN, "email": NEW.upper(), "why": "lost"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(cast.ada).post(f"/cases/{cast.case.pk}/address/", given)

    assert answer.status_code == 302
    cast.rosa.refresh_from_db()
    cast.patient.refresh_from_db()
    assert cast.rosa.email == cast.patient.email == NEW
    assert list(EmailAddress.objects.filter(user=cast.rosa).values_list("email")) == [(NEW,)]
    assert rosa.get(f"/cases/{cast.case.pk}/").status_code == 302
    link.refresh_from_db()
    assert link.revoked_at
    assert sorted(address for letter in mail.outbox for address in letter.to) == sorted([old, NEW])
    assert all("lung" not in letter.body.lower() for letter in mail.outbox)
    event = Event.objects.get(case=cast.case, verb=Verb.ADDRESS_CHANGED)
    assert event.actor_user == cast.ada
    assert event.facts == {"why": "lost"}
    assert token


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"born_day": "15"}, "not the birth date"),
        ({"email": "novak@example.org"}, "belongs to another account"),
        ({"email": "delgado@example.org"}, "address that we have already"),
        ({"why": ""}, "empty"),
    ],
)
def test_a_wrong_birth_date_or_a_taken_address_changes_nothing(
    cast: Cast, change: dict[str, str], words: str
) -> None:
    given = {**BORN, "email": NEW, "why": "lost", **change}
    answer = signed_in(cast.ada).post(f"/cases/{cast.case.pk}/address/", given)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    cast.rosa.refresh_from_db()
    assert cast.rosa.email == "delgado@example.org"


def test_the_desk_cannot_take_over_a_colleagues_account(cast: Cast) -> None:
    """F1.4: a colleague who is a patient here keeps her address; nobody but a desk comes near."""
    from konsil.people.models import Membership

    given = {**BORN, "email": NEW, "why": "lost"}
    for who, status in (("rosa", 403), ("berta", 403), ("mona", 403), ("brid", 404), ("zoe", 404)):
        client = signed_in(getattr(cast, who))
        assert client.post(f"/cases/{cast.case.pk}/address/", given).status_code == status
    Membership.objects.create(user=cast.rosa, institution=cast.northgate, role=Role.ADMIN)
    answer = signed_in(cast.ada).post(f"/cases/{cast.case.pk}/address/", given)
    assert "works here too" in answer.content.decode()
    cast.rosa.refresh_from_db()
    assert cast.rosa.email == "delgado@example.org"
