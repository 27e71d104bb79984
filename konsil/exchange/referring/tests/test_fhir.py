"""A clinic's software refers by FHIR and reads how far its own cases are (F12.7, F12.1)."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from konsil.cases.life import Stage
from konsil.cases.models import Case, Event, Look, Question
from konsil.cases.verbs import Verb
from konsil.exchange.referring.fhir import read_request
from konsil.exchange.referring.models import MachineToken
from konsil.exchange.referring.tests.orders import (
    JSON,
    bundled,
    machine,
    order,
    patient,
    token_for,
)
from konsil.exchange.referring.tokens import NoToken, issue
from konsil.referrals.models import Referral
from tests.cast import Cast, put_at

CREATE = "/fhir/ServiceRequest"
TASKS = {"requested", "received", "on-hold", "in-progress", "completed", "rejected", "cancelled"}
TASKS |= {"entered-in-error"}
REQUESTS = {"active", "completed", "revoked"}
"""Of the value sets of FHIR R4, those that we mean."""


def sent(browser: Client, body: Any, path: str = CREATE) -> Any:
    return browser.post(path, json.dumps(body), content_type=JSON)


def checked(answer: Any) -> dict[str, Any]:
    """The body, valid by the published R4B models."""
    body: dict[str, Any] = json.loads(answer.content)
    get_fhir_model_class(body["resourceType"]).model_validate(body)
    assert answer["Content-Type"].startswith(JSON)
    return body


@pytest.fixture
def brigids(cast: Cast) -> Client:
    return machine(token_for(cast.brigids))


def test_the_orders_of_these_tests_are_fhir(cast: Cast) -> None:
    for body in (order(cast), bundled(cast)):
        get_fhir_model_class(body["resourceType"]).model_validate(body)


@pytest.mark.parametrize("way", ["contained", "bundle"])
def test_software_refers_a_patient(
    cast: Cast, brigids: Client, way: str, django_capture_on_commit_callbacks: Any
) -> None:
    """F12.7: the same referral as on the page, told by the machine; the patient confirms."""
    with django_capture_on_commit_callbacks(execute=True):
        if way == "contained":
            answer = sent(brigids, order(cast))
            assert answer.status_code == 201
            body = checked(answer)
            assert answer["Location"].endswith(f"/fhir/ServiceRequest/{body['id']}")
        else:
            answer = sent(brigids, bundled(cast), "/fhir/")
            assert answer.status_code == 200
            body = checked(answer)["entry"][2]["resource"]

    case = Case.objects.get(pk=body["id"])
    assert (case.stage, case.referred_by) == (Stage.DRAFT, cast.brigids)
    assert str(case.patient) == "Nuala Maeve Byrne"
    assert case.patient.place == "US-OR"
    assert case.diagnosis == "A nodule that grew."
    assert [each.text for each in Question.objects.filter(case=case)] == ["Operate, or watch it?"]
    referral = Referral.objects.get(case=case)
    assert (referral.physician, referral.way) == ("Dr. Sean Walsh", Referral.Way.FHIR)
    assert [letter.to for letter in mail.outbox] == [["nuala@example.org"]]
    told = Event.objects.get(case=case, verb=Verb.REFERRED)
    assert (told.actor_kind, told.actor_name) == ("machine", "EHR, St Brigid’s Clinic")
    assert "INSURER" not in answer.content.decode()


def test_the_same_order_twice_is_one_case(cast: Cast, brigids: Client) -> None:
    """F12.7: idempotent by the placer's number, whatever way it comes the second time."""
    first, again = sent(brigids, order(cast)), sent(brigids, order(cast))
    third = sent(brigids, bundled(cast), "/fhir/")

    assert [first.status_code, again.status_code, third.status_code] == [201, 200, 200]
    assert first.content == again.content
    assert Case.objects.filter(patient__family_name="Byrne").count() == 1
    other = sent(machine(token_for(cast.other_clinic)), order(cast))
    assert other.status_code == 201  # another clinic's numbers are its own
    assert Case.objects.filter(patient__family_name="Byrne").count() == 2


