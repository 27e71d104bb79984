"""Orders as a clinic's software sends them, for the tests."""

from typing import Any

from django.test import Client
from django.utils import timezone

from konsil.exchange.referring.models import MachineToken
from konsil.exchange.referring.tokens import issue
from konsil.people.models import Institution
from tests.cast import Cast

JSON = "application/fhir+json"


def token_for(clinic: Institution, **lasts: Any) -> str:
    from datetime import timedelta

    term = lasts.get("lasts", timedelta(days=30))
    _made, text = issue(
        clinic, MachineToken.Scope.REFER, label="EHR", lasts=term, at=timezone.now()
    )
    return text


def machine(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def patient(**changed: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": "urn:mrn", "value": "SB-77"}],
        "name": [{"use": "official", "family": "Byrne", "given": ["Nuala", "Maeve"]}],
        "telecom": [
            {"system": "email", "value": "nuala@example.org"},
            {"system": "phone", "value": "503 555 0101"},
        ],
        "gender": "female",
        "birthDate": "1958-04-09",
        "address": [{"state": "OR", "country": "US"}],
        **changed,
    }


def practitioner() -> dict[str, Any]:
    name = {"family": "Walsh", "given": ["Sean"], "prefix": ["Dr."]}
    return {"resourceType": "Practitioner", "id": "d", "name": [name]}


def coverage() -> dict[str, Any]:
    return {
        "resourceType": "Coverage",
        "id": "c",
        "status": "active",
        "beneficiary": {"reference": "#p"},
        "payor": [{"display": "SECRET INSURER"}],
    }


def order(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "contained": [patient(), practitioner(), coverage()],
        "identifier": [{"system": "urn:orders", "value": "ORD-1"}],
        "status": "active",
        "intent": "order",
        "code": {"coding": [{"system": "urn:konsil", "code": cast.line.slug}]},
        "subject": {"reference": "#p"},
        "requester": {"reference": "#d"},
        "reasonCode": [{"text": "A nodule that grew."}],
        "note": [{"text": "Operate, or watch it?"}],
        "insurance": [{"reference": "#c"}],
        **changed,
    }


def bundled(cast: Cast, **changed: Any) -> dict[str, Any]:
    """The same as a transaction, the patient by her full address."""
    names = {
        "contained": [],
        "subject": {"reference": "urn:uuid:5c0e1f10-0000-4000-8000-000000000001"},
        "requester": {"reference": "Practitioner/d"},
    }
    request = {k: v for k, v in order(cast, **names, **changed).items() if k != "insurance"}
    del request["contained"]
    entries = [
        ("urn:uuid:5c0e1f10-0000-4000-8000-000000000001", patient(), "Patient"),
        ("urn:uuid:5c0e1f10-0000-4000-8000-000000000002", practitioner(), "Practitioner"),
        ("urn:uuid:5c0e1f10-0000-4000-8000-000000000003", request, "ServiceRequest"),
    ]
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": url, "resource": body, "request": {"method": "POST", "url": kind}}
            for url, body, kind in entries
        ],
    }


ORM = "\r".join(
    (
        "MSH|^~\\&|EHR|STBRIGIDS|KONSIL|NORTHGATE|20261124070000||ORM^O01^ORM_O01|MSG1|P|2.5.1",
        "PID|1||SB-77^^^STB||Byrne^Nuala^Maeve||19580409|F|||1 Elm St^^Bend^OR^97701^US||"
        "^PRN^PH^^1^503^5550101~^NET^Internet^nuala@example.org",
        "ORC|NW|ORD-1^EHR||||||||||1^Walsh^Sean^^^Dr.",
        "OBR|1|ORD-1^EHR||lung^Lung cancer second opinion^L|||||||||||||||||||||||||||R91.1^"
        "A nodule \\T\\ a shadow^I10",
        "NTE|1||Operate\\.br\\or watch it?",
        "",
    )
)
