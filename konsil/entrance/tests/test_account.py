"""One's own account: every session is seen and can be ended (F1.4, B6, A11)."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD, Cast

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def counted_from_nothing(db: None) -> None:
    cache.clear()


def at(agent: str, who: Any, address: str) -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    client.force_login(who, backend=BACKEND)
    client.get("/me/")
    return client


def numbers(client: Client) -> list[str]:
    return re.findall(r'name="end" value="(\d+)"', client.get("/me/").content.decode())


def test_every_device_is_listed_and_one_of_them_is_signed_out(cast: Cast) -> None:
    """F1.4: device, place and use; nobody else's sessions are among them."""
    desk, phone = at(FIREFOX, cast.rosa, "192.0.2.7"), at(PHONE, cast.rosa, "198.51.100.9")
    at(FIREFOX, cast.petra, "203.0.113.5")
    page = desk.get("/me/").content.decode()
    for words in ("Firefox on Windows", "Safari on iPhone", "192.0.2.7", "198.51.100.9"):
        assert words in page
    assert "203.0.113.5" not in page
    (other,) = numbers(desk)

    desk.post("/me/end/", {"end": other})

    assert phone.get(f"/cases/{cast.case.pk}/")["Location"].startswith("/account/login/")
    assert desk.get(f"/cases/{cast.case.pk}/").status_code == 200
    assert "Safari on iPhone" not in desk.get("/me/").content.decode()


def test_nobody_ends_the_session_of_somebody_else(cast: Cast) -> None:
    """F1.4: a number that is not hers is not there."""
    hers, phone = at(FIREFOX, cast.rosa, "192.0.2.7"), at(PHONE, cast.rosa, "198.51.100.9")
    (number,) = numbers(hers)
    petra = at(FIREFOX, cast.petra, "203.0.113.5")

    assert petra.post("/me/end/", {"end": number}).status_code == 404
    assert phone.get("/me/").status_code == 200


@pytest.mark.parametrize(("which", "here"), [("others", 200), ("all", 302)])
def test_all_are_signed_out_at_once(cast: Cast, which: str, here: int) -> None:
    """B6, A11: with or without the one in hand."""
    hand = at(FIREFOX, cast.ada, "192.0.2.7")
    others = [at(PHONE, cast.ada, f"192.0.2.{number}") for number in (8, 9)]
    hand.post("/me/end/", {"end": which})

    assert [each.get("/cases/").status_code for each in others] == [302, 302]
    assert hand.get("/cases/").status_code == here


def test_a_new_password_signs_out_everywhere_else(cast: Cast) -> None:
    """B6: the session in hand goes on under a new key."""
    hand, other = at(FIREFOX, cast.ada, "192.0.2.7"), at(PHONE, cast.ada, "192.0.2.8")
    before = hand.session.session_key
    new = "another long phrase for tests"
    hand.post("/account/reauthenticate/", {"password": PASSWORD})
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    hand.post("/account/password/change/", fields)

    assert other.get("/cases/").status_code == 302
    assert hand.get("/cases/").status_code == 200
    assert hand.session.session_key != before


def test_a_sign_in_takes_a_new_key_and_a_sign_out_ends_it(cast: Cast) -> None:
    """B6: a cookie that somebody planted before is of no use after."""
    client = Client()
    client.get("/account/login/")
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    client.post("/account/login/", {"login": cast.rosa.email, "password": PASSWORD})
    signed_in = client.session.session_key
    assert signed_in != planted
    assert not client.session.exists(planted or "")
    client.post("/account/logout/")
    assert not client.session.exists(signed_in or "")


def test_the_holder_of_a_link_has_no_account_page(cast: Cast, client: Client) -> None:
    assert client.get("/me/")["Location"].startswith("/account/login/")
    assert client.post("/me/end/", {"end": "all"})["Location"].startswith("/account/login/")
