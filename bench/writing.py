"""Renews the block of figures in docs/performance.md; the words around it are people's."""

import re
from collections.abc import Sequence
from pathlib import Path

from bench.table import Row, as_markdown

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by python -m bench --write -->", "<!-- end of figures -->"


def write(rows: Sequence[Row], facts: Sequence[str], *, page: Path = PAGE) -> None:
    """Put the table and what it was measured on between the two marks."""
    words = page.read_text()
    block = "\n".join([BEGIN, *(f"- {fact}" for fact in facts), "", as_markdown(rows), END])
    between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    if not between.search(words):
        raise ValueError(f"{page} has lost the marks of its figures: {BEGIN} and {END}")
    page.write_text(between.sub(lambda _: block, words))
