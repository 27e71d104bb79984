"""Take the words out of plain text and word-processor files, bounded, without trusting markup."""

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, ClassVar
from xml.parsers import expat

from konsil.core.finding import Finding, Kind
from konsil.parcels.sniffing import Sniffed

MOST_WORDS = 200_000
MOST_BYTES = 32 * 1024 * 1024
DEEPEST = 200
LOCKED = "This file has a password. Send it without, or tell us the password by phone"
DAMAGED_DOCX = "This document is damaged. Send it again, or as a PDF"
TORN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError)
"""What zipfile says of a zip that is damaged."""


class Refused(Exception):
    """The markup is broken, too deep, or brings definitions of its own."""


def read_text(path: Path, out: Path, seen: Sniffed) -> Finding:
    """The first part of the text, in whichever of the usual encodings it is."""
    with path.open("rb") as file:
        data = file.read(4 * MOST_WORDS)
    text = decode(data)
    return words(seen, text, truncated=path.stat().st_size > len(data))


def read_docx(path: Path, out: Path, seen: Sniffed) -> Finding:
    """The text of a .docx without its looks; the original is one click away."""
    page = _Page()
    try:
        with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as source:
            whole = parse(source, start=page.start, end=page.end, text=page.text)
    except (*TORN, Refused):
        return _without_words(seen, "broken", DAMAGED_DOCX, {})
    except RuntimeError:  # how zipfile says that a password is wanted
        return _without_words(seen, "document", LOCKED, {"locked": True})
    return words(seen, "".join(page.pieces), truncated=not whole)


def _without_words(seen: Sniffed, kind: Kind, reason: str, facts: dict[str, bool]) -> Finding:
    finding = words(seen, "", truncated=False)
    finding["kind"], finding["reason"], finding["facts"] = kind, reason, dict(facts)
    return finding


class _Page:
    """What is heard while a WordprocessingML document is parsed (ISO 29500-1 §17.3)."""

    _AFTER: ClassVar = {"p": "\n", "tr": "\n", "tc": "\t", "br": "\n", "cr": "\n", "tab": "\t"}

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Nothing is written at a beginning."""

    def end(self, name: str) -> None:
        self.pieces.append(self._AFTER.get(name, ""))

    def text(self, path: list[str], data: str) -> None:
        if path[-1:] == ["t"]:
            self.pieces.append(data)


def parse(
    source: "IO[bytes]",
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[list[str], str], None],
) -> bool:
    """Feed XML to the three listeners, names without prefix; False if it went on too long.

    Raises Refused for what is not well-formed, nests deeper than `DEEPEST`, or defines entities:
    then nothing can be read from elsewhere and nothing can swell.
    """
    path: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        path.append(name := _local(name))
        if len(path) > DEEPEST:
            raise Refused("nested too deeply")
        start(name, attributes)

    def finish(_: str) -> None:
        end(path.pop())

    def define(*_: object) -> None:
        raise Refused("defines types of its own")

    parser = expat.ParserCreate()  # real documents use prefixes that they forget to declare
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.CharacterDataHandler = lambda data: text(path, data)
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = define
    left = MOST_BYTES
    try:
        while left > 0 and (piece := source.read(min(left, 65536))):
            parser.Parse(piece, False)
            left -= len(piece)
        if left > 0:
            parser.Parse(b"", True)
    except expat.ExpatError:
        raise Refused("is not well-formed") from None
    return left > 0


def _local(name: str) -> str:
    """The name without its prefix; extensions keep theirs, or they pass for others."""
    return name if name.startswith("sdtc:") else name.rpartition(":")[2]


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else Windows-1252, which takes nearly anything."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data[: len(data) & ~1].decode("utf-16", "replace")
    data = data.removeprefix(b"\xef\xbb\xbf")
    for cut in range(4):  # the end may be in the middle of a letter
        try:
            return data[: len(data) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace")


def words(seen: Sniffed, text: str, *, truncated: bool) -> Finding:
    """A finding with the text that fits; control characters are taken out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    plain = "".join(sign for sign in lines[:MOST_WORDS] if sign.isprintable() or sign in "\n\t")
    return {
        "kind": seen.kind,
        "media_type": seen.media_type,
        "reason": "",
        "identity": None,
        "facts": {"text": plain.strip(), "truncated": truncated or len(lines) > MOST_WORDS},
        "copies": [],
    }
