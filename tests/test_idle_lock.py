"""A session that nobody uses is locked, and what was written behind the lock is kept (F1.4, B8)."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal import auth
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from konsil.cases.models import Look
from konsil.messaging.models import Message
from tests.cast import PASSWORD, Cast

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch"}
NINE = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)
MINUTE = 60


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[Any]:
    cache.clear()
    with time_machine.travel(NINE, tick=False) as travelling:
        yield travelling


def after(clock: Any, minutes: float) -> None:
    clock.shift(timedelta(minutes=minutes))


def opens(client: Client, path: str) -> bool:
    return bool(client.get(path).status_code == 200)


@pytest.fixture
def ada(cast: Cast) -> Client:
    found = Client()
    found.force_login(cast.ada, backend=BACKEND)
    return found


@pytest.fixture
def rosa(cast: Cast) -> Client:
    found = Client()
    found.force_login(cast.rosa, backend=BACKEND)
    return found


def test_staff_are_locked_after_15_minutes_and_patients_after_30(
    cast: Cast, ada: Client, rosa: Client, clock: Any
) -> None:
    """F1.4, B8: not before, surely after; the page leads to the lock and comes back."""
    case = f"/cases/{cast.case.pk}/"
    after(clock, 14)
    assert opens(ada, case)
    after(clock, 15.5)
    looks = Look.objects.count()
    led = ada.get(case)
    assert led["Location"] == f"/me/lock/?next=%2Fcases%2F{cast.case.pk}%2F"
    assert Look.objects.count() == looks
    assert opens(rosa, case)
    after(clock, 31)
    assert not opens(rosa, case)


def test_after_twelve_hours_of_work_it_is_over(cast: Cast, ada: Client, clock: Any) -> None:
    """B8: used all day long, it ends; the sign-in is asked for, not the lock."""
    for _each in range(12 * 6 - 1):
        after(clock, 10)
        assert opens(ada, "/cases/")
    after(clock, 11)
    assert ada.get("/cases/")["Location"].startswith("/account/login/")


def test_what_a_page_does_by_itself_is_no_use(cast: Cast, ada: Client, clock: Any) -> None:
    """B8: autosave, htmx and pictures that load do not keep a session awake; hands do."""
    quiet = (
        SCRIPT,
        {"HTTP_HX_REQUEST": "true"},
        {"HTTP_X_AUTOSAVE": "1"},
        {"HTTP_SEC_FETCH_MODE": "cors"},
        {"HTTP_SEC_FETCH_MODE": "no-cors"},
    )
    for headers in quiet:
        after(clock, 2.5)
        assert ada.get("/cases/", **headers).status_code == 200
    after(clock, 3)
    assert not opens(ada, "/cases/")

    cast_again = Client()
    cast_again.force_login(cast.ada, backend=BACKEND)
    for _each in range(4):
        after(clock, 10)
        assert cast_again.post("/me/here/", **SCRIPT).status_code == 204
    assert opens(cast_again, "/cases/")


def test_a_locked_session_answers_scripts_with_a_mark_and_nothing_else(
    cast: Cast, ada: Client, clock: Any
) -> None:
    """F1.4: fetch, htmx, pictures and saves get 401; the page then asks in a dialog."""
    after(clock, 20)
    case = f"/cases/{cast.case.pk}/"
    for path in (case, f"{case}messages/", f"{case}dicomweb/studies", "/cases/", "/me/here/"):
        for method in ("GET", "POST", "PUT"):
            answer = ada.generic(method, path, **SCRIPT)
            assert (answer.status_code, answer["X-Konsil-Locked"]) == (401, "1"), path
            assert b"Delgado" not in answer.content
    assert ada.get(f"{case}report.pdf", HTTP_SEC_FETCH_MODE="no-cors").status_code == 401


def test_the_dialog_takes_the_code_and_refuses_a_wrong_one(
    cast: Cast, ada: Client, clock: Any
) -> None:
    """F1.4: the proof wakes the session; the text is still in the page, which never left."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    auth.TOTP.activate(cast.ada, secret)
    after(clock, 20)
    asked = ada.get("/me/lock/", **SCRIPT)
    assert b"Code from your app" in asked.content
    assert b"<html" not in asked.content
    good = auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))
    wrong = "000000" if good != "000000" else "111111"

    assert ada.post("/me/lock/", {"code": wrong}, **SCRIPT).status_code == 422
    assert ada.get("/cases/", **SCRIPT).status_code == 401
    assert ada.post("/me/lock/", {"code": good}, **SCRIPT).status_code == 204
    assert opens(ada, "/cases/")


