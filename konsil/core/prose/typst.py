"""Sets a template of ours on paper as PDF/A-3a and PDF/UA-1, with words as data only."""

import json
import logging
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from konsil.core.prose.text import clean

if TYPE_CHECKING:
    import typst

FONTS = Path(__file__).parent.parent / "fonts"
HOUSE_STYLE = Path(__file__).parent / "prose.typ"
PAGE_LIMIT = 200
TRIES = 4
MISSING = "□"
STANDARDS: "list[typst.PDFStandard]" = ["a-3a", "ua-1"]
PLAIN_FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}\.(png|jpg|json|csv|svg)\Z")
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
NO_CODEPOINT = re.compile(r'disallowed codepoint `"\\u\{([0-9a-f]+)\}"`')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")

log = logging.getLogger(__name__)


class NotPaper(Exception):
    """The document cannot be set on paper; the message says why."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished PDF and the pieces of text that became □ because no font has them."""

    pdf: bytes
    replaced: tuple[str, ...] = ()


def compile_pdf(
    template: Path,
    data: Mapping[str, Any],
    files: Mapping[str, bytes],
    *,
    fonts: Sequence[Path] = (),
) -> bytes:
    """The PDF of `template`, see `set_paper`."""
    return set_paper(template, data, files, fonts=fonts).pdf


def set_paper(
    template: Path,
    data: Mapping[str, Any],
    files: Mapping[str, bytes],
    *,
    fonts: Sequence[Path] = (),
) -> Paper:
    """Compile `template` with `data` (read there as /data.json) and `files` (read as /name).

    The same input gives the same bytes. Only the given files can be read, and only fonts of ours
    and of the folders in `fonts` are used. Text without a glyph becomes □. Raises `NotPaper` for
    more than `PAGE_LIMIT` pages, unsuitable file names and everything Typst refuses. Takes up to
    seconds: call it in a worker.
    """
    replaced: list[str] = []
    given = clean(json.loads(json.dumps({"page_limit": PAGE_LIMIT, **data})))
    for _ in range(TRIES):
        try:
            return Paper(_compile(template, given, files, tuple(fonts)), tuple(replaced))
        except _Refused as refusal:
            replaced.extend(refusal.pieces)
            log.warning("paper: %d pieces of text have no glyph", len(refusal.pieces))
            given = _without(given, refusal.pieces)
    raise NotPaper("Some characters of this document cannot be printed. Write them in letters.")


class _Refused(Exception):
    """Typst named pieces of text that it cannot draw under the standards."""

    def __init__(self, pieces: list[str]) -> None:
        super().__init__(f"{len(pieces)} pieces")
        self.pieces = pieces


def _compile(
    template: Path, data: object, files: Mapping[str, bytes], fonts: tuple[Path, ...]
) -> bytes:
    import typst

    with TemporaryDirectory(prefix="paper-") as name:
        folder = Path(name)
        _fill(folder, template, data, files)
        try:
            pdf = typst.compile(
                folder / "main.typ",
                root=folder,
                font_paths=_fonts(fonts),
                format="pdf",
                pdf_standards=STANDARDS,
                timestamp=0,
            )
        except typst.TypstError as error:
            raise _understood(error) from error
    if not isinstance(pdf, bytes):
        raise NotPaper("The document came out empty.")
    return pdf


def _fill(folder: Path, template: Path, data: object, files: Mapping[str, bytes]) -> None:
    (folder / "main.typ").write_bytes(template.read_bytes())
    (folder / "prose.typ").write_bytes(HOUSE_STYLE.read_bytes())
    (folder / "data.json").write_text(json.dumps(data, sort_keys=True, ensure_ascii=False))
    for name, content in files.items():
        if not PLAIN_FILE.match(name) or name == "data.json":
            raise NotPaper(f"{name[:60]!r} is no name for a file of a document.")
        (folder / name).write_bytes(content)


@lru_cache(maxsize=4)
def _fonts(more: tuple[Path, ...]) -> "typst.Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS, *more]
    )


def _understood(error: "typst.TypstError") -> Exception:
    """What Typst means: pieces of text to replace, or a reason to give up."""
    diagnostic = f"{error.message}\n{error.diagnostic}"
    pieces = [_unescaped(piece) for piece in NO_GLYPH.findall(diagnostic)]
    pieces += [chr(int(code, 16)) for code in NO_CODEPOINT.findall(diagnostic)]
    if guilty := _guilty(set(pieces)):
        return _Refused(guilty)
    if "too many pages" in diagnostic:
        return NotPaper(f"The document has more than {PAGE_LIMIT} pages. Shorten it.")
    return NotPaper(f"The document could not be set on paper: {error.message}")


def _guilty(pieces: set[str]) -> list[str]:
    """The pieces to replace in this round, longest first.

    A letter is named together with a mark on it that no font has; so marks go first, and what
    stands in ASCII, which every font has, is never guilty.
    """
    strange = {piece for piece in pieces if not piece.isascii() or not piece.isprintable()}
    marks = {piece for piece in strange if any(unicodedata.category(c)[0] == "M" for c in piece)}
    return sorted(marks or strange, key=lambda piece: (-len(piece), piece))


def _unescaped(piece: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), piece)


def _without(value: object, pieces: list[str]) -> object:
    """The same data with the refused pieces of text replaced by □."""
    if isinstance(value, str):
        for piece in pieces:
            value = value.replace(piece, MISSING if piece.isprintable() else "")
        return value
    if isinstance(value, dict):
        return {key: _without(item, pieces) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item, pieces) for item in value]
    return value
