"""Read one document, picture or text in the sandbox: what it is, whom it names, how to show it.

Only ever loaded in a reading child (`konsil.parcels.sandbox`). The original stays as it came; what
is shown is a copy made here, without scripts, attachments and hidden data.
"""

from pathlib import Path

from konsil.core.finding import Finding
from konsil.parcels.sniffing import HEAD, Sniffed, cannot_show, is_slide, sniff
from konsil.records.reading_pdf import read_pdf
from konsil.records.reading_pictures import read_picture
from konsil.records.reading_structured import read_cda, read_fhir, read_hl7
from konsil.records.reading_words import LOCKED, read_docx, read_text

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BY_TYPE = {
    "application/pdf": read_pdf,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": read_docx,
    "application/hl7-v3+xml": read_cda,
    "application/fhir+json": read_fhir,
    "x-application/hl7-v2+er7": read_hl7,
    "text/plain": read_text,
    "text/csv": read_text,
    "application/fhir+xml": read_text,
}


def read(path: Path, out: Path) -> Finding | None:
    """What the file is, with copies for showing in `out`. None for DICOM: another room reads it.

    Copies have the roles "pdf" (cleaned), "preview" (a JPEG), "page" (a further page of a picture)
    and "thumb" (a JPEG of at most 256 px). `facts` may hold: text (str), truncated (bool), pages
    (int), width and height (px), taken (ISO date of care) with taken_from and taken_confidence
    ("high", "low"), title (str), locked (bool), removed (list of what the cleaned copy lacks).
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    seen = sniff(path, head)
    if seen.kind in ("dicom", "dicomdir"):
        return None
    if seen.kind == "picture":
        slide = is_slide(path, head)
        finding = _plain(seen, cannot_show(path)) if slide else read_picture(path, out, seen)
    elif reader := _BY_TYPE.get(seen.media_type):
        finding = reader(path, out, seen)
    else:
        finding = _plain(seen, LOCKED if _is_locked(head) else seen.reason)
    if seen.polyglot:
        finding["polyglot"] = True
    return finding


def _is_locked(head: bytes) -> bool:
    """A zip whose first file is encrypted (APPNOTE 4.4.4), or such an office file."""
    zipped = head[:4] == b"PK\x03\x04" and bool(head[6] & 1)
    return zipped or (head[:4] == b"\xd0\xcf\x11\xe0" and _ENCRYPTED in head)


def _plain(seen: Sniffed, reason: str) -> Finding:
    return {
        "kind": "unknown" if seen.kind == "picture" else seen.kind,
        "media_type": seen.media_type,
        "reason": reason,
        "identity": None,
        "facts": {},
        "copies": [],
    }
