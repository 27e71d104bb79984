"""Read whom and when CDA, FHIR and HL7 version 2 speak of, and the words in them."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from konsil.core.finding import Finding, Identity
from konsil.parcels.sniffing import Sniffed
from konsil.records.reading_words import MOST_BYTES, Refused, decode, parse, words

_PATIENT = ["recordTarget", "patientRole", "patient"]
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)").match
DAMAGED = "This file is damaged or breaks off in the middle. Send it again"


def read_cda(path: Path, out: Path, seen: Sniffed) -> Finding:
    """A clinical document (CDA R2): recordTarget, effectiveTime, title and the narrative's text."""
    document = _Document()
    try:
        with path.open("rb") as source:
            whole = parse(source, start=document.start, end=document.end, text=document.text)
    except Refused:
        return _broken(seen)
    finding = words(seen, document.narrative(), truncated=not whole)
    finding["identity"] = document.identity()
    finding["facts"] |= _when(document.effective, "the document")
    if document.title:
        finding["facts"]["title"] = " ".join(document.title.split())[:300]
    return finding


class _Document:
    """What is heard while a CDA document is parsed; only the first patient counts."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._pieces: list[str] = []
        self._names: dict[str, list[str]] = {"family": [], "given": [], "": []}
        self._name_closed = False
        self._born = self._sex = self._number = self._issuer = ""
        self.effective = self.title = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        value = attributes.get("value", "")
        match self._path[1:]:
            case ["effectiveTime"]:
                self.effective = self.effective or value
            case ["recordTarget", "patientRole", "id"] if not self._number:
                self._number = attributes.get("extension", "")
                self._issuer = attributes.get("root", "")
            case ["recordTarget", "patientRole", "patient", "birthTime"]:
                self._born = self._born or value
            case ["recordTarget", "patientRole", "patient", "administrativeGenderCode"]:
                self._sex = self._sex or attributes.get("code", "")

    def end(self, name: str) -> None:
        if self._path[1:] == [*_PATIENT, "name"] and any(self._names.values()):
            self._name_closed = True
        self._path.pop()
        if name in ("title", "paragraph", "tr", "item", "text", "br", "caption"):
            self._pieces.append("\n")
        elif name in ("td", "th"):
            self._pieces.append("\t")

    def text(self, path: list[str], data: str) -> None:
        here = self._path[1:]
        if here[:4] == [*_PATIENT, "name"] and not self._name_closed:
            part = here[4] if len(here) > 4 else ""
            if data.strip() and part in self._names:
                self._names[part].append(data.strip())
        elif here == ["title"]:
            self.title += data
        elif "text" in here or "title" in here:
            self._pieces.append(re.sub(r"\s+", " ", data))

    def narrative(self) -> str:
        return re.sub(r"\s*\n\s*", "\n", "".join(self._pieces)).strip()

    def identity(self) -> Identity | None:
        family, given = (" ".join(self._names[part]) for part in ("family", "given"))
        name = f"{family}^{given}" if family or given else " ".join(self._names[""])
        return _identity(name, self._born, self._sex, self._number, self._issuer)


def read_fhir(path: Path, out: Path, seen: Sniffed) -> Finding:
    """A FHIR resource or Bundle in JSON: its one Patient, its date, and what it is about."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    text = decode(data)
    if len(data) > MOST_BYTES:
        return words(seen, text, truncated=True)
    try:
        resource = json.loads(text)
    except ValueError:
        return _broken(seen)
    finding = words(seen, text, truncated=False)
    resources = _resources(resource)
    patients = [each for each in resources if each.get("resourceType") == "Patient"]
    if len(patients) == 1:
        finding["identity"] = _fhir_identity(patients[0])
    finding["facts"] |= {"patients": len(patients), "resources": len(resources)}
    finding["facts"] |= _when(_fhir_date(resources), "the document")
    return finding


def _fhir_date(resources: list[dict[str, Any]]) -> str:
    """The date of the document or report; of a loose collection none, unless all say the same."""
    kinds = ("Composition", "DiagnosticReport", "DocumentReference")
    leading = [each for each in resources if each.get("resourceType") in kinds]
    keys = ("effectiveDateTime", "date", "authoredOn", "issued")
    dates = [each[key] for each in leading or resources for key in keys if key in each]
    days = {_iso(each) for each in dates if isinstance(each, str)}
    return next(iter(days)) or "" if len(days) == 1 else ""


