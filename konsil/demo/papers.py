"""Letters and reports of invented clinics, set as PDFs."""

from pathlib import Path

from konsil.core.prose.typst import compile_pdf

HERE = Path(__file__).parent


def letter(*, clinic: str, town: str, day: str, about: str, title: str, text: list[str]) -> bytes:
    """One page on a clinic's letterhead; `text` are its paragraphs."""
    data = {
        "clinic": clinic,
        "town": town,
        "day": day,
        "about": about,
        "title": title,
        "text": text,
    }
    return compile_pdf(HERE / "letter.typ", data, {})
