"""Tell what a file is by its bytes; its name is a hint for words and never decides what is run.

All that matches is noted: a file that is two things at once is marked `polyglot`. What a browser
could run (web pages, SVG, scripts) is only ever kept as bytes to download.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from konsil.core.finding import Kind

HEAD = 64 * 1024
TAIL = 66 * 1024
BYTES = "application/octet-stream"
EMPTY = "This file is empty (0 bytes). Copy it again from the CD"
PROGRAM = "This is a program. We keep it but never run it"

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HEIC = frozenset((b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc", b"heim", b"heis"))
_VIDEO = frozenset(
    (b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash")
)
_SLIDES = frozenset((".svs", ".ndpi", ".scn", ".bif", ".mrxs", ".vms", ".vmu"))
_CLUTTER = frozenset(
    ("autorun.inf", "thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db", "autorun.ini")
)
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"#!",
)
_WEB = re.compile(rb"<(!doctype\s+html|html|svg|script|body|head)\b", re.I).match
_PROLOG = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<!DOCTYPE", b">"))
_ROOT = re.compile(rb"\s*<(?:([\w.-]+):)?([\w.-]+)([^>]*)>?", re.S)
_HL7 = re.compile(rb"[\x0b\s]*(?:FHS|BHS|MSH)([^\w\s])").match
_FHIR = re.compile(rb'\s*\{.{0,4000}?"resourceType"\s*:\s*"[A-Z]\w+"', re.S).match
_BARE_DATA_SET = re.compile(
    rb"[\x02\x08]\x00.\x00(?:[A-Z]{2}|.{2}\x00\x00)|\x00[\x02\x08]\x00.[A-Z]{2}", re.S
).match
"""The first element's group (0002 or 0008), element, and its VR or a length below 64 KiB."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1d-\x1f]")


class Sniffed(NamedTuple):
    """`reason` is a sentence for the sender, empty when the type is one that we show."""

    kind: Kind
    media_type: str
    reason: str
    polyglot: bool = False


Guess = tuple[Kind, str] | None


def sniff(path: Path, head: bytes | None = None) -> Sniffed:
    """What the file at `path` is; `head` are its first bytes (64 KiB) if they are at hand."""
    size = path.stat().st_size
    if size == 0:
        return Sniffed("empty", BYTES, EMPTY)
    head = _head(path) if head is None else head
    found = list(dict.fromkeys(_all(path, head, size)))
    if not found:
        found = [_by_puremagic(head) or ("unknown", BYTES)]
    kind, media_type = found[0]
    return Sniffed(kind, media_type, _reason(kind, media_type, path), polyglot=len(found) > 1)


def cannot_show(path: Path) -> str:
    ending = f" ({path.suffix.lower()[:12]})" if path.suffix.isascii() and path.suffix else ""
    return f"We keep this file and pass it on, but cannot show it{ending}"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _reason(kind: Kind, media_type: str, path: Path) -> str:
    if kind == "viewer":
        return PROGRAM
    return cannot_show(path) if kind == "unknown" else ""


def _all(path: Path, head: bytes, size: int) -> Iterator[tuple[Kind, str]]:
    """Every type that the bytes claim, the one to go by first."""
    some = False
    for guess in _BY_MAGIC:
        if found := guess(head, path):
            some = True
            yield found
            if found[0] == "dicom":  # its free first bytes can make it something else, too;
                head = b"" if _tiff(head, path) else head[:128]  # a TIFF is allowed (PS3.10 §7.1)
    if zipped := _zip_at_the_end(path, head, size):
        some = True
        yield zipped
    if _is_web_page(_as_utf8(head)):
        yield "unknown", BYTES
    elif not some and (text := _written(head)):
        yield text


def _dicom(head: bytes, path: Path) -> Guess:
    """PS3.10 §7.1: 128 bytes of anything, then DICM; or a bare data set, as old programs write."""
    if head[128:132] == b"DICM":
        directory = b"1.2.840.10008.1.3.10" in head[132:1024]
        return ("dicomdir" if directory else "dicom"), "application/dicom"
    if _BARE_DATA_SET(head):
        return "dicom", "application/dicom"
    return None


def _program(head: bytes, path: Path) -> Guess:
    if head.startswith(_PROGRAMS) and (head[:2] != b"MZ" or len(head) >= 64):
        return "viewer", BYTES
    return ("viewer", BYTES) if path.name.lower() in _CLUTTER else None


def _pdf(head: bytes, path: Path) -> Guess:
    return ("document", "application/pdf") if b"%PDF-" in head[:1024] else None


def _rtf(head: bytes, path: Path) -> Guess:
    return ("unknown", "application/rtf") if head.startswith(b"{\\rtf") else None


