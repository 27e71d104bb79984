"""Find the elements of a DICOM data set by their offsets, without building objects (PS3.5 §7).

This walks explicit and implicit VR little endian only, which is nearly all that arrives. What it
does not know it leaves to pydicom by raising `Unusual`; what cannot be right it refuses. It never
allocates from a declared size, and never goes deeper than `DEEPEST`.
"""

from struct import Struct, error
from typing import BinaryIO, NamedTuple

from konsil.imaging.dictionary import implied_vr

DEEPEST = 64
MOST_ELEMENTS = 50_000
BULK = 64 * 1024
LARGEST_SEQUENCE = 8 * 1024 * 1024
WIDEST_WINDOW = 64 * 1024 * 1024
UNDEFINED = 0xFFFFFFFF
PIXEL_DATA = 0x7FE00010
PIXELS = frozenset({PIXEL_DATA, 0x7FE00008, 0x7FE00009})

_SHORT = {
    name.encode(): name
    for name in [
        "AE",
        "AS",
        "AT",
        "CS",
        "DA",
        "DS",
        "DT",
        "FD",
        "FL",
        "IS",
        "LO",
        "LT",
        "PN",
        "SH",
        "SL",
        "SS",
        "ST",
        "TM",
        "UI",
        "UL",
        "US",
    ]
}
_LONG = {
    name.encode(): name
    for name in ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]
}
_ENDLESS = frozenset({"SQ", "UN", "OB", "OW"})
_EXPLICIT = Struct("<HH2sH").unpack_from
_IMPLICIT = Struct("<HHL").unpack_from
_LENGTH = Struct("<L").unpack_from
_new = tuple.__new__  # a third of a NamedTuple's own cost, and this runs for every element


class Unusual(Exception):
    """The fast scanner does not know this encoding; pydicom may."""


class BreaksOff(Exception):
    """The file ends before what it announces."""


class TooDeep(Exception):
    """The file nests deeper, or holds more, than any image does."""


class Element(NamedTuple):
    """One element: where its value lies in the file, and the value itself unless it is bulk."""

    vr: str
    offset: int
    length: int
    value: bytes


Elements = dict[int, Element]


class Scan(NamedTuple):
    """All elements before the pixels, then the pixels (value never read) or None."""

    elements: Elements
    pixels: Element | None


class _Where(NamedTuple):
    """Where in the file the window begins, how long the file is, how deep the walk has come."""

    base: int
    size: int
    depth: int


class _Walked(NamedTuple):
    at: int
    pixels: Element | None
    ended: bool


def scan(
    file: BinaryIO, size: int, start: int, *, implicit: bool, into: Elements | None = None
) -> Scan:
    """Walk the data set that starts at byte `start` of a file of `size` bytes, up to its pixels.

    Raises `BreaksOff`, `TooDeep` or `Unusual`; `into` then holds what was read before that.
    """
    elements: Elements = {} if into is None else into
    walk = _walk_implicit if implicit else _walk_explicit
    at, width = start, BULK
    while True:
        file.seek(at)
        data = file.read(width)
        walked = walk(data, elements, 0, len(data), _Where(at, size, 0))
        if walked.ended:
            return Scan(elements, walked.pixels)
        if len(elements) > MOST_ELEMENTS:
            raise TooDeep
        if walked.at == at:
            width = _wider(width, at, len(data), size)
        at = walked.at


def scan_items(value: bytes, *, implicit: bool, depth: int = 1) -> list[Elements]:
    """The items of a sequence's value (PS3.5 §7.5), each as its elements."""
    if depth > DEEPEST:
        raise TooDeep
    walk = _walk_implicit if implicit else _walk_explicit
    items: list[Elements] = []
    at, end = 0, len(value)
    while at + 8 <= end:
        group, number, length = _IMPLICIT(value, at)
        at += 8
        if group != 0xFFFE or number == 0xE0DD:
            break
        stop = end if length == UNDEFINED else at + length
        if stop > end:
            raise BreaksOff
        elements: Elements = {}
        walked = walk(value, elements, at, stop, _Where(0, stop, depth))
        items.append(elements)
        at = walked.at if length == UNDEFINED else stop
    return items


def _wider(width: int, at: int, got: int, size: int) -> int:
    if at + got >= size:
        raise BreaksOff
    if width >= WIDEST_WINDOW:
        raise TooDeep
    return width * 8


