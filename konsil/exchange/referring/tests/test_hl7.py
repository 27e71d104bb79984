"""A clinic's software refers by HL7 v2 ORM^O01, over HTTP (F12.7)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hl7apy.parser import parse_message
from hypothesis import given
from hypothesis import strategies as st

from konsil.cases.models import Case, Question
from konsil.exchange.referring.hl7 import Marks, NotHl7, decoded, escaped, read, unescaped
from konsil.exchange.referring.hl7_orders import ack, read_order
from konsil.exchange.referring.tests.orders import ORM, machine, order, token_for
from konsil.referrals.models import Referral
from tests.cast import Cast


@pytest.fixture
def brigids(cast: Cast) -> Client:
    return machine(token_for(cast.brigids))


def sent(browser: Client, text: str | bytes) -> Any:
    raw = text.encode() if isinstance(text, str) else text
    return browser.post("/hl7/", raw, content_type="application/hl7-v2")


def heard(answer: Any) -> Any:
    """The acknowledgement, read by a parser that is not ours."""
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.endswith("\r")
    return parse_message(text, find_groups=False)


def test_software_refers_by_an_order_message(cast: Cast, brigids: Client) -> None:
    """F12.7."""
    told = heard(sent(brigids, ORM))

    case = Case.objects.get(patient__family_name="Byrne")
    assert told.msa.msa_1.value == "AA"
    assert told.msa.msa_2.value == "MSG1"
    assert told.msa.msa_3.value == case.number
    assert told.msh.msh_9.value == "ACK^O01^ACK"
    assert (told.msh.msh_5.value, told.msh.msh_6.value) == ("EHR", "STBRIGIDS")
    assert str(case.patient) == "Nuala Maeve Byrne"
    assert case.patient.birth_date == date(1958, 4, 9)
    assert (case.patient.email, case.patient.place) == ("nuala@example.org", "US-OR")
    assert case.diagnosis == "A nodule & a shadow"
    assert Question.objects.get(case=case).text == "Operate\nor watch it?"
    referral = Referral.objects.get(case=case)
    assert (referral.physician, referral.own_reference) == ("Dr. Sean Walsh", "SB-77")
    assert referral.way == Referral.Way.HL7


def test_the_same_order_twice_is_one_case(cast: Cast, brigids: Client) -> None:
    first = heard(sent(brigids, ORM))
    again = heard(sent(brigids, ORM.replace("MSG1", "MSG2")))
    assert first.msa.msa_3.value == again.msa.msa_3.value
    assert (again.msa.msa_1.value, again.msa.msa_2.value) == ("AA", "MSG2")
    assert Case.objects.filter(patient__family_name="Byrne").count() == 1


@pytest.mark.parametrize(
    ("old", "new", "words", "place"),
    [
        ("ORD-1^EHR", "", "Send your order number", "ORC^1^2"),
        ("19580409", "1958", "whole birth date", "PID^1^7"),
        ("|F|", "|Q|", "PID-8 is one of", "PID^1^8"),
        ("^OR^", "^ZZ^", "two letters", "PID^1^11"),
        ("ORC|NW", "ORC|CA", "Only new orders", "ORC^1^1"),
        ("ORM^O01^ORM_O01", "ADT^A08", "ORM^O01", "MSH^1^9"),
        ("lung^Lung cancer second opinion^L", "heart", "Choose which opinion", "OBR^1^4"),
        ("NTE|1||Operate", "ZZZ|", "at least one question", "NTE^1^3"),
        ("Byrne^Nuala^Maeve", "", "family name", "PID^1^5"),
    ],
)
def test_what_is_wrong_is_said_in_words(
    cast: Cast, brigids: Client, old: str, new: str, words: str, place: str
) -> None:
    """F12.7: AE with every reason in MSA-3 and in ERR; nothing is kept."""
    told = heard(sent(brigids, ORM.replace(old, new)))

    assert told.msa.msa_1.value == "AE"
    assert words in unescaped(told.msa.msa_3.value, Marks())
    assert place in {each.err_2.value for each in told.err}
    assert not Case.objects.filter(patient__birth_date="1958-04-09").exists()


@pytest.mark.parametrize("text", ["", "hello", "MSH|", "MSHabcdefgh", "PID|1", b"\xff\xfe\x00"])
def test_what_is_no_message_is_rejected(brigids: Client, text: str | bytes) -> None:
    assert heard(sent(brigids, text)).msa.msa_1.value == "AR"


signs = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=60)


@given(signs)
def test_a_text_comes_back_as_it_went(text: str) -> None:
    """§2.7: whatever delimiters stand in it, also as the last field of a read message."""
    marks = Marks()
    assert unescaped(escaped(text, marks), marks) == text
    line = f"MSH|^~\\&|A\rNTE|1||{escaped(text, marks)}"
    try:
        assert read(line).first("NTE").whole(3) == text.strip()
    except NotHl7:
        pytest.fail("our own message was not read")


@given(st.text(alphabet="MSHPIDORC|^~\\&\r\n0123456789 .brX", max_size=200))
def test_any_text_is_a_message_or_no_message(text: str) -> None:
    try:
        message = read(text)
    except NotHl7 as problem:
        assert str(problem)
        return
    made = read_order(message)
    assert isinstance(made.reason, str)
    assert ack(message, "AE", "x", made.wrong, at=timezone.now()).startswith("MSH")


@given(st.binary(max_size=100))
def test_any_bytes_are_text(raw: bytes) -> None:
    assert isinstance(decoded(raw), str)


def test_other_delimiters_are_honoured() -> None:
    line = "MSH#*!%$#EHR\rPID#1##7##Byrne*Nuala##19580409"
    found = read_order(read(line))
    assert (found.family_name, found.given_name) == ("Byrne", "Nuala")
    assert found.birth_date == date(1958, 4, 9)


def test_both_dialects_are_one_order(cast: Cast, brigids: Client) -> None:
    """The number of an order is the same whatever way it comes, without a system."""
    import json

    heard(sent(brigids, ORM))
    body = json.dumps(order(cast, identifier=[{"value": "ORD-1"}]))
    answer = brigids.post("/fhir/ServiceRequest", body, content_type="application/fhir+json")
    assert answer.status_code == 200
