"""Many patients from one list: looked over first, undone while nobody has touched them (F2.8)."""

import re
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from konsil.cases.life import Stage
from konsil.cases.models import Case
from konsil.people.models import User
from konsil.referrals.lists import Unreadable, day_of, decoded, read_list
from konsil.referrals.models import Batch
from tests.cast import Cast
from tests.test_who_sees_a_case import BACKEND

PAGE = "/referrals/list/"
HEAD = "First name,Last name,Date of birth,State,E-mail,Phone,Diagnosis,Question"
GOOD = "Nuala,Byrne,1958-04-09,OR,nuala@example.org,,A nodule that grew.,Operate or watch?"
OTHER = 'Aoife,"Daly, Jr",14 Mar 1971,Oregon,,503 555 0101,"Two lines,\nand a comma",Is it safe?'


def enter(who: User) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def looked_over(browser: Client, *lines: str) -> Any:
    file = SimpleUploadedFile("march.csv", "\n".join((HEAD, *lines)).encode())
    return browser.post(PAGE, {"file": file})


def hidden(page: str) -> dict[str, str]:
    """What the preview carries to the second press."""
    import html

    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    text = re.search(r'<textarea name="text" hidden>(.*?)</textarea>', page, re.S)
    assert text
    return found | {"text": html.unescape(text[1])}


def referred(browser: Client, *lines: str) -> str:
    page = looked_over(browser, *lines).content.decode()
    answer = browser.post(PAGE, hidden(page))
    assert answer.status_code == 302
    return str(answer.url)


def drafts() -> Any:
    return Case.objects.filter(patient__family_name__in=["Byrne", "Daly, Jr"])


def test_a_list_is_looked_over_before_anything_is_kept(cast: Cast) -> None:
    """F2.8: a preview, and each wrong row says in words what is wrong."""
    browser = enter(cast.brid)
    page = looked_over(
        browser,
        GOOD,
        OTHER,
        "Maeve,Kane,3/4/1971,OR,maeve@example.org,,Mass,What is it?",
        "Orla,Nolan,1971-02-30,OR,orla@example.org,,Mass,What is it?",
        "Sean,Ward,1961-02-03,Atlantis,sean@example.org,,Mass,What is it?",
        "Una,Roe,1961-02-03,OR,,,Mass,What is it?",
        "Liam,,1961-02-03,OR,liam@example.org,,,",
        GOOD,
    ).content.decode()

    assert "2 can be referred, 6 cannot yet" in page
    for words in (
        "Write a date like 1971-03-14 or 14 Mar 1971",
        "Place: write a state like OR or Oregon, or a country",
        "Give an e-mail address, or a phone number below",
        "Write the patient’s family name",
        "Write at least one question",
        "This patient stands in the list twice",
    ):
        assert words in page
    assert not drafts().exists()
    assert not Batch.objects.exists()


def test_the_good_rows_become_drafts_and_no_patient_hears_of_it_yet(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    browser = enter(cast.brid)
    with django_capture_on_commit_callbacks(execute=True):
        path = referred(browser, GOOD, OTHER, "Una,Roe,1961-02-03,OR,,,Mass,What is it?")

    assert drafts().count() == 2
    assert {case.stage for case in drafts()} == {Stage.DRAFT}
    assert drafts().get(patient__family_name="Daly, Jr").diagnosis == "Two lines, and a comma"
    assert mail.outbox == []
    assert "No patient has heard of it yet" in browser.get(path).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(path, {"act": "send"})
        browser.post(path, {"act": "send"})
    assert [letter.to for letter in mail.outbox] == [["nuala@example.org"]]


def test_pressing_twice_makes_one_list(cast: Cast) -> None:
    browser = enter(cast.brid)
    sent = hidden(looked_over(browser, GOOD).content.decode())

    first, second = browser.post(PAGE, sent), browser.post(PAGE, sent)

    assert first.status_code == 302
    assert second.status_code in {200, 302}
    assert drafts().count() == 1


def test_undoing_takes_the_untouched_away_and_leaves_the_touched(cast: Cast) -> None:
    """F2.8: reversible; what somebody worked on is not lost."""
    browser = enter(cast.brid)
    path = referred(browser, GOOD, OTHER)
    touched = drafts().get(patient__family_name="Byrne")
    browser.post(f"/cases/{touched.pk}/messages/", {"text": "Hello", "audience": "referrer"})

    browser.post(path, {"act": "undo"})

    page = browser.get(path).content.decode()
    assert "1 drafts are gone. 1 were touched already and stay." in page
    listed = browser.get("/referrals/").content.decode()
    assert "Byrne" in listed
    assert "Daly" not in listed
    gone = drafts().get(patient__family_name="Daly, Jr")
    assert gone.stage == Stage.WITHDRAWN
    assert browser.get(f"/cases/{gone.pk}/").status_code == 404


def test_a_patient_with_an_open_case_of_ours_is_left_out(cast: Cast) -> None:
    """F2.9."""
    browser = enter(cast.brid)
    referred(browser, GOOD)
    assert "Has an open case of yours already" in looked_over(browser, GOOD).content.decode()


def test_a_list_is_its_clinics_own(cast: Cast) -> None:
    """F12.1: another clinic gets 404 for it, as for one that never was."""
    path = referred(enter(cast.brid), GOOD)
    for who in (cast.hal,):
        assert enter(who).get(path).status_code == 404
        assert enter(who).post(path, {"act": "undo"}).status_code == 404
    assert enter(cast.ada).get(path).status_code == 403
    sent = {"institution": str(cast.brigids.pk), "text": f"{HEAD}\n{GOOD}", "act": "refer"}
    assert enter(cast.hal).post(PAGE, sent).status_code == 404


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.4\0\0", "not a text file"),
        (b"a,b\n1,2", "Missing: given name, family name"),
        (HEAD.encode(), "no patient below"),
        (f'{HEAD}\n"Nuala,Byrne'.encode(), "quotation mark"),
        (f"{HEAD},Surname\n{GOOD},X".encode(), "Two columns mean the same: family name"),
        (b"x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_list_says_what_to_do(cast: Cast, raw: bytes, words: str) -> None:
    answer = enter(cast.brid).post(PAGE, {"file": SimpleUploadedFile("x.csv", raw)})
    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(cast: Cast, encoding: str, mark: str) -> None:
    text = f"{HEAD}\n{GOOD}".replace("Byrne", "Ní Bhroin").replace(",", mark)
    rows = read_list(
        decoded(text.encode(encoding)),
        clinic=cast.brigids,
        user=cast.brid,
        today=date(2026, 11, 24),
    )
    assert [(row.name, row.wrong) for row in rows] == [("Nuala Ní Bhroin", [])]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_a_date_is_read_as_it_was_written(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d %b %Y", "%d-%b-%Y", "%B %d, %Y"):
        assert day_of(day.strftime(form)) == day
    assert day_of(day.strftime("%m/%d/%Y")) is None


@given(st.text(max_size=40))
def test_any_text_in_a_date_is_a_date_or_nothing(text: str) -> None:
    assert day_of(text) is None or isinstance(day_of(text), date)


@settings(max_examples=60)
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_text_or_refused_in_words(raw: bytes) -> None:
    try:
        assert isinstance(decoded(raw), str)
    except Unreadable as refusal:
        assert str(refusal)
