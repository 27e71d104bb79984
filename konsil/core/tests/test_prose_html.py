"""A written text on the screen: complete, escaped, numbered (F13.3)."""

from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from konsil.core.prose.html import render
from konsil.core.prose.numbering import Numbering
from konsil.core.prose.schema import check, clean
from konsil.core.tests.prose_texts import docs

ALLOWED = {
    *("p", "br", "h3", "h4", "ul", "ol", "li", "blockquote", "div", "span", "a", "b"),
    *("table", "thead", "tbody", "tr", "td", "th", "figure", "figcaption", "img"),
    *("strong", "em", "u", "sup", "sub"),
}


class Reader(HTMLParser):
    """Collects tags, attributes and words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def source(name: str) -> dict[str, Any]:
    attributes = {"kind": "image", "id": name, "label": f"Image {name}", "target": ""}
    return {"type": "evidence", "attrs": attributes}


def one(*content: dict[str, Any]) -> Any:
    return check({"type": "doc", "content": [{"type": "paragraph", "content": list(content)}]})


@given(docs)
def test_only_tags_of_ours_come_out_whatever_is_written(written: dict[str, Any]) -> None:
    page = read(render(check(clean(written))))

    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_markup_in_a_text_is_shown_as_its_characters(words: str) -> None:
    hostile = f"<script>alert('{words}')</script>&amp;\"{words}"

    page = read(render(check(clean(one({"type": "text", "text": hostile})))))

    assert page.tags == [("p", {"dir": "auto"})]
    assert "<script>alert('" in page.words


def test_the_same_source_keeps_its_number_over_all_texts_of_a_report() -> None:
    numbering = Numbering()

    first = render(one(source("a"), source("b"), source("a")), numbering=numbering)
    second = render(one(source("c"), source("b")), numbering=numbering)

    assert [read(part).words for part in (first, second)] == [
        "1 Image a2 Image b1 Image a",
        "3 Image c2 Image b",
    ]


def test_a_source_links_to_where_it_can_be_looked_at_and_to_nothing_hostile() -> None:
    written = one(source("a"))

    good = read(render(written, evidence_url=lambda given: f"/images/{given['id']}/"))
    bad = read(render(written, evidence_url=lambda given: "javascript:alert(1)"))

    assert ("a", "/images/a/") in [(tag, attributes.get("href")) for tag, attributes in good.tags]
    assert "a" not in [tag for tag, _ in bad.tags]


def test_a_picture_says_in_words_what_it_shows_even_when_it_cannot_be_shown() -> None:
    picture = {"type": "key_image", "attrs": {"id": "k", "alt": 'The "spot"', "caption": "CT"}}
    written = check({"type": "doc", "content": [picture]})

    shown = read(render(written, key_image_url=lambda given: "/k.png"))
    hidden = read(render(written))

    assert dict(shown.tags)["img"]["alt"] == 'The "spot"'
    assert 'The "spot"' in hidden.words


def test_headings_begin_at_the_level_of_the_page() -> None:
    heading = {"type": "heading", "attrs": {"level": 3}, "content": [{"type": "text", "text": "x"}]}

    page = read(render(check({"type": "doc", "content": [heading]}), heading_level=2))

    assert page.tags[0][0] == "h2"
