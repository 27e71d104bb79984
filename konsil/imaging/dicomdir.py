"""Write a DICOMDIR from headers alone, for the General Purpose media profile (PS3.3 Annex F)."""

import uuid
from dataclasses import dataclass, field
from struct import pack, pack_into

from konsil.imaging import syntaxes
from konsil.imaging.dicomjson import Attributes
from konsil.imaging.encoding import element, encoded, item

DIRECTORY_SOP_CLASS = "1.2.840.10008.1.3.10"
IMPLEMENTATION_UID = "2.25.229463838393190561293452718612341917415"
_UTF8 = {"vr": "CS", "Value": ["ISO_IR 192"]}
_NAMESPACE = uuid.UUID("5ad86e0a-8f0b-4f5e-9d15-0a3b2f0f8d5c")
_HEAD = 8

_PATIENT = {"00100010": "PN", "00100020": "LO"}
_STUDY = {
    "00080020": "DA",
    "00080030": "TM",
    "00080050": "SH",
    "00081030": "LO",
    "0020000D": "UI",
    "00200010": "SH",
}
_SERIES = {"00080060": "CS", "0008103E": "LO", "0020000E": "UI", "00200011": "IS"}
_CONTENT = {"00080023": "DA", "00080033": "TM", "00200013": "IS"}
_NAMED = {**_CONTENT, "00700080": "CS", "00700081": "LO", "00700084": "PN"}
_LEAVES: dict[str, dict[str, str]] = {
    "IMAGE": {"00200013": "IS"},
    "SR DOCUMENT": {
        **_CONTENT,
        "0040A030": "DT",
        "0040A043": "SQ",
        "0040A491": "CS",
        "0040A493": "CS",
    },
    "KEY OBJECT DOC": {**_CONTENT, "0040A043": "SQ"},
    "PRESENTATION": {
        "00081115": "SQ",
        "00200013": "IS",
        "00700080": "CS",
        "00700081": "LO",
        "00700082": "DA",
        "00700083": "TM",
        "00700084": "PN",
    },
    "ENCAP DOC": {**_CONTENT, "0040A043": "SQ", "00420010": "ST", "00420012": "LO"},
    "RT DOSE": {"00200013": "IS", "3004000A": "CS"},
    "RT STRUCTURE SET": {
        "00200013": "IS",
        "30060002": "SH",
        "30060008": "DA",
        "30060009": "TM",
    },
    "RT PLAN": {"00200013": "IS", "300A0002": "SH", "300A0006": "DA", "300A0007": "TM"},
    "RT TREAT RECORD": {"00200013": "IS", "30080250": "DA", "30080251": "TM"},
    "WAVEFORM": _CONTENT,
    "RAW DATA": _CONTENT,
    "REGISTRATION": _NAMED,
    "VALUE MAP": _NAMED,
    "MEASUREMENT": _NAMED,
}
_STORAGE = "1.2.840.10008.5.1.4.1.1."
_TYPES = {
    "481.2": "RT DOSE",
    "481.3": "RT STRUCTURE SET",
    "481.5": "RT PLAN",
    "481.8": "RT PLAN",
    "66": "RAW DATA",
    "66.1": "REGISTRATION",
    "66.3": "REGISTRATION",
    "67": "VALUE MAP",
    "88.59": "KEY OBJECT DOC",
}
_TYPES_BY_BEGINNING = {
    "9.": "WAVEFORM",
    "11.": "PRESENTATION",
    "88.": "SR DOCUMENT",
    "104.": "ENCAP DOC",
    "481.": "RT TREAT RECORD",
    "78.": "MEASUREMENT",
}
_SECOND_CAPTURES_OF_RT = frozenset({"481.1"})


@dataclass
class Record:
    """One directory record, and those below it."""

    kind: str
    keys: Attributes
    file_id: str = ""
    below: list["Record"] = field(default_factory=list)
    at: int = 0


def patient_record(metadata: Attributes) -> Record:
    """PATIENT (F.5.1); a patient without an ID gets one, because the key may not be empty."""
    return Record("PATIENT", _picked(metadata, _PATIENT, {"00100020": "UNKNOWN"}))


def study_record(metadata: Attributes, number: int) -> Record:
    """STUDY (F.5.2), with `number` for an absent Study ID."""
    defaults = {"00080020": "19000101", "00080030": "000000", "00200010": str(number)}
    return Record("STUDY", _picked(metadata, _STUDY, defaults))


def series_record(metadata: Attributes, number: int) -> Record:
    """SERIES (F.5.3), with `number` for an absent Series Number."""
    return Record("SERIES", _picked(metadata, _SERIES, {"00080060": "OT", "00200011": str(number)}))


