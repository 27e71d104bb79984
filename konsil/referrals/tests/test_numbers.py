"""A reference number ties patient and doctor in either order: by number and birth date (F2.8)."""

from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from hypothesis import given as over
from hypothesis import strategies as st

from konsil.cases.life import Stage
from konsil.cases.models import Case, Event
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM
from konsil.people.models import User
from konsil.referrals.models import ReferenceNumber, Referral
from konsil.referrals.models.numbers import LENGTH, new_code, plain
from konsil.referrals.numbering import number_of
from konsil.referrals.tests.test_referring import NEW, given
from tests.cast import Cast, put_at
from tests.test_who_sees_a_case import BACKEND

BORN = {"birth_date_day": "9", "birth_date_month": "4", "birth_date_year": "1958"}
ROSAS = {"birth_date_day": "14", "birth_date_month": "3", "birth_date_year": "1971"}


def enter(who: User) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def referred(cast: Cast, **changed: str) -> Case:
    enter(cast.brid).post(NEW, given(cast, **changed))
    return Case.objects.get(patient__family_name="Byrne")


def code_for(case: Case, for_whom: str) -> str:
    return str(ReferenceNumber.objects.get(case=case, for_whom=for_whom).code)


@over(st.text(alphabet="01IiLlOo- ABCxyz", max_size=20))
def test_a_number_is_read_as_it_was_meant(written: str) -> None:
    """O is nought, I and L are one; spaces, dashes and capitals do not matter."""
    assert plain(plain(written)) == plain(written) == plain(f" {written.lower()}-")
    assert set(plain(written)) <= set("01ABCXYZ")


def test_numbers_are_long_and_random() -> None:
    made = {new_code() for _each in range(200)}
    assert len(made) == 200
    assert {len(code) for code in made} == {LENGTH}
    assert all(plain(code) == code for code in made)


def test_the_doctor_registered_first(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    """F2.8: the clinic reads the number on its page; the patient types it, and gets her link."""
    case = referred(cast, email="", phone="503 555 0101")
    row = ReferenceNumber.objects.get(case=case)
    assert str(row) in enter(cast.brid).get(f"/cases/{case.pk}/").content.decode()
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        sent = {"number": f" {str(row).lower()} ", "email": "nuala@example.org", **BORN}
        answer = Client().post("/referred/", sent)

    assert answer.status_code == 200
    assert [letter.to for letter in mail.outbox] == [["nuala@example.org"]]
    assert "/continue/" in mail.outbox[0].body


def test_an_address_that_the_clinic_gave_is_not_changed_by_the_number(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """Whoever finds the paper cannot turn the patient's link away."""
    case = referred(cast)
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        sent = {"number": code_for(case, "patient"), "email": "thief@evil.example", **BORN}
        page = Client().post("/referred/", sent).content.decode()

    assert [letter.to for letter in mail.outbox] == [["nuala@example.org"]]
    assert "another address" in page
    assert "nuala@" not in page


def test_the_patient_asked_first(cast: Cast) -> None:
    """F2.8: she makes a number, her clinic types it with her birth date, and sees her case."""
    case = cast.case
    rosa, brid = enter(cast.rosa), enter(cast.brid)
    assert rosa.post(f"/cases/{case.pk}/clinic/", {"act": "number"}).status_code == 302
    code = code_for(case, "clinic")
    assert f"{code[:5]}-{code[5:]}" in rosa.get(f"/cases/{case.pk}/clinic/").content.decode()
    assert brid.get(f"/cases/{case.pk}/").status_code == 404

    answer = brid.post("/referrals/number/", {"number": code, "physician": "Dr. Walsh", **ROSAS})

    assert answer.url == f"/cases/{case.pk}/"
    assert brid.get(answer.url).status_code == 200
    assert "Delgado" in brid.get("/referrals/").content.decode()
    assert Referral.objects.get(case=case).way == Referral.Way.NUMBER
    assert Event.objects.filter(case=case, verb=Verb.CLINIC_TIED).count() == 1
    assert enter(cast.hal).get(f"/cases/{case.pk}/").status_code == 404
    again = enter(cast.hal).post(
        "/referrals/number/", {"number": code, "physician": "Dr. Brandt", **ROSAS}
    )
    assert again.status_code == 422  # used once


@pytest.mark.parametrize("door", ["patient", "clinic"])
def test_wrong_numbers_wrong_dates_and_locks_all_say_the_same(cast: Cast, door: str) -> None:
    """F2.8, A5: five tries, then even the right date does not open it; nobody can tell why."""
    case = referred(cast, email="", phone="5035550101") if door == "patient" else cast.case
    if door == "clinic":
        enter(cast.rosa).post(f"/cases/{case.pk}/clinic/", {"act": "number"})
    right = BORN if door == "patient" else ROSAS
    code = code_for(case, door)
    path = "/referred/" if door == "patient" else "/referrals/number/"
    browser = Client() if door == "patient" else enter(cast.brid)

    def tries(number: str, **born: str) -> tuple[int, str]:
        sent = {"number": number, "email": "a@example.org", "physician": "Dr. W", **right, **born}
        answer = browser.post(path, sent)
        page = answer.content.decode()
        return answer.status_code, page.partition('role="alert"')[2].partition("</div>")[0]

    nothing = tries("7K3QM9XW2D")
    assert nothing[0] == 422
    said = {nothing} | {tries(code, birth_date_year="1960") for _each in range(5)}
    said.add(tries(code))  # the right one, too late
    assert len(said) == 1
    assert ReferenceNumber.objects.get(case=case, for_whom=door).misses == 5
    assert "Byrne" not in str(said)


def test_a_name_never_ties_anybody(cast: Cast) -> None:
    """F2.8: another number of another patient with the same name and birth date stays apart."""
    twin = Case.objects.get(pk=cast.petras_case.pk)
    twin.patient.given_name, twin.patient.family_name = "Rosa", "Delgado"
    twin.patient.save()
    row = number_of(cast.case, ReferenceNumber.For.CLINIC, by=SYSTEM, at=timezone.now())
    sent = {"number": row.code, "physician": "Dr. Brandt", **ROSAS}

    answer = enter(cast.hal).post("/referrals/number/", sent)

    assert UUID(answer.url.split("/")[2]) == cast.case.pk
    assert enter(cast.hal).get(f"/cases/{twin.pk}/").status_code == 404


def test_a_case_with_a_clinic_or_that_has_ended_takes_no_other(cast: Cast) -> None:
    row = number_of(cast.petras_case, ReferenceNumber.For.CLINIC, by=SYSTEM, at=timezone.now())
    sent = {"number": row.code, "physician": "Dr. Brandt", **ROSAS}
    answer = enter(cast.hal).post("/referrals/number/", sent)
    assert answer.status_code == 422
    assert "Another clinic" in answer.content.decode()

    other = number_of(cast.case, ReferenceNumber.For.CLINIC, by=SYSTEM, at=timezone.now())
    put_at(cast.case, Stage.DECLINED)
    sent["number"] = other.code
    assert enter(cast.hal).post("/referrals/number/", sent).status_code == 422


def test_a_number_that_the_patient_took_back_ties_nothing(cast: Cast) -> None:
    rosa, path = enter(cast.rosa), f"/cases/{cast.case.pk}/clinic/"
    rosa.post(path, {"act": "number"})
    code = code_for(cast.case, "clinic")
    rosa.post(path, {"act": "take_back"})
    sent = {"number": code, "physician": "Dr. W", **ROSAS}
    assert enter(cast.brid).post("/referrals/number/", sent).status_code == 422
