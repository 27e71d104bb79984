"""Hypothesis strategies for written texts that the schema accepts."""

from typing import Any

from hypothesis import strategies as st

Node = dict[str, Any]
words = st.text(
    st.characters(
        min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cc", "Cs", "Cn", "Co"]
    ),
    min_size=1,
    max_size=40,
)
spoken = words.filter(lambda text: bool(text.strip()))
identifiers = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,10}", fullmatch=True)
marks = st.lists(
    st.sampled_from(["strong", "em", "underline", "superscript"]), unique=True, max_size=3
).map(lambda names: [{"type": name} for name in names])
links = st.sampled_from(["https://example.org/a?b=c#d", "mailto:office@example.org"])


def _with_marks(parts: tuple[str, list[Node], str | None]) -> Node:
    text, given, href = parts
    all_marks = [*given, {"type": "link", "attrs": {"href": href}}] if href else given
    return {"type": "text", "text": text, **({"marks": all_marks} if all_marks else {})}


texts = st.tuples(words, marks, st.none() | links).map(_with_marks)
evidence = st.builds(
    lambda kind, name, label: {
        "type": "evidence",
        "attrs": {"kind": kind, "id": name, "label": label, "target": ""},
    },
    st.sampled_from(["image", "document", "value"]),
    identifiers,
    spoken,
)
inlines = st.lists(texts | evidence | st.just({"type": "hard_break"}), max_size=4)
paragraphs = inlines.map(lambda content: {"type": "paragraph", "content": content})
headings = st.builds(
    lambda level, content: {"type": "heading", "attrs": {"level": level}, "content": content},
    st.sampled_from([3, 4]),
    inlines,
)
quotes = st.lists(paragraphs, min_size=1, max_size=2).map(
    lambda content: {"type": "blockquote", "content": content}
)
key_images = st.builds(
    lambda name, caption, alt: {
        "type": "key_image",
        "attrs": {"id": name, "caption": caption, "alt": alt},
    },
    identifiers,
    words,
    spoken,
)


def _list(parts: tuple[int | None, list[list[Node]]]) -> Node:
    start, items = parts
    content = [{"type": "list_item", "content": item} for item in items]
    if start is None:
        return {"type": "bullet_list", "content": content}
    return {"type": "ordered_list", "attrs": {"start": start}, "content": content}


def _table(parts: tuple[int, int, bool, list[Node]]) -> Node:
    """A full grid of cells; the blocks given are put into it in turn."""
    wide, high, headed, blocks = parts
    rows = []
    for row in range(high):
        kind = "table_header" if headed and row == 0 else "table_cell"
        cells = [
            {"type": kind, "content": [blocks[(row * wide + column) % len(blocks)]]}
            for column in range(wide)
        ]
        rows.append({"type": "table_row", "content": cells})
    return {"type": "table", "content": rows}


def _nested(blocks: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    item = st.builds(lambda first, rest: [first, *rest], paragraphs, st.lists(blocks, max_size=2))
    lists = st.tuples(st.none() | st.integers(0, 99), st.lists(item, min_size=1, max_size=2)).map(
        _list
    )
    tables = st.tuples(
        st.integers(1, 3),
        st.integers(1, 3),
        st.booleans(),
        st.lists(blocks, min_size=1, max_size=3),
    ).map(_table)
    return lists | tables


leaves = paragraphs | headings | quotes | key_images
blocks = leaves | _nested(leaves | _nested(leaves))
docs = st.lists(blocks, min_size=1, max_size=4).map(
    lambda content: {"type": "doc", "content": content}
)