def instance_record(metadata: Attributes, number: int, file_id: str, syntax: str) -> Record:
    """The lowest record of whatever kind the SOP class asks for, pointing at its file."""
    sop_class = (metadata.get("00080016", {}).get("Value") or [""])[0]
    kind = record_type(sop_class)
    defaults = {
        "00200013": str(number),
        "00080023": "19000101",
        "00080033": "000000",
        "00700080": "UNNAMED",
        "0040A491": "PARTIAL",
        "0040A493": "UNVERIFIED",
        "3004000A": "PLAN",
        "30060002": "UNNAMED",
        "300A0002": "UNNAMED",
    }
    keys = _picked(metadata, _LEAVES[kind], defaults)
    keys["00041511"] = metadata.get("00080018", {"vr": "UI"})
    keys["00041510"] = {"vr": "UI", "Value": [sop_class]}
    keys["00041512"] = {"vr": "UI", "Value": [syntax]}
    keys["00041500"] = {"vr": "CS", "Value": file_id.split("/")}
    return Record(kind, keys, file_id)


def record_type(sop_class: str) -> str:
    """The directory record type of a SOP class (PS3.3 Table F.4-1); images are the rule."""
    end = sop_class.removeprefix(_STORAGE)
    if end in _TYPES:
        return _TYPES[end]
    if end in _SECOND_CAPTURES_OF_RT:
        return "IMAGE"
    return next(
        (kind for begin, kind in _TYPES_BY_BEGINNING.items() if end.startswith(begin)), "IMAGE"
    )


def _picked(metadata: Attributes, keys: dict[str, str], defaults: dict[str, str]) -> Attributes:
    picked: Attributes = {"00080005": _UTF8}
    for tag, vr in keys.items():
        entry = metadata.get(tag)
        if entry is not None and entry.get("Value") and entry["vr"] == vr:
            picked[tag] = _today(entry)
        elif tag in defaults:
            picked[tag] = {"vr": vr, "Value": [defaults[tag]]}
        elif vr not in ("SQ", "DT"):
            picked[tag] = {"vr": vr}
    return picked


def _today(entry: Attributes) -> Attributes:
    """Dates and times in today's form: ACR-NEMA wrote 1997.04.24 and 14:04:38."""
    if entry["vr"] not in ("DA", "TM"):
        return entry
    drop = "." if entry["vr"] == "DA" else ":"
    return entry | {"Value": [str(value).replace(drop, "") for value in entry["Value"]]}


def directory(patients: list[Record], label: str) -> bytes:
    """The whole DICOMDIR for these patients' records; `label` is the file-set ID."""
    meta = _meta(patients)
    group = element(0x00041130, "CS", label.encode("ascii"))
    before_items = len(meta) + len(group) + 12 + 12 + 10 + 12
    ordered: list[tuple[Record, int]] = []
    end = _place(patients, before_items, ordered)
    body = b"".join(_record(record, following) for record, following in ordered)
    first, last = (patients[0].at, patients[-1].at) if patients else (0, 0)
    assert end == before_items + len(body)
    return b"".join(
        (
            meta,
            group,
            element(0x00041200, "UL", pack("<L", first)),
            element(0x00041202, "UL", pack("<L", last)),
            element(0x00041212, "US", pack("<H", 0)),
            element(0x00041220, "SQ", body),
        )
    )


def _meta(patients: list[Record]) -> bytes:
    named = "".join(record.file_id for patient in patients for record in _leaves(patient))
    uid = f"2.25.{uuid.uuid5(_NAMESPACE, named + repr([p.keys for p in patients])).int}"
    body = b"".join(
        (
            element(0x00020001, "OB", b"\0\1"),
            element(0x00020002, "UI", DIRECTORY_SOP_CLASS.encode()),
            element(0x00020003, "UI", uid.encode()),
            element(0x00020010, "UI", syntaxes.EXPLICIT.encode()),
            element(0x00020012, "UI", IMPLEMENTATION_UID.encode()),
        )
    )
    return bytes(128) + b"DICM" + element(0x00020000, "UL", pack("<L", len(body))) + body


def _leaves(record: Record) -> list[Record]:
    return [leaf for below in record.below for leaf in _leaves(below)] or [record]


def _place(records: list[Record], at: int, ordered: list[tuple[Record, int]]) -> int:
    """Give each record its offset from the file's start, depth first; says where they end."""
    for position, record in enumerate(records):
        record.at = at
        ordered.append((record, 0))
        slot = len(ordered) - 1
        at = _place(record.below, at + len(_record(record, 0)), ordered)
        if position + 1 < len(records):
            ordered[slot] = (record, at)
    return at


def _record(record: Record, following: int) -> bytes:
    lower = record.below[0].at if record.below else 0
    links = bytearray(
        element(0x00041400, "UL", bytes(4))
        + element(0x00041410, "US", b"\xff\xff")
        + element(0x00041420, "UL", bytes(4))
    )
    pack_into("<L", links, _HEAD, following)
    pack_into("<L", links, 12 + 10 + _HEAD, lower)
    kind = element(0x00041430, "CS", record.kind.encode("ascii"))
    return item(bytes(links) + kind + encoded(record.keys))
