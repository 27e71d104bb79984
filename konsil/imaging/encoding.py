"""Write attributes of the DICOM JSON Model as explicit VR little endian (PS3.5 §7.1)."""

from base64 import b64decode
from struct import pack
from typing import Any

from konsil.imaging.dicomjson import Attributes

_LONG = frozenset(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"])
_PADDED_BY_ZERO = frozenset({"UI", "OB", "UN"})
_LONGEST_SHORT = 0xFFFE
_NUMBERS = {
    "US": "H",
    "SS": "h",
    "UL": "L",
    "SL": "l",
    "UV": "Q",
    "SV": "q",
    "FL": "f",
    "FD": "d",
}


def encoded(attributes: Attributes) -> bytes:
    """The data set's bytes; text in UTF-8, so say so in (0008,0005) where it is not ASCII."""
    return b"".join(
        element(int(tag, 16), attributes[tag]["vr"], _value(attributes[tag]))
        for tag in sorted(attributes)
    )


def element(tag: int, vr: str, value: bytes) -> bytes:
    """One element; its value is padded to an even length, and cut where its VR ends."""
    if len(value) % 2:
        value += b"\0" if vr in _PADDED_BY_ZERO else b" "
    head = pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode("ascii")
    if vr in _LONG:
        return head + pack("<HL", 0, len(value)) + value
    value = value[:_LONGEST_SHORT]
    return head + pack("<H", len(value)) + value


def item(body: bytes) -> bytes:
    """One item of a sequence, of defined length."""
    return pack("<HHL", 0xFFFE, 0xE000, len(body)) + body


def _value(entry: dict[str, Any]) -> bytes:
    vr, values = entry["vr"], entry.get("Value", [])
    if vr == "SQ":
        return b"".join(item(encoded(value)) for value in values)
    if "InlineBinary" in entry:
        return b64decode(entry["InlineBinary"])
    if vr in _NUMBERS:
        numbers = [float(value) if vr in ("FL", "FD") else int(value) for value in values]
        return pack(f"<{len(numbers)}{_NUMBERS[vr]}", *numbers)
    if vr == "AT":
        return b"".join(pack("<HH", int(tag[:4], 16), int(tag[4:], 16)) for tag in values)
    return "\\".join(_text(value) for value in values).encode()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        groups = (value.get(key, "") for key in ("Alphabetic", "Ideographic", "Phonetic"))
        return "=".join(groups).rstrip("=")
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