def test_the_same_patient_under_another_number_is_a_duplicate(cast: Cast, brigids: Client) -> None:
    """F2.9."""
    sent(brigids, order(cast))
    answer = sent(brigids, order(cast, identifier=[{"value": "ORD-2"}]))
    assert answer.status_code == 409
    assert checked(answer)["issue"][0]["code"] == "duplicate"


@pytest.mark.parametrize(
    ("changed", "where", "words"),
    [
        ({"identifier": []}, "ServiceRequest.identifier", "Send your order number"),
        ({"status": "draft"}, "ServiceRequest.status", "active"),
        ({"intent": "proposal"}, "ServiceRequest.intent", "order"),
        ({"contained": []}, "ServiceRequest.subject", "Name the patient"),
        ({"subject": {"reference": "Patient/7"}}, "ServiceRequest.subject", "Name the patient"),
        ({"note": []}, "ServiceRequest.note.text", "at least one question"),
        ({"note": [{"text": "?"}] * 4}, "ServiceRequest.note.text", "at most three"),
        ({"reasonCode": []}, "ServiceRequest.reasonCode.text", "why you refer"),
        ({"code": {"text": "Heart"}}, "ServiceRequest.code", "Choose which opinion"),
        ({"requester": None}, "ServiceRequest.requester", "Name the physician"),
        ({"occurrenceDateTime": "2020-01-01"}, "ServiceRequest.occurrence", "passed"),
        ({"contained": [patient(birthDate="1958")]}, "Patient.birthDate", "whole date"),
        ({"contained": [patient(birthDate="2050-01-01")]}, "Patient.birthDate", "still to come"),
        ({"contained": [patient(gender="X")]}, "Patient.gender", "one of female"),
        ({"contained": [patient(name=[])]}, "Patient.name.family", "family name"),
        ({"contained": [patient(address=[{"state": "ZZ"}])]}, "Patient.address", "two letters"),
    ],
)
def test_what_is_wrong_is_said_in_words_where_it_stands(
    cast: Cast, brigids: Client, changed: dict[str, Any], where: str, words: str
) -> None:
    """F12.7: an OperationOutcome; nothing is kept."""
    answer = sent(brigids, order(cast, **changed))

    assert answer.status_code == 422
    found = {issue["expression"][0]: issue["diagnostics"] for issue in checked(answer)["issue"]}
    assert words in found[where]
    assert not Case.objects.filter(patient__birth_date="1958-04-09").exists()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", JSON, 400),
        ("[1]", JSON, 400),
        ('{"resourceType": "Patient"}', JSON, 400),
        ("{}", "text/plain", 415),
        ("[" * 5000, JSON, 400),
        ('{"resourceType": "ServiceRequest", "note": 7, "contained": "x", "code": []}', JSON, 422),
    ],
)
def test_what_is_no_request_is_refused(brigids: Client, body: str, kind: str, status: int) -> None:
    answer = brigids.post(CREATE, body, content_type=kind)
    assert answer.status_code == status
    checked(answer)


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "text", "reference", "value", "coding", "given", "system"]),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=st.dictionaries(
        st.sampled_from(
            ["contained", "subject", "code", "note", "reasonCode", "identifier", "requester"]
        ),
        anything,
    ),
    inside=st.dictionaries(
        st.sampled_from(["name", "telecom", "address", "birthDate", "gender", "identifier"]),
        anything,
    ),
)
def test_any_json_is_read_without_falling(body: dict[str, Any], inside: dict[str, Any]) -> None:
    known = {"#p": {"resourceType": "Patient", **inside}}
    made = read_request({**body, "subject": {"reference": "#p"}}, known)
    assert all(isinstance(text, str) for text in (*made.questions, made.reason, made.family_name))


