"""A scanned header as the DICOM JSON Model (PS3.18 Annex F), without bulk data."""

import math
from base64 import b64encode
from collections.abc import Callable
from struct import unpack_from
from typing import Any, NamedTuple

from konsil.imaging.dictionary import EITHER, implied_vr
from konsil.imaging.scanner import (
    LARGEST_SEQUENCE,
    PIXEL_DATA,
    Element,
    Elements,
    TooDeep,
    scan_items,
)

Attributes = dict[str, Any]

INLINE_AT_MOST = 1024
ELEMENTS_AT_MOST = 400_000
_CHARSET = 0x00080005
_REPRESENTATION = 0x00280103
_PALETTES = frozenset({0x00281201, 0x00281202, 0x00281203, 0x00281204})
_SEQUENCE_ENDS = b"\xfe\xff\xdd\xe0\0\0\0\0"
_CODECS = {
    "": "latin-1",
    "ISO_IR 6": "latin-1",
    "ISO_IR 100": "latin-1",
    "ISO_IR 101": "iso8859_2",
    "ISO_IR 109": "iso8859_3",
    "ISO_IR 110": "iso8859_4",
    "ISO_IR 126": "iso8859_7",
    "ISO_IR 127": "iso8859_6",
    "ISO_IR 138": "iso8859_8",
    "ISO_IR 144": "iso8859_5",
    "ISO_IR 148": "iso8859_9",
    "ISO_IR 166": "tis_620",
    "ISO_IR 192": "utf-8",
    "ISO_IR 13": "shift_jis",
    "GB18030": "gb18030",
    "GBK": "gbk",
}
_NUMBERS = {
    "US": ("H", 2),
    "SS": ("h", 2),
    "UL": ("L", 4),
    "SL": ("l", 4),
    "UV": ("Q", 8),
    "SV": ("q", 8),
    "FL": ("f", 4),
    "FD": ("d", 8),
}
_ONE_TEXT = frozenset({"LT", "ST", "UT", "UR"})
_TEXTS = frozenset({"AE", "AS", "CS", "DA", "DT", "TM", "UI"})
_CODED = frozenset({"LO", "SH", "UC"})


class _Room:
    """How many bytes of sequences, and how many elements, may still become objects."""

    def __init__(self) -> None:
        self.left = LARGEST_SEQUENCE
        self.elements = ELEMENTS_AT_MOST


class _Context(NamedTuple):
    """What an item inherits: the encoding, the sign of US/SS, the character set, the depth."""

    implicit: bool
    either: str
    charset: str
    room: _Room
    depth: int


def attributes(elements: Elements, *, implicit: bool) -> Attributes:
    """All elements but bulk, group lengths and file meta, keyed ``GGGGEEEE`` (PS3.18 F.2.2).

    Binary values over 1 kB are left out, except palettes, which a viewer needs at once; so are
    sequences beyond 8 MiB in all. Raises `scanner.TooDeep`, `BreaksOff` or `Unusual`.
    """
    signed = elements.get(_REPRESENTATION)
    either = "SS" if signed and signed.value[:1] == b"\1" else "US"
    return _attributes(elements, _Context(implicit, either, "", _Room(), 1))


def _attributes(elements: Elements, context: _Context) -> Attributes:
    named = elements.get(_CHARSET)
    if named is not None:
        charset = named.value.decode("ascii", "replace").strip(" \0")
        context = context._replace(charset=charset)
    context.room.elements -= len(elements)
    if context.room.elements < 0:
        raise TooDeep
    found: Attributes = {}
    for tag in sorted(elements):
        if tag & 0xFFFF == 0 or tag < 0x00030000 or tag == PIXEL_DATA:
            continue
        element = elements[tag]
        vr, unknown = _resolved(tag, element, context.either)
        if vr == "SQ":
            inside = context._replace(implicit=True) if unknown else context
            _add_sequence(found, tag, element, inside)
            continue
        entry = _entry(tag, vr, element, context.charset)
        if entry is not None:
            found[f"{tag:08X}"] = entry
    return found


def _resolved(tag: int, element: Element, either: str) -> tuple[str, bool]:
    """The VR to write, and whether the value was of unknown VR: then it is implicit inside."""
    vr = element.vr
    unknown = vr == "UN"
    if unknown and element.value[-8:] == _SEQUENCE_ENDS:
        return "SQ", True
    if unknown and not tag >> 16 & 1:
        vr = implied_vr(tag)
    return (either if vr == EITHER else vr), unknown


def _add_sequence(found: Attributes, tag: int, element: Element, context: _Context) -> None:
    if context.depth == 1:
        context.room.left -= element.length
        if context.room.left < 0:
            return
    items = scan_items(element.value, implicit=context.implicit, depth=context.depth)
    inside = context._replace(depth=context.depth + 1)
    values = [_attributes(item, inside) for item in items]
    found[f"{tag:08X}"] = {"vr": "SQ", "Value": values} if values else {"vr": "SQ"}


