"""Clean a PDF for showing: no scripts, launches, attachments, forms that send, or calls home."""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from konsil.core.finding import Finding
from konsil.parcels.sniffing import Sniffed

if TYPE_CHECKING:
    import pikepdf

LOCKED = "This PDF has a password. Send it without, or tell us the password by phone"
DAMAGED = "This PDF is damaged. Send it again, or print it and send a photo"

_ACTIONS = frozenset(
    f"/{name}"
    for name in (
        *("JavaScript", "Launch", "URI", "SubmitForm", "ImportData", "GoToR", "GoToE", "Thread"),
        *("Rendition", "Movie", "Sound", "RichMediaExecute", "GoTo3DView", "Hide", "ResetForm"),
    )
)
_KEYS = {
    "/JS": "script",
    "/JavaScript": "script",
    "/AA": "script",
    "/OpenAction": "action",
    "/EmbeddedFiles": "attachment",
    "/EF": "attachment",
    "/AF": "attachment",
    "/RF": "attachment",
    "/XFA": "form",
    "/RichMediaContent": "media",
    "/Collection": "attachment",
    "/PieceInfo": "private data",
    "/Perms": "permission",
}
_NOTES = frozenset(("/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/3D", "/Sound"))
_FIRST_YEAR = 1990
"""Before PDF there was none: a date like 1970 is a clock that was never set."""
_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)").match


def read_pdf(path: Path, out: Path, seen: Sniffed) -> Finding:
    """Pages, title and date, and a cleaned copy with the role "pdf"; or why there is none."""
    import pikepdf

    finding: Finding = {
        "kind": "document",
        "media_type": "application/pdf",
        "reason": "",
        "identity": None,
        "facts": {},
        "copies": [],
    }
    try:
        with pikepdf.open(path) as pdf:
            finding["facts"] = _facts(pdf)
            finding["facts"] |= {"removed": sorted(clean(pdf))}
            name = "document.pdf"
            pdf.save(
                out / name,
                encryption=False,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                deterministic_id=True,
            )
    except pikepdf.PasswordError:
        finding["reason"], finding["facts"] = LOCKED, {"locked": True}
        return finding
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError):
        finding["kind"], finding["reason"] = "broken", DAMAGED
        return finding
    finding["copies"] = [{"role": "pdf", "name": name, "media_type": "application/pdf"}]
    return finding


def _facts(pdf: "pikepdf.Pdf") -> dict[str, Any]:
    facts: dict[str, Any] = {"pages": len(pdf.pages)}
    about = pdf.docinfo
    if (title := _string(about, "/Title")) and not title.lower().startswith("microsoft word"):
        facts["title"] = title
    if made := _date(_string(about, "/CreationDate")):
        facts |= {"taken": made, "taken_from": "when the PDF was made", "taken_confidence": "low"}
    return facts


def _string(about: "pikepdf.Dictionary", key: str) -> str:
    try:
        return str(about.get(key, ""))[:300].strip()
    except (ValueError, TypeError):
        return ""


def _date(written: str) -> str:
    if found := _PDF_DATE(written):
        try:
            made = date(*map(int, found.groups()))
        except ValueError:
            return ""
        return made.isoformat() if made.year >= _FIRST_YEAR else ""
    return ""


def clean(pdf: "pikepdf.Pdf") -> set[str]:
    """Take everything out that acts, calls or carries; say what was there. PDF 32000-1 §12.6.

    Walks all that can be reached, since only that is saved. Raises ValueError for a document that
    hides its parts under names that cannot be read.
    """
    for owner, key in ((pdf.trailer, "/Info"), (pdf.Root, "/Metadata")):
        if key in owner:
            del owner[key]
    removed, met = set[str](), set[tuple[int, int]]()
    todo: list[Any] = [pdf.trailer]
    while todo:
        here = todo.pop()
        if here.is_indirect:
            if here.objgen in met:
                continue
            met.add(here.objgen)
        todo += _scrubbed(here, removed)
    return removed


def _scrubbed(here: Any, removed: set[str]) -> list[Any]:
    """Take the harmful values out of this array or dictionary; what is left to be looked into."""
    import pikepdf

    keys: list[Any] = list(
        reversed(range(len(here))) if isinstance(here, pikepdf.Array) else here.keys()
    )
    further = []
    for key in keys:
        try:
            value = here[key]
        except TypeError:
            raise ValueError("a name that is no text") from None
        if what := _KEYS.get(key) or _harm(value):
            removed.add(what)
            del here[key]
        elif isinstance(value, (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream)):
            further.append(value)
    return further


def _harm(value: Any) -> str:
    """What this value would do, if it is an action, an attachment or a note that carries one."""
    import pikepdf

    if not isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        return ""
    if _name(value, "/S") in _ACTIONS and _name(value, "/Type") in ("", "/Action"):
        return "script" if _name(value, "/S") == "/JavaScript" else "action"
    if _name(value, "/Type") == "/EmbeddedFile":
        return "attachment"
    if _name(value, "/Subtype") in _NOTES and "/Rect" in value:
        return "attachment"
    return ""


def _name(value: Any, key: str) -> str:
    import pikepdf

    found = value.get(key)
    return str(found) if isinstance(found, pikepdf.Name) else ""