def test_somebody_without_an_app_shows_the_password(cast: Cast, ada: Client, clock: Any) -> None:
    after(clock, 20)
    assert ada.post("/me/lock/", {"password": "not hers at all"}).status_code == 422
    back = ada.post("/me/lock/", {"password": PASSWORD, "next": "/cases/list/"})
    assert back["Location"] == "/cases/list/"
    assert opens(ada, "/cases/")
    away = ada.post("/me/lock/", {"password": PASSWORD, "next": "https://elsewhere.example/"})
    assert away["Location"] == "/start/"


def test_a_patient_without_password_gets_a_code_by_mail(
    cast: Cast, rosa: Client, clock: Any
) -> None:
    """F1.4: three tries and five minutes; the right one wakes the session."""
    cast.rosa.set_unusable_password()
    cast.rosa.save()
    rosa.force_login(cast.rosa, backend=BACKEND)
    after(clock, 40)
    assert b"Send me a code" in rosa.get("/me/lock/").content
    rosa.post("/me/lock/", {"act": "mail"})
    found = re.search(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    assert rosa.post("/me/lock/", {"code": "ABCDEF"}).status_code == 422
    assert rosa.post("/me/lock/", {"code": found.group(1)}).status_code == 302
    assert opens(rosa, f"/cases/{cast.case.pk}/")

    after(clock, 40)
    rosa.post("/me/lock/", {"act": "mail"})
    for _try in range(3):
        rosa.post("/me/lock/", {"code": "ABCDEF"})
    found = re.search(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    assert rosa.post("/me/lock/", {"code": found.group(1)}).status_code == 422


def test_a_form_sent_too_late_is_kept_and_sent_again(cast: Cast, ada: Client, clock: Any) -> None:
    """F1.4: sealed in the page, in no table; after the proof the same form arrives, once."""
    words = "A long letter to Rosa about her lung"
    path = f"/cases/{cast.case.pk}/messages/"
    after(clock, 20)
    late = ada.post(path, {"text": words, "audience": "patient"})
    assert late.status_code == 401
    assert b"Your text is kept" in late.content
    assert words.encode() not in late.content
    assert not any(words in str(row.get_decoded()) for row in Session.objects.all())
    sealed = re.search(rb'name="kept" value="([^"]+)"', late.content)
    assert sealed
    kept = sealed.group(1).decode()

    wrong = ada.post("/me/lock/", {"password": "not hers at all", "kept": kept})
    assert kept.encode() in wrong.content
    again = ada.post("/me/lock/", {"password": PASSWORD, "kept": kept})
    assert f'action="{path}"' in again.content.decode()
    fields = dict(re.findall(r'<textarea name="(\w+)" hidden>([^<]*)<', again.content.decode()))
    assert fields == {"text": words, "audience": "patient"}
    ada.post(path, fields)
    assert [one.text for one in Message.objects.filter(case=cast.case)] == [words]


def test_what_is_kept_opens_in_that_session_only(cast: Cast, ada: Client, clock: Any) -> None:
    """F1.4: a copy of the page is of no use elsewhere, and what is too large is not kept."""
    path = f"/cases/{cast.case.pk}/messages/"
    after(clock, 20)
    late = ada.post(path, {"text": "words"})
    sealed = re.search(rb'name="kept" value="([^"]+)"', late.content)
    assert sealed
    other = Client()
    other.force_login(cast.mona, backend=BACKEND)
    other.post("/me/lock/now/")
    answer = other.post("/me/lock/", {"password": PASSWORD, "kept": sealed.group(1).decode()})
    assert answer.status_code == 302

    large = ada.post(path, {"text": "x" * 600_000})
    assert b'name="kept"' not in large.content
    assert b"send it once more" in large.content


def test_locking_by_hand_counts_at_once(cast: Cast, ada: Client) -> None:
    """F1.4: the page that was left alone says so, and no other tab goes on."""
    assert ada.post("/me/lock/now/", **SCRIPT).status_code == 204
    assert ada.get("/cases/", **SCRIPT).status_code == 401


def test_an_upload_goes_on_behind_the_lock(cast: Cast, rosa: Client, clock: Any) -> None:
    """F3.6: a CD takes longer than the patience of a lock; what it answers tells nothing."""
    case = f"/cases/{cast.case.pk}/"
    page = rosa.get(f"{case}upload/").content.decode()
    parcel = re.search(r'parcel="([0-9a-f-]{36})"', page)
    assert parcel
    after(clock, 45)
    import base64

    about = f"filename {base64.b64encode(b'a.txt').decode()},parcel "
    about += base64.b64encode(parcel.group(1).encode()).decode()
    begun = rosa.post(
        f"{case}uploads/",
        HTTP_TUS_RESUMABLE="1.0.0",
        HTTP_UPLOAD_LENGTH="3",
        HTTP_UPLOAD_METADATA=about,
    )
    assert begun.status_code == 201
    assert not opens(rosa, f"{case}upload/")
