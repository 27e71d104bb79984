"""The facts that the rest of the house asks of an image, taken once from its header."""

import re
from datetime import date, time
from typing import Any

from konsil.core.finding import Identity
from konsil.imaging import syntaxes
from konsil.imaging.dicomjson import Attributes

DICOMDIR = "1.2.840.10008.1.3.10"
ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
MOST_TEXT = 100_000

_TEXTS = {
    "study_uid": "0020000D",
    "series_uid": "0020000E",
    "sop_uid": "00080018",
    "sop_class": "00080016",
    "modality": "00080060",
    "study_description": "00081030",
    "series_description": "0008103E",
    "body_part": "00180015",
    "institution_name": "00080080",
    "accession": "00080050",
    "study_id": "00200010",
    "frame_of_reference": "00200052",
    "laterality": "00200062",
    "manufacturer": "00080070",
}
_DATES = {
    "study_date": "00080020",
    "series_date": "00080021",
    "acquisition_date": "00080022",
    "content_date": "00080023",
}
_TIMES = {
    "study_time": "00080030",
    "series_time": "00080031",
    "content_time": "00080033",
}
_NUMBERS = {
    "series_number": "00200011",
    "instance_number": "00200013",
    "rows": "00280010",
    "columns": "00280011",
}
_LISTS = {"position": ("00200032", 3), "orientation": ("00200037", 6), "spacing": ("00280030", 2)}


def header_facts(metadata: Attributes) -> dict[str, Any]:
    """Everything but the pixels' whereabouts; see `reading.read` for the keys."""
    facts: dict[str, Any] = {key: text(metadata, tag) for key, tag in _TEXTS.items()}
    facts |= {key: iso_date(text(metadata, tag)) for key, tag in _DATES.items()}
    facts |= {key: iso_time(text(metadata, tag)) for key, tag in _TIMES.items()}
    facts |= {key: number(metadata, tag) for key, tag in _NUMBERS.items()}
    facts |= {key: numbers(metadata, tag, many) for key, (tag, many) in _LISTS.items()}
    facts["description"] = facts["study_description"]
    facts["frames"] = max(1, number(metadata, "00280008") or 1)
    facts["metadata"] = metadata
    return facts


def identity(metadata: Attributes) -> Identity | None:
    """Whom the header names; None when it names nobody at all."""
    found = Identity(
        name=text(metadata, "00100010"),
        birth_date=iso_date(text(metadata, "00100030")),
        sex=text(metadata, "00100040"),
        patient_id=text(metadata, "00100020"),
        issuer=text(metadata, "00100021"),
    )
    return found if any(found.values()) else None


def first(metadata: Attributes, tag: str) -> Any:
    """The first value of an attribute, or None."""
    values = metadata.get(tag, {}).get("Value")
    return values[0] if values else None


def items(metadata: Attributes, tag: str) -> list[Attributes]:
    """The items of a sequence, none when the attribute is absent or is no sequence."""
    entry = metadata.get(tag, {})
    values: list[Attributes] = entry.get("Value", []) if entry.get("vr") == "SQ" else []
    return values


def text(metadata: Attributes, tag: str) -> str:
    """The first value as text, "" when absent; a name gives its alphabetic or else other group."""
    value = first(metadata, tag)
    if isinstance(value, dict):
        return str(next(iter(value.values()), "")) if metadata[tag]["vr"] == "PN" else ""
    return "" if value is None else str(value)


def number(metadata: Attributes, tag: str) -> int | None:
    """The first value as a whole number, None when it is absent or is none."""
    value = first(metadata, tag)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def numbers(metadata: Attributes, tag: str, many: int) -> list[float] | None:
    """Exactly `many` numbers, else None."""
    values = metadata.get(tag, {}).get("Value", [])
    if len(values) != many or not all(isinstance(value, int | float) for value in values):
        return None
    return [float(value) for value in values]


def iso_date(written: str) -> str | None:
    """DA (and ACR-NEMA's dotted form) as ISO 8601; None where there is no such day."""
    match = re.fullmatch(r"(\d{4})[.-]?(\d\d)[.-]?(\d\d)", written)
    if match is None:
        return None
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


def iso_time(written: str) -> str | None:
    """TM as ``HH:MM:SS`` with as many parts as were written filled up by zero; else None."""
    match = re.fullmatch(r"(\d\d):?(\d\d)?:?(\d\d)?(?:\.\d+)?", written)
    if match is None:
        return None
    try:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return time(hours, minutes, min(seconds, 59)).isoformat()
    except ValueError:
        return None


def referenced_files(metadata: Attributes) -> list[str]:
    """The paths that a DICOMDIR lists (PS3.3 F.3), so that what is missing can be told."""
    records = items(metadata, "00041220")
    paths = (record.get("00041500", {}).get("Value", []) for record in records)
    return ["/".join(str(part) for part in path) for path in paths if path]


def report_text(metadata: Attributes) -> str:
    """A structured report's content tree as plain lines (PS3.3 C.17.3), cut at 100 kB."""
    lines: list[str] = []
    _tell(metadata, lines, 0)
    return "\n".join(lines)[:MOST_TEXT]


def _tell(item: Attributes, lines: list[str], depth: int) -> None:
    said = _said(item)
    if said:
        lines.append("  " * max(0, depth - 1) + said)
    for child in items(item, "0040A730"):
        _tell(child, lines, depth + 1)


def _said(item: Attributes) -> str:
    concept = _meaning(item, "0040A043")
    value = (
        text(item, "0040A160")
        or _meaning(item, "0040A168")
        or text(item, "0040A123")
        or iso_date(text(item, "0040A121"))
        or _measured(item)
    )
    return f"{concept}: {value}" if concept and value else concept or value or ""


def _measured(item: Attributes) -> str:
    for measured in items(item, "0040A300"):
        return f"{text(measured, '0040A30A')} {_code(measured, '004008EA')}".strip()
    return ""


def _meaning(item: Attributes, tag: str) -> str:
    return next((text(code, "00080104") for code in items(item, tag)), "")


def _code(item: Attributes, tag: str) -> str:
    return next((text(code, "00080100") for code in items(item, tag)), "")


def lossy(metadata: Attributes, syntax: str) -> bool:
    """Whether the pixels lost detail on their way here (PS3.3 C.7.6.1.1.5)."""
    return syntaxes.is_lossy(syntax, text(metadata, "00282110"))
