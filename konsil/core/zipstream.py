"""Stream a stored (not compressed) zip of any size in constant memory, its length known before.

APPNOTE.TXT 6.3.10 is cited by section. Entries of unknown CRC get a data descriptor (4.3.9), what
passes 4 GiB gets ZIP64 (4.5.3). Content is read once and checked while it passes.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from konsil.core.zipnames import Names

PIECE = 256 * 1024
LIMIT = 0xFFFFFFFF
MANY = 0xFFFF
UTF8 = 1 << 11
DESCRIPTOR = 1 << 3
_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END64 = struct.Struct("<4sQHHLLQQQQ")
_LOCATOR = struct.Struct("<4sLQL")
_END = struct.Struct("<4sHHHHLLH")


class Mismatch(Exception):
    """An entry's bytes are not those announced; the zip is broken off rather than sent wrong."""


class LengthUnknown(Exception):
    """The length of the zip cannot be told before, because an entry's size is not known."""


@dataclass(frozen=True)
class Entry:
    """One file of the zip. `open` is called once, when its turn comes; `size` in bytes.

    Give `size` and `crc32` when they are known: then any reader can read the zip as it arrives.
    `name` may be anything; it is made safe and unique (see `Names`).
    """

    name: str
    open: Callable[[], BinaryIO]
    size: int | None = None
    crc32: int | None = None
    modified: datetime | None = None


@dataclass
class _Written:
    name: bytes
    flags: int
    stamp: tuple[int, int]
    big: bool
    offset: int
    size: int = 0
    crc32: int = 0


def stream(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The zip, piece by piece. Raises Mismatch in the middle if an entry is not as announced."""
    names, written, at = Names(), list[_Written](), 0
    for entry in entries:
        record = _record(entry, names.take(entry.name), at)
        written.append(record)
        for piece in _file(entry, record):
            at += len(piece)
            yield piece
    yield from _directory(written, at)


def length(entries: Iterable[Entry]) -> int:
    """The exact number of bytes of `stream(entries)`. Raises LengthUnknown."""
    names, written, at = Names(), list[_Written](), 0
    for entry in entries:
        if entry.size is None:
            raise LengthUnknown("The size of the zip is not known before it is made")
        record = _record(entry, names.take(entry.name), at)
        record.size = entry.size
        written.append(record)
        at += len(_head(entry, record)) + entry.size + len(_tail(record))
    return at + sum(len(piece) for piece in _directory(written, at))


def _record(entry: Entry, name: str, offset: int) -> _Written:
    flags = UTF8 if entry.size is not None and entry.crc32 is not None else UTF8 | DESCRIPTOR
    big = entry.size is None or entry.size >= LIMIT
    return _Written(name.encode(), flags, _stamp(entry.modified), big, offset)


def _stamp(at: datetime | None) -> tuple[int, int]:
    """Time and date as MS-DOS counts them (4.4.6): two-second steps from 1980 to 2107."""
    if at is None or not 1980 <= at.year <= 2107:
        return 0, 0x21
    date = (at.year - 1980) << 9 | at.month << 5 | at.day
    return at.hour << 11 | at.minute << 5 | at.second // 2, date


def _file(entry: Entry, record: _Written) -> Iterator[bytes]:
    yield _head(entry, record)
    with entry.open() as source:
        while piece := source.read(PIECE):
            record.size += len(piece)
            record.crc32 = zlib.crc32(piece, record.crc32)
            if entry.size is not None and record.size > entry.size:
                raise Mismatch(f"{entry.name} is longer than it was announced")
            yield piece
    if entry.size not in (None, record.size):
        raise Mismatch(f"{entry.name} is shorter than it was announced")
    if entry.crc32 not in (None, record.crc32):
        raise Mismatch(f"{entry.name} is not what it was when it was announced")
    if tail := _tail(record):
        yield tail


def _head(entry: Entry, record: _Written) -> bytes:
    """The local file header (4.3.7); sizes in the ZIP64 field where they do not fit."""
    described = bool(record.flags & DESCRIPTOR)
    crc32 = 0 if described else entry.crc32 or 0
    size = 0 if described else entry.size or 0
    extra = struct.pack("<HHQQ", 1, 16, size, size) if record.big else b""
    short = LIMIT if record.big else size
    return (
        _LOCAL.pack(
            b"PK\x03\x04",
            45 if record.big else 20,
            record.flags,
            0,
            *record.stamp,
            crc32,
            short,
            short,
            len(record.name),
            len(extra),
        )
        + record.name
        + extra
    )


def _tail(record: _Written) -> bytes:
    if not record.flags & DESCRIPTOR:
        return b""
    shape = "<4sLQQ" if record.big else "<4sLLL"
    return struct.pack(shape, b"PK\x07\x08", record.crc32, record.size, record.size)


def _directory(written: list[_Written], start: int) -> Iterator[bytes]:
    """The central directory and its end (4.3.12 to 4.3.16)."""
    size = 0
    for record in written:
        line = _central(record)
        size += len(line)
        yield line
    count = len(written)
    if count >= MANY or size >= LIMIT or start >= LIMIT:
        yield _END64.pack(b"PK\x06\x06", 44, 0x32D, 45, 0, 0, count, count, size, start)
        yield _LOCATOR.pack(b"PK\x06\x07", 0, start + size, 1)
    few = min(count, MANY)
    yield _END.pack(b"PK\x05\x06", 0, 0, few, few, min(size, LIMIT), min(start, LIMIT), 0)


def _central(record: _Written) -> bytes:
    wide = record.size >= LIMIT
    far = record.offset >= LIMIT
    beyond = [record.size, record.size] * wide + [record.offset] * far
    extra = struct.pack(f"<HH{len(beyond)}Q", 1, 8 * len(beyond), *beyond) if beyond else b""
    short = LIMIT if wide else record.size
    return (
        _CENTRAL.pack(
            b"PK\x01\x02",
            0x32D,  # made by: Unix, version 4.5
            45 if beyond or record.big else 20,
            record.flags,
            0,
            *record.stamp,
            record.crc32,
            short,
            short,
            len(record.name),
            len(extra),
            0,
            0,
            0,
            0o100644 << 16,
            min(record.offset, LIMIT),
        )
        + record.name
        + extra
    )
