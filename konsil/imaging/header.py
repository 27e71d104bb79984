"""Open a DICOM file: preamble or none, file meta, and the data set in whatever encoding."""

import io
import zlib
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from konsil.imaging import syntaxes
from konsil.imaging.scanner import (
    BreaksOff,
    Element,
    Elements,
    Scan,
    Unusual,
    scan,
)

TRANSFER_SYNTAX = 0x00020010
SOP_CLASS = 0x00080016
SOP_UID = 0x00080018
STUDY_UID = 0x0020000D
MODALITY = 0x00080060
_PROOF = (SOP_CLASS, SOP_UID, STUDY_UID, MODALITY)
_FIRST_READ = 1024 * 1024
_INFLATED_AT_MOST = 64 * 1024 * 1024
_INFLATED_RATIO = 4


class Header(NamedTuple):
    """A data set up to its pixels; `path` is the file in which `pixels.offset` counts."""

    path: Path
    size: int
    syntax: str
    implicit: bool
    elements: Elements
    pixels: Element | None
    preamble: bool
    cut: bool


class NotDicom(Exception):
    """The file is something else."""


def open_header(path: Path, out: Path) -> Header:
    """Read the header of `path`; a deflated data set is inflated into `out` within limits.

    Raises `NotDicom`, `scanner.BreaksOff`, `scanner.TooDeep` or `scanner.Unusual`. A header that
    breaks off comes back with `cut` set and whatever could be read before it.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(132 + 16)
        preamble = first[128:132] == b"DICM"
        start = 132 if preamble else 0
        if not preamble and not _looks_like_elements(first):
            raise NotDicom
        try:
            syntax, begin = _meta(file, start)
        except Unusual:
            header = _by_pydicom(path, size, "")
        else:
            header = _read(file, path, begin, syntax, out)
    if not preamble and not any(tag in header.elements for tag in _PROOF):
        raise NotDicom
    return header._replace(preamble=preamble)


def _looks_like_elements(first: bytes) -> bool:
    """Without a preamble, a data set begins in group 0002 or 0008 with a small length."""
    if first[:2] == b"\x00\x08" and first[4:6].isalpha() and first[4:6].isupper():
        return True
    if len(first) < 16 or first[0] not in (2, 8) or first[1] != 0:
        return False
    if first[4:6].isalpha() and first[4:6].isupper():
        return True
    return int.from_bytes(first[4:8], "little") <= 0x400


def _meta(file: BinaryIO, start: int) -> tuple[str, int]:
    """Walk the file meta group (PS3.10 §7.1): the transfer syntax, and where the data set starts.

    The group length is not trusted: the group ends where another begins.
    """
    file.seek(start)
    data = file.read(_FIRST_READ)
    at, syntax = 0, ""
    while data[at : at + 2] == b"\x02\x00":
        code = data[at + 4 : at + 6]
        if not (code.isalpha() and code.isupper()):
            raise Unusual("file meta in implicit VR")
        if code in (b"OB", b"UN", b"OW"):
            begin, length = at + 12, int.from_bytes(data[at + 8 : at + 12], "little")
        else:
            begin, length = at + 8, int.from_bytes(data[at + 6 : at + 8], "little")
        if begin + length > len(data):
            raise BreaksOff
        if data[at + 2 : at + 4] == b"\x10\x00":
            syntax = data[begin : begin + length].decode("ascii", "replace").strip(" \0")
        at = begin + length
    return syntax or _guess(data[at : at + 8]), start + at


def _guess(head: bytes) -> str:
    code = head[4:6]
    if not (code.isalpha() and code.isupper()):
        return syntaxes.IMPLICIT
    return syntaxes.BIG_ENDIAN if head[0] == 0 and head[1] else syntaxes.EXPLICIT


def _read(file: BinaryIO, path: Path, begin: int, syntax: str, out: Path) -> Header:
    size = path.stat().st_size
    if syntax == syntaxes.BIG_ENDIAN:
        return _by_pydicom(path, size, syntax)
    if syntax == syntaxes.DEFLATED:
        path = _inflate(file, begin, size, out)
        with path.open("rb") as inflated:
            return _scanned(inflated, path, path.stat().st_size, 0, syntax)
    try:
        return _scanned(file, path, size, begin, syntax)
    except Unusual:
        return _by_pydicom(path, size, syntax)


def _scanned(file: BinaryIO, path: Path, size: int, begin: int, syntax: str) -> Header:
    """Some writers say one encoding and use the other: the first element decides."""
    file.seek(begin)
    implicit = _guess(file.read(8)) == syntaxes.IMPLICIT
    elements: Elements = {}
    cut = False
    found = Scan(elements, None)
    try:
        found = scan(file, size, begin, implicit=implicit, into=elements)
    except BreaksOff:
        cut = True
    return Header(path, size, syntax, implicit, elements, found.pixels, True, cut)


def _inflate(file: BinaryIO, begin: int, size: int, out: Path) -> Path:
    """Inflate a deflated data set (PS3.5 A.5) in small steps, refusing what swells too far."""
    limit = max(_INFLATED_AT_MOST, _INFLATED_RATIO * size)
    target = out / "inflated"
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    file.seek(begin)
    written = 0
    with target.open("wb") as sink:
        while not engine.eof:
            chunk = engine.unconsumed_tail or file.read(65536)
            if not chunk:
                break
            try:
                piece = engine.decompress(chunk, 1024 * 1024)
            except zlib.error:
                raise BreaksOff from None
            written += len(piece)
            if written > limit:
                raise Unusual("a deflated file that swells beyond reason")
            sink.write(piece)
    return target


class _Clamped(io.BufferedReader):
    """A file that never promises more bytes than it has, so that no reader allocates for them."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__(path.open("rb", buffering=0))
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self._size - self.tell())
        return super().read(left if size is None or size < 0 else min(size, left))


