"""Draws a paper about money from its frozen content, and keeps the PDF in the store."""

from dataclasses import asdict, dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from konsil.core.prose.typst import compile_pdf
from konsil.parcels.keeping import store

TEMPLATE = Path(__file__).parent / "money.typ"
LETTER = ("US-", "CA-", "MX-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What stands on the paper, in words only; frozen as JSON with the row that it belongs to.

    `facts` and `parts` are (word, value) pairs, `lines` (what, code, amount) in words.
    """

    title: str
    lead: str = ""
    house: dict[str, Any] = field(default_factory=dict)
    facts: list[list[str]] = field(default_factory=list)
    lines_title: str = "What it is for"
    columns: list[str] = field(default_factory=lambda: ["Service", "Code", "Amount"])
    lines: list[list[str]] = field(default_factory=list)
    total: list[str] = field(default_factory=list)
    parts: list[list[Any]] = field(default_factory=list)
    day: str = "2026-01-01"
    identity: str = ""
    version: str = ""
    place: str = ""

    def frozen(self) -> dict[str, Any]:
        return asdict(self)


def pdf_of(content: dict[str, Any]) -> bytes:
    """The PDF/A-3a of a frozen content; the same content gives the same bytes."""
    day = date.fromisoformat(content["day"])
    data = {
        **content,
        "author": [content["house"]["name"]],
        "lang": "en",
        "paper": "us-letter" if content["place"].startswith(LETTER) else "a4",
        "date": [day.year, day.month, day.day],
        "running": content["title"],
        "watermark": "",
    }
    return compile_pdf(TEMPLATE, data, {})


def keep(content: dict[str, Any]) -> tuple[str, int]:
    """Draw and keep it; its SHA-256 and its size in bytes."""
    kept = store().put(BytesIO(pdf_of(content)))
    return kept.sha256, kept.size


def kept(sha256: str) -> bytes:
    with store().open(sha256) as pdf:
        return pdf.read()
