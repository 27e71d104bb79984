"""Signing in: nobody learns who has an account, nobody guesses; signing out: nothing stays open."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from konsil.cases.doorway import SESSION_PASS
from konsil.people.actors import SYSTEM
from konsil.people.models import Pass
from konsil.people.roles import Role
from tests.cast import PASSWORD, Cast

KNOWN, UNKNOWN = "lindqvist@example.org", "nobodyhere@example.org"


@pytest.fixture(autouse=True)
def counted_from_nothing(db: None) -> None:
    cache.clear()


def said(content: bytes) -> str:
    """The page without the token and the address that was typed."""
    text = re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content)="[^"]*"', "", content.decode())
    return text.replace(KNOWN, "E").replace(UNKNOWN, "E")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/account/login/", "login"),
        ("/account/login/code/", "email"),
        ("/account/password/reset/", "email"),
    ],
)
def test_nobody_learns_who_has_an_account(cast: Cast, path: str, field: str) -> None:
    """B3: status, headers, words and number of mails are the same for a stranger."""
    answers, letters = [], []
    for address in (KNOWN, UNKNOWN):
        mail.outbox.clear()
        client = Client()
        answers.append(client.post(path, {field: address, "password": "wrong password 12"}))
        letters.append(len(mail.outbox))

    hers, strangers = answers
    assert hers.status_code == strangers.status_code
    assert hers.headers.get("Location") == strangers.headers.get("Location")
    assert said(hers.content) == said(strangers.content)
    assert letters[0] == letters[1]


def test_five_wrong_passwords_and_the_sixth_right_one_does_not_open(
    client: Client, cast: Cast
) -> None:
    """B2: guessing ends after five tries, and it is said; the owner can still ask for a code."""
    for _ in range(5):
        client.post("/account/login/", {"login": KNOWN, "password": "wrong password 12"})

    answer = client.post("/account/login/", {"login": KNOWN, "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert answer.status_code in {200, 429}
    code = Client().post("/account/login/code/", {"email": KNOWN})
    assert code.status_code == 302


def test_a_crowd_does_not_push_the_count_of_tries_out(cast: Cast) -> None:
    """B2: the cache that counts is not emptied by a few hundred others."""
    assert settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000


def test_signing_in_gives_the_session_a_new_name(client: Client, cast: Cast) -> None:
    """B6: what somebody planted before is dead after."""
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key

    client.post("/account/login/", {"login": KNOWN, "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(cast.ada.pk)
    assert client.session.session_key != before


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_sign_in_never_leads_to_another_site(client: Client, cast: Cast, way: str) -> None:
    """O4: the address to go on to is ours, or it is not taken."""
    answer = client.post("/account/login/", {"login": KNOWN, "password": PASSWORD, "next": way})

    assert answer["Location"] == "/start/"


def test_signing_out_ends_an_opened_link_too(client: Client, cast: Cast) -> None:
    """I6: a patient without an account leaves a computer that others use."""
    held, _token = Pass.issue(
        tenant=cast.northgate, label="Rosa", expires_at=timezone.now() + timedelta(days=1)
    )
    cast.case.seat(Role.PATIENT, by=SYSTEM, at=cast.now, quietly=True, held=held)
    session = client.session
    session[SESSION_PASS] = str(held.pk)
    session.save()
    page = f"/cases/{cast.case.pk}/"
    shown = client.get(page)
    assert shown.status_code == 200
    assert "Sign out" in shown.content.decode()

    client.post("/account/logout/")

    assert client.get(page).status_code == 302
    client.cookies["konsil_session"] = session.session_key
    assert client.get(page).status_code == 302