def _walk_explicit(data: bytes, elements: Elements, at: int, stop: int, where: _Where) -> _Walked:
    """Walk as far as `data` reaches; one flat loop, because this is the hottest code of ingest."""
    base, size, depth = where
    try:
        while at < stop:
            group, number, code, length = _EXPLICIT(data, at)
            begin = at + 8
            vr = _SHORT.get(code)
            if vr is None:
                vr = _LONG.get(code)
                if vr is None:
                    return _at_delimiter(group, number, base, begin)
                length = _LENGTH(data, begin)[0]
                begin += 4
            tag = group << 16 | number
            if tag in PIXELS and not depth:
                return _Walked(base + at, Element(vr, base + begin, length, b""), True)
            if length == UNDEFINED:
                end = _after_sequence(data, begin, vr, depth, implicit=False)
            else:
                end = begin + length
            if end > stop:
                return _beyond(elements, tag, (vr, base + begin, length), base + at, size)
            elements[tag] = _new(Element, (vr, base + begin, end - begin, data[begin:end]))
            at = end
    except error:
        return _ran_out(base + at, base + stop, size)
    return _Walked(base + at, None, base + at >= size)


def _walk_implicit(data: bytes, elements: Elements, at: int, stop: int, where: _Where) -> _Walked:
    base, size, depth = where
    try:
        while at < stop:
            group, number, length = _IMPLICIT(data, at)
            begin = at + 8
            tag = group << 16 | number
            if tag in PIXELS and not depth:
                return _Walked(base + at, Element("OW", base + begin, length, b""), True)
            if group == 0xFFFE:
                return _at_delimiter(group, number, base, begin)
            vr = implied_vr(tag)
            if length == UNDEFINED:
                vr = "SQ"
                end = _after_sequence(data, begin, vr, depth, implicit=True)
            else:
                end = begin + length
            if end > stop:
                return _beyond(elements, tag, (vr, base + begin, length), base + at, size)
            elements[tag] = _new(Element, (vr, base + begin, end - begin, data[begin:end]))
            at = end
    except error:
        return _ran_out(base + at, base + stop, size)
    return _Walked(base + at, None, base + at >= size)


def _at_delimiter(group: int, number: int, base: int, after: int) -> _Walked:
    if group == 0xFFFE and number == 0xE00D:
        return _Walked(base + after, None, True)
    raise Unusual("an unknown value representation")


def _ran_out(at: int, stop: int, size: int) -> _Walked:
    if stop >= size:
        raise BreaksOff
    return _Walked(at, None, False)


def _beyond(
    elements: Elements, tag: int, found: tuple[str, int, int], at: int, size: int
) -> _Walked:
    """The value runs past the window: step over bulk, ask for a wider window for the rest."""
    vr, begin, length = found
    if length != UNDEFINED and begin + length > size:
        raise BreaksOff
    if length != UNDEFINED and length > (LARGEST_SEQUENCE if vr == "SQ" else BULK):
        elements[tag] = Element(vr, begin, length, b"")
        return _Walked(begin + length, None, begin + length >= size)
    return _Walked(at, None, False)


def _after_sequence(data: bytes, at: int, vr: str, depth: int, *, implicit: bool) -> int:
    """Where a value of undefined length ends. Runs off the window with `struct.error`.

    Beside sequences these are fragments of an icon's pixels, and sequences of unknown VR, which
    are always in implicit VR (PS3.5 §6.2.2).
    """
    if vr not in _ENDLESS:
        raise Unusual("undefined length outside a sequence")
    if depth >= DEEPEST:
        raise TooDeep
    implicit = implicit or vr == "UN"
    while True:
        group, number, length = _IMPLICIT(data, at)
        at += 8
        if group != 0xFFFE:
            raise Unusual("something other than an item in a sequence")
        if number == 0xE0DD:
            return at
        at = (
            _after_item(data, at, depth + 1, implicit=implicit)
            if length == UNDEFINED
            else (at + length)
        )


def _after_item(data: bytes, at: int, depth: int, *, implicit: bool) -> int:
    while True:
        if _IMPLICIT(data, at)[0] == 0xFFFE:
            return at + 8
        vr, begin, length = _head(data, at, implicit=implicit)
        at = (
            _after_sequence(data, begin, vr, depth, implicit=implicit)
            if length == UNDEFINED
            else begin + length
        )


def _head(data: bytes, at: int, *, implicit: bool) -> tuple[str, int, int]:
    if implicit:
        _, _, length = _IMPLICIT(data, at)
        return "SQ", at + 8, length
    _, _, code, length = _EXPLICIT(data, at)
    if code in _SHORT:
        return _SHORT[code], at + 8, length
    if code not in _LONG:
        raise Unusual("an unknown value representation")
    return _LONG[code], at + 12, _LENGTH(data, at + 8)[0]