def _by_pydicom(path: Path, size: int, syntax: str) -> Header:
    """Let pydicom read the header, write it again in explicit VR little endian, and scan that."""
    from pydicom import dcmread
    from pydicom.filebase import DicomBytesIO
    from pydicom.filewriter import write_dataset

    try:
        with _Clamped(path, size) as file:
            data_set = dcmread(file, stop_before_pixels=True, force=True)
            ended = file.tell()
        big = data_set.original_encoding[1] is False
        implicit = data_set.original_encoding[0] is True
        sink = DicomBytesIO()
        sink.is_little_endian, sink.is_implicit_VR = True, False
        for element in list(data_set):
            data_set.add(element)  # a raw element of implicit VR has no VR to write yet
        write_dataset(sink, data_set)
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as trouble:  # a hostile header may make a parser fail in any way at all
        raise Unusual(str(trouble)) from trouble
    rewritten = sink.getvalue()
    found = scan(io.BytesIO(rewritten), len(rewritten), 0, implicit=False)
    pixels = _pixels_at(path, ended, implicit=implicit, big=big)
    syntax = syntax or str(data_set.file_meta.get("TransferSyntaxUID", syntaxes.IMPLICIT))
    return Header(path, size, syntax, False, found.elements, pixels, True, False)


def _pixels_at(path: Path, at: int, *, implicit: bool, big: bool) -> Element | None:
    with path.open("rb") as file:
        file.seek(at)
        head = file.read(12)
    order: Literal["big", "little"] = "big" if big else "little"
    group = int.from_bytes(head[:2], order)
    if len(head) < 8 or group != 0x7FE0:
        return None
    long = not implicit and head[4:6] in (b"OB", b"OW", b"OF", b"OD", b"UN")
    number = head[8:12] if long else head[4:8]
    length = int.from_bytes(number, order)
    vr = "OW" if implicit else head[4:6].decode("ascii", "replace")
    return Element(vr, at + (12 if long else 8), length, b"")
