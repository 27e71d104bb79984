"""Letters and reports of invented clinics, set as PDFs."""

from datetime import datetime
from pathlib import Path

from konsil.core.prose.typst import compile_pdf

HERE = Path(__file__).parent


def letter(*, clinic: str, town: str, day: str, about: str, title: str, text: list[str]) -> bytes:
    """One page on a clinic's letterhead, of `day` ("November 12, 2026"); `text`: paragraphs."""
    written = datetime.strptime(day, "%B %d, %Y")  # noqa: DTZ007 a day has no zone
    data = {
        "clinic": clinic,
        "town": town,
        "day": day,
        "made": [written.year, written.month, written.day],
        "about": about,
        "title": title,
        "text": text,
    }
    return compile_pdf(HERE / "letter.typ", data, {})
