"""Doctors without an account: one begins a referral alone, one treats and gets the report."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.utils import timezone
from hypothesis import given as over
from hypothesis import strategies as st

from konsil.cases.life import Stage
from konsil.cases.models import Case, Event, Seat, Task
from konsil.cases.verbs import Verb
from konsil.parcels.models import Parcel
from konsil.people.models import Pass, User
from konsil.people.roles import Role
from konsil.referrals.doctors import join_after_consent, npi_is_sound
from konsil.referrals.models import Doctor, Finding, Treating
from tests.cast import Cast, put_at
from tests.test_who_sees_a_case import BACKEND

BORN = {"birth_date_day": "14", "birth_date_month": "3", "birth_date_year": "1971"}


def enter(who: User) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def written(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "key": str(uuid4()),
        "doctor_name": "Dr. Hanna Weiss",
        "practice": "Bend Family Practice",
        "doctor_email": "weiss@bend.example",
        "doctor_phone": "541 555 0100",
        "npi": "1234567893",
        "given_name": "Nuala",
        "family_name": "Byrne",
        **BORN,
        "place": "US-OR",
        "email": "nuala@example.org",
        "service_line": str(cast.line.pk),
        "reason": "A nodule that grew.",
        "question_1": "Operate?",
        **changed,
    }


def link_in(letter: Any) -> str:
    found = re.search(r"/(doctor|continue)/[\w-]+/", letter.body)
    assert found
    return found[0]


def begun(cast: Cast, capture: Any, **changed: str) -> str:
    """The doctor's own link."""
    mail.outbox.clear()
    with capture(execute=True):
        answer = Client().post("/refer/", written(cast, **changed))
    assert answer.status_code == 200
    assert [letter.to for letter in mail.outbox] == [["weiss@bend.example"]]
    return link_in(mail.outbox[0])