def _picture(head: bytes, path: Path) -> Guess:
    if head.startswith(b"\xff\xd8\xff"):
        return "picture", "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "picture", "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture", "image/webp"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "picture", "image/gif"
    if head[:2] == b"BM" and head[6:10] == bytes(4) and len(head) > 26:
        return "picture", "image/bmp"
    return None


def _tiff(head: bytes, path: Path) -> Guess:
    """Also whole slides, which are TIFF: another room reads those."""
    if head[:4] in (b"II+\0", b"MM\0+"):
        return "picture", "image/tiff"
    return ("picture", "image/tiff") if head[:4] in (b"II*\0", b"MM\0*") else None


def _film(head: bytes, path: Path) -> Guess:
    if head[4:8] != b"ftyp":
        return None
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(head[3], 64), 4))}
    if head[8:12] in _HEIC or (brands & _HEIC and not brands & _VIDEO):
        return "picture", "image/heic"
    if brands & _VIDEO or head[8:12] == b"qt  ":
        return "document", "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    return None


def _zip(head: bytes, path: Path) -> Guess:
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    if b"word/document.xml" in head or (b"[Content_Types].xml" in head and b"word/" in head):
        return "document", _DOCX
    return "unknown", "application/zip"


_BY_MAGIC: tuple[Callable[[bytes, Path], Guess], ...] = (
    _dicom,
    _program,
    _pdf,
    _rtf,
    _picture,
    _tiff,
    _film,
    _zip,
)


def _zip_at_the_end(path: Path, head: bytes, size: int) -> Guess:
    """A zip may stand behind anything: it is read from its end (APPNOTE 4.3.16)."""
    if head.startswith(b"PK"):
        return None
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL))
        tail = file.read(TAIL)
    at = tail.rfind(b"PK\x05\x06")
    fits = at >= 0 and len(tail) - at >= 22 and b"PK\x01\x02" in tail[:at]
    return ("unknown", "application/zip") if fits else None


def _written(head: bytes) -> Guess:
    """Kinds of text. Text that claims nothing else is plain text."""
    plain = _as_utf8(head)
    if _CONTROL.search(plain[:4096]):
        return None
    if _HL7(plain):
        return "text", "x-application/hl7-v2+er7"
    if _FHIR(plain):
        return "text", "application/fhir+json"
    if plain.lstrip()[:1] == b"<" and (found := _markup(plain)):
        return found
    return ("text", "text/csv") if _table(plain) else ("text", "text/plain")


def _as_utf8(head: bytes) -> bytes:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[: len(head) & ~1].decode("utf-16", "replace").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def _markup(plain: bytes) -> Guess:
    """XML by its root element: CDA and FHIR are text to read, the rest may hide anything."""
    if not (root := _ROOT.match(_after_prolog(plain))):
        return None
    name, space = root.group(2), root.group(3)
    if name == b"ClinicalDocument":
        return "text", "application/hl7-v3+xml"
    if b"http://hl7.org/fhir" in space:
        return "text", "application/fhir+xml"
    return "unknown", BYTES


def _is_web_page(plain: bytes) -> bool:
    return bool(_WEB(_after_prolog(plain, stop=_WEB)))


def _after_prolog(plain: bytes, stop: Callable[[bytes], object] = lambda _: None) -> bytes:
    """Without leading comments, instructions and declarations; in linear time."""
    plain = plain.lstrip()
    while not stop(plain):
        ends = [end for start, end in _PROLOG if plain[: len(start)].upper() == start]
        if not ends:
            break
        _, found, rest = plain.partition(ends[0])
        plain = rest.lstrip() if found else b""
    return plain


def _table(plain: bytes) -> bool:
    """Three lines or more with the same number of the same separator."""
    whole = plain[: plain.rfind(b"\n", 0, 8192)] if len(plain) > 8192 else plain
    lines = [line for line in whole.splitlines() if line.strip()][:20]
    for separator in (b",", b";", b"\t"):
        counts = {re.sub(rb'"[^"]*"', b"", line).count(separator) for line in lines}
        if len(lines) >= 3 and len(counts) == 1 and counts.pop() >= 1:
            return True
    return False


def _by_puremagic(head: bytes) -> Guess:
    """The long tail: names a type for the download, and never one that a browser would run."""
    import puremagic

    try:
        best = puremagic.magic_string(head[:8192])[0]
    except (puremagic.PureError, ValueError, IndexError):
        return None
    harmless = re.fullmatch(r"(audio|video|application)/[a-z0-9.+-]+", best.mime_type)
    shown = any(word in best.mime_type for word in ("html", "xml", "script", "flash"))
    return ("unknown", best.mime_type) if harmless and not shown else None


def is_slide(path: Path, head: bytes) -> bool:
    """A whole slide by its maker's mark; the room for slides looks closer."""
    marked = b"Aperio" in head or b"Hamamatsu" in head or b"Leica" in head
    return path.suffix.lower() in _SLIDES or (head[:2] in (b"II", b"MM") and marked)