def _entry(tag: int, vr: str, element: Element, charset: str) -> Attributes | None:
    if element.length and not element.value:
        return None
    if not element.length:
        return {"vr": vr}
    if vr in _NUMBERS and tag not in _PALETTES:
        return _with_values(vr, _numbers(vr, element.value))
    write = _WRITERS.get(vr)
    if write is not None:
        return _with_values(vr, write(element.value, charset))
    if element.length > INLINE_AT_MOST and tag not in _PALETTES:
        return None
    shown = "OW" if tag in _PALETTES else vr
    return {"vr": shown, "InlineBinary": b64encode(element.value).decode("ascii")}


def _with_values(vr: str, values: list[Any]) -> Attributes:
    """An empty attribute has no `Value` at all, an empty one among many is null (F.2.5)."""
    if not values or values == [None]:
        return {"vr": vr}
    return {"vr": vr, "Value": values}


def _numbers(vr: str, value: bytes) -> list[Any]:
    code, width = _NUMBERS[vr]
    count = len(value) // width
    numbers = list(unpack_from(f"<{count}{code}", value))
    if vr in ("FL", "FD"):
        return [number if math.isfinite(number) else str(number) for number in numbers]
    return numbers


def _plain(value: bytes, _charset: str) -> list[Any]:
    text = value.decode("latin-1")
    return [part.strip(" \0") or None for part in text.split("\\")]


def _coded(value: bytes, charset: str) -> list[Any]:
    return [part.strip(" \0") or None for part in decoded(value, charset).split("\\")]


def _one(value: bytes, charset: str) -> list[Any]:
    return [decoded(value, charset).rstrip(" \0") or None]


def _person_names(value: bytes, charset: str) -> list[Any]:
    """A name's three groups (F.2.2): alphabetic, ideographic, phonetic."""
    return [_person_name(name) for name in decoded(value, charset, "PN").split("\\")]


def _person_name(name: str) -> dict[str, str] | None:
    groups = [group.strip(" \0") for group in name.split("=")]
    keys = ("Alphabetic", "Ideographic", "Phonetic")
    return {key: group for key, group in zip(keys, groups, strict=False) if group} or None


def _integers(value: bytes, _charset: str) -> list[Any]:
    return [_number(part, int) for part in value.decode("latin-1").split("\\")]


def _decimals(value: bytes, _charset: str) -> list[Any]:
    return [_number(part, float) for part in value.decode("latin-1").split("\\")]


def _number(text: str, kind: Callable[[str], int | float]) -> int | float | str | None:
    """The number, or the text where a device wrote something else there."""
    text = text.strip(" \0")
    if not text:
        return None
    try:
        number = kind(text[:24])
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def _tags(value: bytes, _charset: str) -> list[Any]:
    count = len(value) // 4
    halves = unpack_from(f"<{2 * count}H", value)
    return [f"{halves[n]:04X}{halves[n + 1]:04X}" for n in range(0, 2 * count, 2)]


_WRITERS: dict[str, Callable[[bytes, str], list[Any]]] = {
    **dict.fromkeys(_TEXTS, _plain),
    **dict.fromkeys(_CODED, _coded),
    **dict.fromkeys(_ONE_TEXT, _one),
    "PN": _person_names,
    "IS": _integers,
    "DS": _decimals,
    "AT": _tags,
}


def decoded(value: bytes, charset: str, vr: str = "LO") -> str:
    """Text in the data set's Specific Character Set (PS3.3 C.12.1.1.2); never fails.

    What cannot be read becomes U+FFFD, except that undeclared UTF-8 is read as such.
    """
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    codec = _CODECS.get(charset)
    if codec is None:
        return _decoded_by_pydicom(value, charset, vr)
    if charset in ("", "ISO_IR 6"):
        codec = _utf8_or(value, codec)
    return value.decode(codec, "replace")


def _utf8_or(value: bytes, codec: str) -> str:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return codec
    return "utf-8"


def _decoded_by_pydicom(value: bytes, charset: str, vr: str) -> str:
    """Code extensions (ISO 2022) switch within the text; pydicom knows all of them."""
    import warnings

    from pydicom.charset import convert_encodings, decode_bytes
    from pydicom.valuerep import PN_DELIMS, TEXT_VR_DELIMS

    delimiters = PN_DELIMS if vr == "PN" else TEXT_VR_DELIMS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            encodings = convert_encodings([part.strip() for part in charset.split("\\")])
            return decode_bytes(value, encodings, set(delimiters))
        except (LookupError, UnicodeError, ValueError, TypeError):
            return value.decode("latin-1")
