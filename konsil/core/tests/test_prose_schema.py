"""What a written text may hold, and that nothing else gets in (F13.1, F13.3)."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsil.core.prose.schema import (
    NotProse,
    canonical,
    check,
    clean,
    empty,
    key_images,
    paragraphs,
    plain,
    words,
)
from konsil.core.tests.prose_texts import docs

Node = dict[str, Any]


def text(words: str, **more: object) -> Node:
    return {"type": "text", "text": words, **more}


def paragraph(*content: Node) -> Node:
    return {"type": "paragraph", "content": list(content)}


def doc(*content: Node) -> Node:
    return {"type": "doc", "content": list(content)}


def image(**attributes: object) -> Node:
    return {"type": "key_image", "attrs": {"id": "k1", "alt": "A spot", **attributes}}


def table(*rows: list[Node]) -> Node:
    return {"type": "table", "content": [{"type": "table_row", "content": row} for row in rows]}


def cell(**attributes: object) -> Node:
    return {"type": "table_cell", "attrs": attributes, "content": [paragraph(text("x"))]}


def nest(levels: int) -> Node:
    inner = paragraph(text("deep"))
    for _ in range(levels):
        item = {"type": "list_item", "content": [paragraph(), inner]}
        inner = {"type": "bullet_list", "content": [item]}
    return doc(inner)


def link(href: object) -> Node:
    return doc(paragraph(text("go", marks=[{"type": "link", "attrs": {"href": href}}])))


@given(docs)
def test_every_text_the_editor_can_write_is_accepted_and_stays_as_it_is(written: Node) -> None:
    checked = check(clean(written))

    assert check(checked) == checked
    assert canonical(check(checked)) == canonical(checked)
    assert json.loads(canonical(checked)) == checked


@given(docs, st.data())
def test_a_text_with_one_strange_part_is_refused(written: Node, data: st.DataObject) -> None:
    """F13.1: mutations at any place of any text: nothing unknown gets past the check."""
    broken = copy.deepcopy(check(clean(written)))
    nodes = list(_nodes(broken))
    node = nodes[data.draw(st.integers(0, len(nodes) - 1))]
    spoil = data.draw(st.sampled_from(["type", "key", "attribute", "content"]))
    if spoil == "type":
        node["type"] = "script"
    elif spoil == "key":
        node["onclick"] = "x"
    elif spoil == "attribute":
        node["attrs"] = {**node.get("attrs", {}), "style": "x"}
    else:
        node["content"] = [{"type": "doc", "content": [paragraph()]}]

    with pytest.raises(NotProse):
        check(broken)


def _nodes(node: Node) -> list[Node]:
    return [node] + [found for child in node.get("content", []) for found in _nodes(child)]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ([], "does not begin with a doc"),
        ({"type": "paragraph"}, "does not begin with a doc"),
        (doc(), "empty"),
        (doc(text("loose")), "has no place"),
        (doc({"type": "list_item", "content": [paragraph()]}), "has no place"),
        (doc({"type": "heading", "attrs": {"level": 1}}), "level"),
        (doc({"type": "heading", "attrs": {"level": True}}), "level"),
        (doc(paragraph(text(""))), "no words"),
        (doc(paragraph(text("x", marks=[{"type": "code"}]))), "unknown mark"),
        (doc(paragraph(text("x", marks=[{"type": "em"}, {"type": "em"}]))), "exclude"),
        (
            doc(paragraph(text("x", marks=[{"type": "superscript"}, {"type": "subscript"}]))),
            "exclude",
        ),
        (doc(image(alt="")), "Say in words what the image shows"),
        (doc(image(alt="  ")), "alt"),
        (doc(image(id="../../secret")), "id"),
        (doc(paragraph(text("ok")), image(alt=None)), "Key image 2"),
        (nest(6), "nested too deeply"),
        (nest(900), "nested too deeply"),
        (doc(table([cell(), cell()], [cell()])), "fewer cells"),
        (doc(table([cell()], [cell(), cell()])), "more cells"),
        (doc(table([cell(rowspan=2)])), "below the last row"),
        (doc(table([cell(colspan=0)])), "colspan"),
        (doc(table([cell(colspan=10**9)])), "colspan"),
    ],
)
def test_the_refusal_says_where_and_what(written: object, said: str) -> None:
    with pytest.raises(NotProse, match=said):
        check(written)


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "http://example.org",
        "//example.org",
        "/cases/1",
        "data:text/html,x",
        "https://",
        "https://user@example.org",
        "https://example.org/ x",
        "https://example.org/\n",
        "mailto:nobody",
        None,
        7,
    ],
)
def test_a_link_that_is_not_plain_https_or_mail_is_refused(href: object) -> None:
    with pytest.raises(NotProse, match="https://"):
        check(link(href))


def test_merged_cells_that_fill_a_rectangle_are_accepted() -> None:
    checked = check(doc(table([cell(rowspan=2), cell(colspan=2)], [cell(), cell()])))

    assert checked["content"][0]["content"][0]["content"][0]["attrs"]["rowspan"] == 2


def test_a_text_over_the_size_limit_is_refused() -> None:
    with pytest.raises(NotProse, match="too long"):
        check(doc(paragraph(text("a" * 5_000))), limit=4_000)


def test_characters_that_paper_refuses_are_dropped_and_all_scripts_stay() -> None:
    dirty = "a\x00b\x07c\ud800d\ue000e\ufffef\ufeffg\U0001fffeh\tمرض 病 ≥ µ\r\n😀"

    cleaned = check(clean(doc(paragraph(text(dirty), text("\x00")))))

    assert plain(cleaned) == "abcdefgh\tمرض 病 ≥ µ\n😀"
    assert len(cleaned["content"][0]["content"]) == 1


def test_half_a_character_is_refused_when_nobody_cleaned() -> None:
    with pytest.raises(NotProse, match="half a character"):
        check(doc(paragraph(text("\ud800"))))


def test_marks_in_any_order_give_the_same_bytes() -> None:
    one, two = {"type": "strong"}, {"type": "em"}

    first = check(doc(paragraph(text("x", marks=[one, two]))))
    second = check(doc(paragraph(text("x", marks=[two, one]))))

    assert canonical(first) == canonical(second)


def test_plain_words_come_back_as_written() -> None:
    written = "First line\nsecond line\n\nNew paragraph"

    made = check(paragraphs(written))

    assert len(made["content"]) == 2
    assert plain(made) == "First line\nsecond line\nNew paragraph"
    assert words(made) == 6


def test_a_text_is_empty_until_somebody_writes_or_inserts() -> None:
    assert empty(paragraphs(" \n\n \n"))
    assert not empty(check(doc(image())))
    assert not empty(paragraphs("x"))


def test_pictures_are_named_once_in_the_order_of_the_text() -> None:
    written = check(doc(image(id="b"), image(id="a"), image(id="b")))

    assert key_images(written) == ["b", "a"]