def test_software_reads_its_own_cases_and_no_others(cast: Cast, brigids: Client) -> None:
    """F12.7, F12.1: another clinic's case answers byte for byte like one that never was."""
    made = checked(sent(brigids, order(cast)))["id"]
    other = machine(token_for(cast.other_clinic))

    case = checked(brigids.get(f"{CREATE}/{made}"))
    assert case["status"] == "active"
    task = checked(brigids.get(f"/fhir/Task/{made}"))
    assert task["status"] == "requested"
    assert task["businessStatus"]["text"] == "Waits for the patient’s yes"
    assert Look.objects.filter(case=made, actor_kind="machine").count() == 2
    for asked in ("ORD-1", "urn:orders|ORD-1", Case.objects.get(pk=made).number):
        found = checked(brigids.get(CREATE, {"identifier": asked}))
        assert [entry["resource"]["id"] for entry in found["entry"]] == [made]
        assert checked(other.get(CREATE, {"identifier": asked}))["total"] == 0
    for kind in ("ServiceRequest", "Task"):
        never = brigids.get(f"/fhir/{kind}/{uuid4()}")
        assert never.status_code == 404
        checked(never)
        for browser, foreign in ((other, made), (brigids, cast.case.pk)):
            answer = browser.get(f"/fhir/{kind}/{foreign}")
            assert (answer.status_code, answer.content) == (404, never.content)
    for words in (json.dumps(case), json.dumps(task)):
        assert "nodule" not in words
        assert "Operate" not in words


def test_every_stage_has_a_status(cast: Cast, brigids: Client) -> None:
    """Each one valid FHIR, and in a clinic's words."""
    made = checked(sent(brigids, order(cast)))["id"]
    for stage in Stage:
        put_at(Case.objects.get(pk=made), stage)
        task = checked(brigids.get(f"/fhir/Task/{made}"))
        assert task["status"] in TASKS, stage
        assert task["businessStatus"]["text"]
        assert checked(brigids.get(f"{CREATE}/{made}"))["status"] in REQUESTS, stage


def test_when_the_patient_ends_it_software_reads_nothing_more(cast: Cast, brigids: Client) -> None:
    """F12.3: neither by address nor by number, and the order is not told as open."""
    from konsil.people.actors import SYSTEM
    from konsil.referrals.relation import end_part

    made = checked(sent(brigids, order(cast)))["id"]
    end_part(Case.objects.get(pk=made), by=SYSTEM, at=timezone.now())

    assert brigids.get(f"{CREATE}/{made}").status_code == 404
    assert brigids.get(f"/fhir/Task/{made}").status_code == 404
    assert checked(brigids.get(CREATE, {"identifier": "ORD-1"}))["total"] == 0
    again = sent(brigids, order(cast))
    assert again.status_code == 409
    assert made not in again.content.decode()


@pytest.mark.parametrize("how", ["none", "wrong", "expired", "ended", "basic"])
def test_without_a_valid_token_nothing_opens(cast: Cast, how: str) -> None:
    """F12.7: hashed, expiring, revocable."""
    token = token_for(cast.brigids)
    assert token not in str(MachineToken.objects.values())
    if how == "expired":
        MachineToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    if how == "ended":
        MachineToken.objects.update(revoked_at=timezone.now())
    header = {"wrong": "Bearer konsil_x", "basic": f"Basic {token}"}.get(how, f"Bearer {token}")
    browser = Client(headers={} if how == "none" else {"Authorization": header})
    browser.force_login(cast.brid, backend="allauth.account.auth_backends.AuthenticationBackend")
    for answer in (sent(browser, order(cast)), browser.get(f"{CREATE}/{cast.petras_case.pk}")):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        checked(answer)
    assert browser.post("/hl7/", b"MSH", content_type="application/hl7-v2").status_code == 401


def test_a_token_opens_no_page_of_people(cast: Cast, brigids: Client) -> None:
    for path in ("/referrals/", f"/cases/{cast.petras_case.pk}/", "/cases/list/"):
        assert brigids.get(path).status_code == 302


def test_a_token_is_for_a_clinic_and_for_a_time(cast: Cast) -> None:
    for place, lasts in ((cast.northgate, 30), (cast.brigids, 0), (cast.brigids, 800)):
        with pytest.raises(NoToken):
            issue(
                place,
                MachineToken.Scope.REFER,
                label="X",
                lasts=timedelta(days=lasts),
                at=timezone.now(),
            )


def test_what_we_can_is_told_in_fhir(client: Client, cast: Cast) -> None:
    assert checked(client.get("/fhir/metadata"))["fhirVersion"] == "4.0.1"
