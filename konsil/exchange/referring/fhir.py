"""Reading a FHIR R4 ServiceRequest with its patient and practitioner into an `Order`.

The patient may be contained, or stand beside the request in a transaction bundle. What is not
about referring (Coverage, extensions) is not read. Names of elements in `PLACES` are FHIRPath.
"""

from datetime import date
from typing import Any

from konsil.exchange.referring.order import Order, Wrong
from konsil.people.places import NAMES

Json = dict[str, Any]
SEXES = {"female": "F", "male": "M", "other": "O", "unknown": ""}
INTENTS = {"order", "original-order", "instance-order"}
PLACES = {
    "order_number": "ServiceRequest.identifier",
    "status": "ServiceRequest.status",
    "intent": "ServiceRequest.intent",
    "patient": "ServiceRequest.subject",
    "given_name": "Patient.name.given",
    "family_name": "Patient.name.family",
    "birth_date": "Patient.birthDate",
    "sex": "Patient.gender",
    "place": "Patient.address",
    "email": "Patient.telecom.where(system='email')",
    "phone": "Patient.telecom.where(system='phone')",
    "service_line": "ServiceRequest.code",
    "reason": "ServiceRequest.reasonCode.text",
    "questions": "ServiceRequest.note.text",
    "physician": "ServiceRequest.requester",
    "needed_by": "ServiceRequest.occurrence",
}
"""Where in FHIR our fields stand."""


def read_request(request: Json, beside: dict[str, Json]) -> Order:
    """The order of a ServiceRequest; `beside` are the resources that its references may name."""
    order, wrong = Order(), []
    inside = {f"#{each.get('id')}": each for each in _rows(request, "contained")}
    known = beside | inside
    patient = _named(request.get("subject"), known, "Patient")
    if _text(request, "status") != "active":
        wrong.append(Wrong("status", "Send an order whose status is “active”", "value"))
    if _text(request, "intent") not in INTENTS:
        wrong.append(Wrong("intent", "Send an order whose intent is “order”", "value"))
    if patient is None:
        words = "Name the patient: contained, or in the same bundle; not only by a reference"
        wrong.append(Wrong("patient", words, "required"))
    else:
        _read_patient(order, patient, wrong)
    order.order_number = _placer(request)
    order.service = list(_words_of(request.get("code")))
    order.reason = "\n".join(_first_words(request, "reasonCode"))
    order.questions = [text for each in _rows(request, "note") if (text := _text(each, "text"))]
    order.physician = _physician(request.get("requester"), known)
    order.needed_by = _needed_by(request, wrong)
    order.wrong = wrong
    return order


def _read_patient(order: Order, patient: Json, wrong: list[Wrong]) -> None:
    names = _rows(patient, "name")
    name = next(
        (each for each in names if each.get("use") == "official"), names[0] if names else {}
    )
    order.given_name = " ".join(str(each) for each in _list(name, "given"))
    order.family_name = _text(name, "family")
    gender = _text(patient, "gender")
    if gender not in {"", *SEXES}:
        words = "Patient.gender is one of female, male, other, unknown"
        wrong.append(Wrong("sex", words, "code-invalid"))
    order.sex = SEXES.get(gender, "")
    order.birth_date = _day(_text(patient, "birthDate"), "birth_date", wrong)
    for system in ("email", "phone"):
        rows = [each for each in _rows(patient, "telecom") if each.get("system") == system]
        setattr(order, system, _text(rows[0], "value") if rows else "")
    order.place = _place(patient, wrong)
    numbers = [_text(each, "value") for each in _rows(patient, "identifier")]
    order.own_reference = next((each for each in numbers if each), "")


def _place(patient: Json, wrong: list[Wrong]) -> str:
    """ISO 3166-2 of the first address; "" without one."""
    address = next(iter(_rows(patient, "address")), {})
    state, country = _text(address, "state").upper(), _text(address, "country").upper()
    if not state and not country:
        return ""
    by_name = {name.upper(): code for code, name in NAMES.items()}
    american = country in {"", "US", "USA", "UNITED STATES"}
    asked = (
        (f"US-{state}", by_name.get(state, "")) if american else (country, by_name.get(country, ""))
    )
    found = next((code for code in asked if code in NAMES), "")
    if not found:
        words = "Send the state as two letters, and another country as its two-letter code"
        wrong.append(Wrong("place", words, "code-invalid"))
    return found


def _placer(request: Json) -> str:
    """The placer's identifier; the first one when none is marked so (v2 table 0203: PLAC)."""
    rows = _rows(request, "identifier")
    marked = [
        row
        for row in rows
        if any(code.get("code") == "PLAC" for code in _rows(_dict(row, "type"), "coding"))
    ]
    first = next(iter(marked or rows), {})
    system, value = _text(first, "system"), _text(first, "value")
    return f"{system}|{value}"[-80:] if system and value else value[:80]


def _physician(reference: Any, known: dict[str, Json]) -> str:
    """The requester's name, through a PractitionerRole if need be; else what is displayed."""
    role = _named(reference, known, "PractitionerRole")
    who = _named(role.get("practitioner") if role else reference, known, "Practitioner")
    for name in _rows(who or {}, "name"):
        if text := _text(name, "text"):
            return text
        parts = [*_list(name, "prefix"), *_list(name, "given"), _text(name, "family")]
        return " ".join(str(part) for part in parts if part)
    return _text(reference, "display") if isinstance(reference, dict) else ""


def _needed_by(request: Json, wrong: list[Wrong]) -> date | None:
    text = _text(request, "occurrenceDateTime") or _text(_dict(request, "occurrencePeriod"), "end")
    return _day(text[:10], "needed_by", wrong) if text else None


def _day(text: str, name: str, wrong: list[Wrong]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong.append(Wrong(name, "Send a whole date like 1971-03-14", "value"))
        return None


def _named(reference: Any, known: dict[str, Json], kind: str) -> Json | None:
    """The resource that a reference names, if it is of that kind and was sent along."""
    key = _text(reference, "reference") if isinstance(reference, dict) else ""
    found = known.get(key)
    return found if found and found.get("resourceType") == kind else None


def _words_of(concept: Any) -> list[str]:
    """Codes, displays and text of a CodeableConcept."""
    if not isinstance(concept, dict):
        return []
    codings = _rows(concept, "coding")
    told = [_text(each, name) for each in codings for name in ("code", "display")]
    return [text for text in (*told, _text(concept, "text")) if text]


def _first_words(request: Json, name: str) -> list[str]:
    """For each concept its text, or the display of its first coding."""
    found = []
    for concept in _rows(request, name):
        shown = [_text(each, "display") for each in _rows(concept, "coding")]
        found.append(_text(concept, "text") or next((text for text in shown if text), ""))
    return [text for text in found if text]


def _list(row: Json, name: str) -> list[Any]:
    value = row.get(name, [])
    return value if isinstance(value, list) else []


def _rows(row: Json, name: str) -> list[Json]:
    return [each for each in _list(row, name) if isinstance(each, dict)]


def _dict(row: Json, name: str) -> Json:
    value = row.get(name, {})
    return value if isinstance(value, dict) else {}


def _text(row: Json, name: str) -> str:
    value = row.get(name, "")
    return value.strip() if isinstance(value, str) else ""