def test_a_doctor_begins_alone_and_waits_for_hospital_and_patient(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """F2.12: from the public page to the patient’s consent; until then a status, no more."""
    capture = django_capture_on_commit_callbacks
    link, doctor = begun(cast, capture), Client()
    assert not Case.objects.filter(patient__family_name="Byrne").exists()
    assert "Is it yours" in doctor.get(link).content.decode()
    assert "Hanna Weiss" not in enter(cast.ada).get("/referrals/doctors/").content.decode()

    assert "We check who refers" in doctor.post(link).content.decode()
    mail.outbox.clear()
    row = Doctor.objects.get()
    ada = enter(cast.ada)
    assert "Nuala Byrne" in ada.get("/referrals/doctors/").content.decode()
    with capture(execute=True):
        ada.post("/referrals/doctors/", {"who": row.pk, "act": "accept"})
        ada.post("/referrals/doctors/", {"who": row.pk, "act": "accept"})

    case = Case.objects.get(patient__family_name="Byrne")
    assert case.referred_by is None
    assert [letter.to for letter in mail.outbox] == [["nuala@example.org"]]
    page = doctor.get(link).content.decode()
    assert "wait for the answer" in page
    for never in ("Nuala", "Byrne", case.number, "nodule"):
        assert never not in page
    assert doctor.get(f"/cases/{case.pk}/").status_code == 302
    assert not Seat.objects.filter(case=case, role=Role.TREATING).exists()
    assert Doctor.objects.get().letter == {}

    put_at(case, Stage.SCREENING)
    Case.objects.filter(pk=case.pk).update(submitted_at=timezone.now())
    for _twice in range(2):
        join_after_consent(Case.objects.get(pk=case.pk), at=timezone.now())
    assert Treating.objects.filter(case=case).count() == 1
    opened_now = doctor.post(link, BORN)
    assert opened_now.url == f"/cases/{case.pk}/treating/"
    assert doctor.get(opened_now.url).status_code == 200


def test_the_letters_name_nobody_and_no_illness(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """F1.6."""
    begun(cast, django_capture_on_commit_callbacks)
    words = f"{mail.outbox[0].subject} {mail.outbox[0].body}".lower()
    for never in ("nuala", "byrne", "nodule", "lung", "operate"):
        assert never not in words


def test_what_the_hospital_refuses_is_forgotten(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    link = begun(cast, django_capture_on_commit_callbacks)
    Client().post(link)
    row = Doctor.objects.get()
    enter(cast.ada).post("/referrals/doctors/", {"who": row.pk, "act": "refuse", "why": "Unknown"})

    row.refresh_from_db()
    assert (row.state, row.letter, row.decided_by) == (Doctor.State.REFUSED, {}, cast.ada)
    assert "could not take this referral" in Client().get(link).content.decode()
    assert not Case.objects.filter(patient__family_name="Byrne").exists()


@pytest.mark.parametrize("name", ["brid", "berta", "okoye", "rosa"])
def test_only_the_practice_checks_who_refers(cast: Cast, name: str) -> None:
    who = getattr(cast, name)
    assert enter(who).get("/referrals/doctors/").status_code == 403
    assert enter(cast.zoe).post("/referrals/doctors/", {"who": uuid4()}).status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"npi": "1234567890"}, "An NPI has ten figures"),
        ({"email": "weiss@bend.example"}, "a mailbox of their own"),
        ({"doctor_name": ""}, "Write your name"),
        ({"birth_date_year": "2040"}, "still to come"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    cast: Cast, changed: dict[str, str], words: str
) -> None:
    answer = Client().post("/refer/", written(cast, **changed))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Doctor.objects.exists()


def test_pressing_twice_is_one_referral(cast: Cast) -> None:
    sent = written(cast)
    for _twice in range(2):
        assert Client().post("/refer/", sent).status_code == 200
    assert Doctor.objects.count() == 1


def test_a_link_that_nobody_confirmed_lets_the_desk_open_no_case(cast: Cast) -> None:
    Client().post("/refer/", written(cast))
    row = Doctor.objects.get()
    enter(cast.ada).post("/referrals/doctors/", {"who": row.pk, "act": "accept"})
    assert not Case.objects.filter(patient__family_name="Byrne").exists()


@over(st.integers(min_value=10**8, max_value=10**9 - 1), st.integers(0, 9), st.integers(0, 8))
def test_one_wrong_figure_in_an_npi_is_seen(first: int, wrong: int, place: int) -> None:
    sound = [npi for last in range(10) if npi_is_sound(npi := f"{first}{last}")]
    assert len(sound) == 1
    changed = sound[0][:place] + str(wrong) + sound[0][place + 1 :]
    assert npi_is_sound(changed) == (changed == sound[0])


# The treating physician


def named(cast: Cast, capture: Any, who: User, email: str = "weiss@bend.example") -> str:
    mail.outbox.clear()
    given = {"act": "name", "name": "Dr. Hanna Weiss", "practice": "Bend", "email": email}
    with capture(execute=True):
        answer = enter(who).post(f"/cases/{cast.case.pk}/referral/physicians/", given)
    assert answer.status_code == 302
    return link_in(mail.outbox[0])


def test_the_treating_physician_reads_the_released_report_and_nothing_else(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """F11.8, permissions TP: report only; before the release not even that."""
    case = put_at(cast.case, Stage.IN_REVIEW)
    link, browser = named(cast, django_capture_on_commit_callbacks, cast.rosa), Client()
    home = f"/cases/{case.pk}/"
    assert browser.get(link).status_code == 200
    assert browser.get(f"{home}treating/").status_code == 302  # opening the link gave nothing

    assert browser.post(link, BORN).url == f"{home}treating/"

    page = browser.get(f"{home}treating/").content.decode()
    assert "Delgado" in page
    assert "Read the report" not in page
    for never in ("", "records/", "messages/", "team/", "history/", "payment/", "case.zip"):
        assert browser.get(f"{home}{never}").status_code == 403, never
    assert browser.get(f"/cases/{cast.petras_case.pk}/treating/").status_code == 404
    assert Case.objects.get(pk=case.pk).diagnosis == "" or case.diagnosis not in page


def test_the_physician_acknowledges_asks_back_and_tells_what_was_found(
    cast: Cast, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    """F11.8: each reaches the practice; the patient reads that it was acknowledged."""
    case = put_at(cast.case, Stage.RELEASED)
    browser, page = Client(), f"/cases/{case.pk}/treating/"
    browser.post(named(cast, django_capture_on_commit_callbacks, cast.ada), BORN)
    assert browser.post(page, {"act": "acknowledge"}).status_code == 404  # there is no report yet
    monkeypatch.setattr("konsil.web.treating.latest", lambda _case, _actor: object())

    for _twice in range(2):
        assert browser.post(page, {"act": "acknowledge"}).status_code == 302
    assert browser.post(page, {"act": "ask", "text": "Which dose?"}).status_code == 302
    assert browser.post(page, {"act": "ask", "text": " "}).status_code == 422
    told = {"act": "finding", "text": "Pathology: benign.", "found_on_day": ""}
    assert browser.post(page, told).status_code == 302

    assert Event.objects.filter(case=case, verb=Verb.REPORT_ACKNOWLEDGED).count() == 1
    messages = apps.get_model("messaging", "Message").objects
    assert messages.get(thread__audience="treating").text == "Which dose?"
    assert Finding.objects.get().text == "Pathology: benign."
    assert Task.objects.filter(case=case, key__startswith="finding-", done_at=None).exists()
    staff = enter(cast.ada).get(f"/cases/{case.pk}/referral/physicians/").content.decode()
    assert "Pathology: benign." in staff
    thread = enter(cast.ada).get(f"/cases/{case.pk}/messages/?to=treating").content.decode()
    assert "Which dose?" in thread
    rosa = enter(cast.rosa)
    assert "acknowledged the report" in rosa.get(f"/cases/{case.pk}/history/").content.decode()
    assert "Which dose?" not in rosa.get(f"/cases/{case.pk}/messages/").content.decode()
    parcel = Parcel.objects.get(case=case, by_pass__isnull=False)
    assert parcel.request_id == Treating.objects.get().pk


@pytest.mark.parametrize("how", ["taken back", "expired", "withdrawn", "renewed"])
def test_the_link_ends_at_once_in_an_open_browser(
    cast: Cast, django_capture_on_commit_callbacks: Any, how: str
) -> None:
    """F1.8, F11.8: revocable, expiring; a withdrawal of the request ends it too."""
    case = put_at(cast.case, Stage.GATHERING)
    link, browser = named(cast, django_capture_on_commit_callbacks, cast.rosa), Client()
    browser.post(link, BORN)
    page = f"/cases/{case.pk}/treating/"
    assert browser.get(page).status_code == 200
    row = Treating.objects.get()

    if how == "taken back":
        path = f"/cases/{case.pk}/referral/physicians/"
        enter(cast.rosa).post(path, {"act": "end", "who": row.pk})
    elif how == "expired":
        Pass.objects.filter(pk=row.held_id).update(expires_at=timezone.now() - timedelta(days=1))
    elif how == "withdrawn":
        from konsil.people.actors import Actor

        by = Actor.of(cast.rosa)
        case.move(Verb.WITHDRAWN, by=by, at=timezone.now(), reason="changed_mind")
    else:
        newer = named(cast, django_capture_on_commit_callbacks, cast.rosa)
        assert Client().get(newer).status_code == 200

    assert browser.get(page).status_code in {302, 404}
    assert Client().get(link).status_code == 410


def test_five_wrong_birth_dates_close_the_link(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """F1.8."""
    put_at(cast.case, Stage.GATHERING)
    link = named(cast, django_capture_on_commit_callbacks, cast.rosa)
    wrong = BORN | {"birth_date_year": "1970"}
    answers = [Client().post(link, wrong).status_code for _each in range(5)]
    assert answers == [422] * 4 + [410]
    assert Client().post(link, BORN).status_code == 410


def test_who_may_name_a_physician(cast: Cast) -> None:
    put_at(cast.case, Stage.GATHERING)
    path, sent = f"/cases/{cast.case.pk}/referral/physicians/", {"act": "name"}
    for who, status in ((cast.rosa, 422), (cast.ada, 422), (cast.mona, 403), (cast.berta, 403)):
        assert enter(who).post(path, sent).status_code == status
    for stranger in (cast.brid, cast.petra, cast.zoe):
        assert enter(stranger).get(path).status_code == 404
