"""A clinic refers a patient: one form, one case, one link that is hers."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client

from konsil.cases.life import Stage
from konsil.cases.models import Case, Event, LicenceRule, Question, Task, Verdict
from konsil.cases.verbs import Verb
from konsil.people.models import Patient
from konsil.referrals.models import Referral
from tests.cast import Cast
from tests.test_who_sees_a_case import BACKEND

NEW = "/referrals/new/"
BORN = {"birth_date_day": "9", "birth_date_month": "4", "birth_date_year": "1958"}
PASSED = {"needed_by_day": "1", "needed_by_month": "1", "needed_by_year": "2020"}


def given(cast: Cast, **changed: str) -> dict[str, str]:
    """What Brid writes about Nuala, a new patient."""
    return {
        "given_name": "Nuala",
        "family_name": "Byrne",
        **BORN,
        "sex": "F",
        "place": "US-OR",
        "email": "nuala@example.org",
        "phone": "",
        "service_line": str(cast.line.pk),
        "reason": "A nodule in the left upper lobe that grew.",
        "question_1": "Operate, or watch it?",
        "physician": "Dr. Sean Walsh",
        "own_reference": "SB-77",
        **changed,
    }


def made() -> Any:
    return Case.objects.filter(patient__family_name="Byrne")


@pytest.fixture
def brid(client: Client, cast: Cast) -> Client:
    client.force_login(cast.brid, backend=BACKEND)
    return client


def test_brid_refers_a_patient_in_one_form(
    brid: Client, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """F2.8: one page makes the case, its number, and the patient's link."""
    with django_capture_on_commit_callbacks(execute=True):
        answer = brid.post(NEW, given(cast, question_2="Is a biopsy safe?"))

    case = made().get()
    assert answer.url == f"/cases/{case.pk}/"
    assert (case.stage, case.referred_by) == (Stage.DRAFT, cast.brigids)
    asked = Question.objects.filter(case=case).values_list("number", "text")
    assert list(asked) == [(1, "Operate, or watch it?"), (2, "Is a biopsy safe?")]
    assert Referral.objects.get(case=case).own_reference == "SB-77"
    assert Event.objects.filter(case=case, verb=Verb.REFERRED, actor_user=cast.brid).count() == 1
    page = brid.get(answer.url).content.decode()
    assert case.number in page
    assert "Waits for the patient’s yes" in page
    assert [letter.to for letter in mail.outbox] == [["nuala@example.org"]]


def test_the_letter_says_nothing_of_health_nor_who_referred(
    brid: Client, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """F1.6."""
    with django_capture_on_commit_callbacks(execute=True):
        brid.post(NEW, given(cast))

    words = f"{mail.outbox[0].subject} {mail.outbox[0].body}".lower()
    for never in ("nuala", "byrne", "lung", "nodule", "brigid", "walsh", "sb-77", "1958"):
        assert never not in words, never


def test_the_patient_confirms_by_her_link_and_her_birth_date(
    brid: Client, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """F2.8, F1.8: the link asks for the date of birth, then shows what the clinic wrote."""
    with django_capture_on_commit_callbacks(execute=True):
        brid.post(NEW, given(cast))
    found = re.search(r"http\S+/continue/\S+", mail.outbox[0].body)
    assert found
    link, phone = urlsplit(found.group(0)).path, Client()
    case = made().get()

    wrong = phone.post(
        link, {"birth_date_day": "1", "birth_date_month": "1", "birth_date_year": "1958"}
    )
    assert wrong.status_code == 422
    assert phone.get(f"/cases/{case.pk}/").status_code == 302
    right = phone.post(
        link, {"birth_date_day": "9", "birth_date_month": "4", "birth_date_year": "1958"}
    )

    assert right.url == f"/cases/{case.pk}/request/"
    illness = phone.get(f"/cases/{case.pk}/request/illness/").content.decode()
    assert "left upper lobe" in illness


def test_pressing_twice_makes_one_case(brid: Client, cast: Cast) -> None:
    page = brid.get(NEW).content.decode()
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    sent = given(cast, key=found.group(1))

    first, second = brid.post(NEW, sent), brid.post(NEW, sent)

    assert first.url == second.url
    assert made().count() == 1


def test_the_same_person_and_service_again_offers_the_open_case(brid: Client, cast: Cast) -> None:
    """F2.9: nothing is made twice without being said."""
    brid.post(NEW, given(cast))

    again = brid.post(NEW, given(cast, given_name="NUALA", reason="Typed once more"))

    assert again.status_code == 409
    assert f"Open {made().get().number}" in again.content.decode()
    assert "Typed once more" in again.content.decode()
    brid.post(NEW, given(cast, another="1"))
    assert made().count() == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"given_name": ""}, "Write the patient’s first name"),
        ({"email": ""}, "Give an e-mail address, or a phone number below"),
        ({"email": "nuala"}, "An e-mail address looks like"),
        ({"email": "brid.kelly@clinic"}, "An e-mail address looks like"),
        ({"email": "KELLY@example.org"}, "This address is your clinic’s"),
        ({"email": "", "phone": "call me"}, "A phone number looks like"),
        ({"birth_date_year": "2099"}, "This day is still to come"),
        ({"birth_date_day": "31"}, "This day does not exist in that month"),
        ({"place": ""}, "Choose a state or a country"),
        ({"service_line": ""}, "Choose which opinion you ask for"),
        ({"reason": " "}, "Write in a few lines why"),
        ({"question_1": ""}, "Write at least one question"),
        (
            {"needed_by_day": "1", "needed_by_month": "1", "needed_by_year": "2020"},
            "This day has passed",
        ),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_is_lost(
    brid: Client, cast: Cast, changed: dict[str, str], words: str
) -> None:
    """F2.5."""
    answer = brid.post(NEW, given(cast, **changed))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Dr. Sean Walsh" in page
    assert not made().exists()


