"""A written text on paper: words stay words, every script prints, the same bytes each time."""

import re
import unicodedata
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pypdf import PdfReader

from konsil.core.prose import typst as paper
from konsil.core.prose.schema import check, clean, paragraphs
from konsil.core.prose.sheets import Sheets
from konsil.core.prose.typst import NotPaper, compile_pdf, set_paper
from konsil.core.tests.prose_texts import docs

TEMPLATES = list(Path(paper.__file__).parents[2].rglob("*.typ"))
BARE = {
    "house": {"name": "House", "office": "", "lines": [], "logo": ""},
    "title": "A text",
    "author": ["Nobody"],
    "date": [2026, 12, 8],
    "lang": "en",
    "paper": "a4",
    "running": "",
    "identity": "",
    "version": "",
    "watermark": "",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "text.typ"
    path.write_text(
        '#import "prose.typ": *\n#let data = json("/data.json")\n#show: paper.with(data)\n'
        "#heading(level: 1, data.title)\n#heading(level: 2)[Part]\n#prose(data.blocks)\n"
    )
    return path


def data(written: Any) -> dict[str, Any]:
    return {**BARE, "blocks": Sheets().blocks(check(clean(written)))}


def printed(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(docs)
def test_every_text_the_editor_can_write_goes_on_paper(
    template: Path, written: dict[str, Any]
) -> None:
    """F13.3, and PDF/UA-1 checks alt texts and heading levels while compiling."""
    assert compile_pdf(template, data(written), {}).startswith(b"%PDF-1.7")


def test_typst_in_a_text_is_printed_as_its_characters(template: Path) -> None:
    hostile = '#read("/etc/passwd") *bold* $x^2$ @ref [x] \\u{41} // gone'

    pdf = compile_pdf(template, data(paragraphs(hostile)), {})

    assert hostile in printed(pdf).replace("\n", " ")


def test_no_template_evaluates_or_fetches() -> None:
    assert TEMPLATES
    for path in TEMPLATES:
        code = path.read_text()
        assert not re.search(r"\beval\(|@preview|\bplugin\(", code), path


def test_a_character_of_every_script_prints_or_becomes_a_box(template: Path) -> None:
    """Setup snag 8: one character must never refuse a whole report."""
    scripts: dict[str, str] = {}
    for code in range(0xA0, 0x1FBFF):
        letter = chr(code)
        if unicodedata.category(letter) in ("Lo", "Ll", "Lu", "So", "Sm", "Nd", "Mn", "Cf"):
            scripts.setdefault(unicodedata.name(letter, "?").split()[0], letter)
    everything = " ".join(f"a{letter}b" for letter in scripts.values())

    made = set_paper(template, data(paragraphs(everything)), {})

    assert len(scripts) > 150
    assert made.pdf.startswith(b"%PDF")
    assert made.replaced


@pytest.mark.parametrize("words", ["≥ ≤ → µ ± × − ☐ ✓ □ α β", "Žluťoučký Größe ñ", "Мария Ελένη"])
def test_the_signs_that_physicians_write_are_printed_as_they_are(
    template: Path, words: str
) -> None:
    made = set_paper(template, data(paragraphs(words)), {})

    assert made.replaced == ()
    assert words in printed(made.pdf)


@pytest.mark.parametrize("words", ["مريض", "אבג", "नमस्ते", "สวัสดี", "বাংলা", "தமிழ்"])
def test_the_scripts_we_carry_fonts_for_lose_nothing(template: Path, words: str) -> None:
    assert set_paper(template, data(paragraphs(words)), {}).replaced == ()


def test_a_script_without_a_font_becomes_boxes_and_the_rest_is_printed(template: Path) -> None:
    made = set_paper(template, data(paragraphs("Name: 王小明 😀 end")), {})

    assert set(made.replaced) == set("王小明😀")
    assert "Name: □□□ □ end" in printed(made.pdf)


@pytest.mark.parametrize("words", ["\xad", " ", "\u200b", "\u2060", "\ufe0f", "\u3000"])
def test_a_link_of_which_nothing_is_seen_does_not_stop_the_report(
    template: Path, words: str
) -> None:
    """F13.7: pasted text may hold one; a signed opinion must go on paper all the same."""
    marks = [{"type": "link", "attrs": {"href": "https://example.org/"}}]
    text = {"type": "text", "text": words, "marks": marks}
    doc = {"type": "doc", "content": [{"type": "paragraph", "content": [text]}]}

    assert compile_pdf(template, data(check(doc)), {}).startswith(b"%PDF")


def test_the_same_text_gives_the_same_bytes(template: Path) -> None:
    once, again = (compile_pdf(template, data(paragraphs("Same")), {}) for _ in range(2))

    assert once == again


def test_a_document_without_end_is_refused_in_words(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "PAGE_LIMIT", 2)

    with pytest.raises(NotPaper, match="more than 2 pages"):
        compile_pdf(template, data(paragraphs("Line\n\n" * 200)), {})


@pytest.mark.parametrize("name", ["../x.png", "/etc/x.png", "x.typ", "data.json", "a/b.png"])
def test_a_file_with_a_strange_name_is_refused(template: Path, name: str) -> None:
    with pytest.raises(NotPaper, match="no name for a file"):
        compile_pdf(template, data(paragraphs("x")), {name: b""})


def test_a_template_cannot_read_outside_its_folder(tmp_path: Path) -> None:
    spy = tmp_path / "spy.typ"
    spy.write_text('#read("/../../etc/hostname")')

    with pytest.raises(NotPaper):
        compile_pdf(spy, {}, {})


def test_right_to_left_paragraphs_and_skipped_headings_are_put_right() -> None:
    words = [{"type": "text", "text": "Part"}]
    heading = {"type": "heading", "attrs": {"level": 4}, "content": words}
    arabic = {"type": "paragraph", "content": [{"type": "text", "text": "1. مريض"}]}

    made = Sheets().blocks(check({"type": "doc", "content": [heading, arabic]}))

    assert made[0]["level"] == 3
    assert made[1]["lang"] == "ar"