def _resources(resource: Any) -> list[dict[str, Any]]:
    if not isinstance(resource, dict):
        return []
    entries = resource.get("entry")
    if resource.get("resourceType") != "Bundle" or not isinstance(entries, list):
        return [resource]
    inside = [each.get("resource") for each in entries if isinstance(each, dict)]
    return [resource, *(each for each in inside if isinstance(each, dict))]


def _fhir_identity(patient: dict[str, Any]) -> Identity | None:
    name = _first(patient.get("name"))
    given = name.get("given")
    first = " ".join(map(str, given)) if isinstance(given, list) else ""
    family = str(name.get("family") or "")
    written = f"{family}^{first}" if family or first else str(name.get("text") or "")
    number = _first(patient.get("identifier"))
    return _identity(
        written,
        str(patient.get("birthDate") or ""),
        str(patient.get("gender") or ""),
        str(number.get("value") or ""),
        str(number.get("system") or ""),
    )


def _first(values: Any) -> dict[str, Any]:
    if isinstance(values, list) and values and isinstance(values[0], dict):
        return values[0]
    return {}


def read_hl7(path: Path, out: Path, seen: Sniffed) -> Finding:
    """An HL7 version 2 message (chapter 2.5): PID-3, 5, 7, 8 and the date of OBR-7 or MSH-7."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    text = decode(data[:MOST_BYTES]).strip("\x0b\x1c\r\n ")
    finding = words(seen, text, truncated=len(data) > MOST_BYTES)
    lines = [line for line in re.split(r"[\r\n]+", text) if line]
    header = next((line for line in lines if line.startswith("MSH")), "")
    if len(header) < 8:
        return finding
    signs = _Signs(field=header[3], part=header[4], repeat=header[5])
    people = [line.split(signs.field) for line in lines if line.startswith("PID")]
    if len({tuple(each) for each in people}) == 1:
        finding["identity"] = _hl7_identity(people[0], signs)
    finding["facts"]["patients"] = len(people)
    orders = [line.split(signs.field) for line in lines if line.startswith("OBR")]
    when = _field(orders[0], 7) if orders else _field(header.split(signs.field), 6)
    finding["facts"] |= _when(when, "the message")
    return finding


class _Signs:
    """The signs that part a message, as its first segment declares them."""

    def __init__(self, *, field: str, part: str, repeat: str) -> None:
        self.field, self.part, self.repeat = field, part, repeat


def _hl7_identity(person: list[str], signs: _Signs) -> Identity | None:
    number = _field(person, 3).split(signs.repeat)[0].split(signs.part)
    name = [
        part.split("&")[0] for part in _field(person, 5).split(signs.repeat)[0].split(signs.part)
    ]
    family, given, middle, suffix, title = [*name, "", "", "", "", ""][:5]
    return _identity(
        f"{family}^{given}^{middle}^{title}^{suffix}".rstrip("^"),  # DICOM puts the title first
        _field(person, 7),
        _field(person, 8),
        number[0],
        number[3] if len(number) > 3 else "",
    )


def _field(segment: list[str], number: int) -> str:
    return segment[number] if len(segment) > number else ""


def _identity(name: str, born: str, sex: str, number: str, issuer: str) -> Identity | None:
    found = name.strip(), _iso(born), sex.strip(), number.strip(), issuer.strip()
    if not any(found[:2]):
        return None
    shown = [each[:200] if each else "" for each in found]
    return {
        "name": shown[0],
        "birth_date": found[1],
        "sex": shown[2],
        "patient_id": shown[3],
        "issuer": shown[4],
    }


def _iso(written: str) -> str | None:
    if not (found := _DATE(written.strip())):
        return None
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:
        return None


def _when(written: str, where: str) -> dict[str, str]:
    day = _iso(written)
    return {"taken": day, "taken_from": where, "taken_confidence": "high"} if day else {}


def _broken(seen: Sniffed) -> Finding:
    finding = words(seen, "", truncated=False)
    finding["kind"], finding["reason"], finding["facts"] = "broken", DAMAGED, {}
    return finding