def test_a_place_whose_law_forbids_it_is_refused_before_anybody_is_asked(
    brid: Client, cast: Cast
) -> None:
    LicenceRule.objects.filter(place="US-OR").update(verdict=Verdict.BLOCK)

    assert "does not let us" in brid.post(NEW, given(cast)).content.decode()
    assert not Patient.objects.filter(family_name="Byrne").exists()


def test_where_a_local_physician_is_needed_it_is_the_one_who_refers(
    brid: Client, cast: Cast
) -> None:
    brid.post(NEW, given(cast, place="US-WA"))

    assert made().get().local_physician == "Dr. Sean Walsh, St Brigid’s Clinic"


def test_without_an_address_the_practice_is_asked_to_call(brid: Client, cast: Cast) -> None:
    brid.post(NEW, given(cast, email="", phone="+1 503 555 0123"))

    case = made().get()
    assert Task.objects.get(case=case, done_at=None).role == "coordinator"
    assert "The practice calls" in brid.get(f"/cases/{case.pk}/").content.decode()


def test_a_new_link_goes_out_until_the_request_is_sent(brid: Client, cast: Cast) -> None:
    brid.post(NEW, given(cast))
    case = made().get()
    url = f"/cases/{case.pk}/referral/link/"

    assert "on its way" in brid.post(url, follow=True).content.decode()
    for _ in range(4):
        last = brid.post(url, follow=True)
    assert "Many links went" in last.content.decode()


@pytest.mark.parametrize("name", ["rosa", "ada", "okoye", "zoe", "berta"])
def test_only_a_clinic_opens_its_pages(client: Client, cast: Cast, name: str) -> None:
    client.force_login(getattr(cast, name), backend=BACKEND)

    for page in ("/referrals/", NEW, "/referrals/people/"):
        assert client.get(page).status_code == 403
    assert client.post(NEW, given(cast)).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client: Client, cast: Cast) -> None:
    assert client.get("/referrals/").url.startswith("/account/login/")


def test_the_clinic_cannot_agree_in_the_patients_place(brid: Client, cast: Cast) -> None:
    """F2.8, F2.6: neither by the page of the agreement nor by sending the request without it."""
    brid.post(NEW, given(cast))
    case = made().get()
    ticks = {"terms": "on", "privacy": "on", "emergency": "on"}

    for key in ("consent", "who", "authority"):
        page = f"/cases/{case.pk}/request/{key}/"
        assert brid.get(page).status_code == 403
        assert brid.post(page, {**ticks, "who": "me"}).status_code == 403
    brid.post(f"/cases/{case.pk}/request/check/")

    case.refresh_from_db()
    assert case.stage == Stage.DRAFT
    assert not Event.objects.filter(case=case, verb=Verb.CONSENTED).exists()
    assert brid.get(f"/cases/{case.pk}/request/illness/").status_code == 200
