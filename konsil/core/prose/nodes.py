"""What a written text may consist of: the editor's ProseMirror schema as a table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NewType

Node = dict[str, Any]
Doc = NewType("Doc", Node)
"""A text that passed `check`: ProseMirror JSON of a `doc` node in normal form."""

SIZE_LIMIT = 400_000
DEPTH_LIMIT = 12
COLUMN_LIMIT = 20
ROW_LIMIT = 500
TEXT_LIMIT = 2_000


class NotProse(ValueError):
    """The text breaks the schema; the message says where and what, and can be shown."""


@dataclass(frozen=True, slots=True)
class Content:
    """Which children a node takes: `first` for the first one, `rest` for the others."""

    first: frozenset[str] = frozenset()
    rest: frozenset[str] = frozenset()
    least: int = 0


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: its test, and its default (`REQUIRED` when it must be given)."""

    valid: Callable[[Any], bool]
    default: Any


@dataclass(frozen=True, slots=True)
class Kind:
    """One node type: its name in words, its children and its attributes."""

    word: str
    content: Content = Content()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


REQUIRED = object()
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}\Z")
SLUG = re.compile(r"[a-z][a-z_-]{0,31}\Z")
HREF = re.compile(r"(https://[^\s/?#@\\]+([/?#][^\s\\]*)?|mailto:[^\s@\\]+@[^\s@\\]+)\Z")


def whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def matching(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.match(value))


def string(value: object) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_LIMIT


def words_given(value: object) -> bool:
    return isinstance(value, str) and string(value) and bool(value.strip())


def href(value: object) -> bool:
    return string(value) and matching(HREF)(value)


def widths(value: object) -> bool:
    if value is None:
        return True
    return (
        isinstance(value, list)
        and 0 < len(value) <= COLUMN_LIMIT
        and all(item is None or whole(0, 5_000)(item) for item in value)
    )


BLOCKS = frozenset(
    ["paragraph", "heading", "bullet_list", "ordered_list", "blockquote", "table", "key_image"]
)
INLINE = frozenset({"text", "evidence", "hard_break"})
CELLS = frozenset({"table_cell", "table_header"})
PARAGRAPH = frozenset({"paragraph"})
CELL_ATTRIBUTES = {
    "colspan": Attribute(whole(1, COLUMN_LIMIT), 1),
    "rowspan": Attribute(whole(1, ROW_LIMIT), 1),
    "colwidth": Attribute(widths, None),
}


def some(names: frozenset[str], least: int = 1) -> Content:
    return Content(names, names, least)


NODES: Mapping[str, Kind] = {
    "doc": Kind("text", some(BLOCKS)),
    "paragraph": Kind("paragraph", some(INLINE, 0)),
    "heading": Kind("heading", some(INLINE, 0), {"level": Attribute(whole(3, 4), REQUIRED)}),
    "bullet_list": Kind("list", some(frozenset({"list_item"}))),
    "ordered_list": Kind(
        "numbered list",
        some(frozenset({"list_item"})),
        {"start": Attribute(whole(0, 9_999), 1)},
    ),
    "list_item": Kind("list item", Content(PARAGRAPH, BLOCKS, 1)),
    "blockquote": Kind("quotation", some(PARAGRAPH)),
    "table": Kind("table", some(frozenset({"table_row"}))),
    "table_row": Kind("table row", some(CELLS)),
    "table_cell": Kind("table cell", some(BLOCKS), CELL_ATTRIBUTES),
    "table_header": Kind("table heading", some(BLOCKS), CELL_ATTRIBUTES),
    "key_image": Kind(
        "key image",
        attributes={
            "id": Attribute(matching(IDENTIFIER), REQUIRED),
            "caption": Attribute(string, ""),
            "alt": Attribute(words_given, REQUIRED),
        },
    ),
    "hard_break": Kind("line break"),
    "text": Kind("words"),
    "evidence": Kind(
        "source",
        attributes={
            "kind": Attribute(matching(SLUG), REQUIRED),
            "id": Attribute(matching(IDENTIFIER), REQUIRED),
            "label": Attribute(words_given, REQUIRED),
            "target": Attribute(string, ""),
        },
    ),
}

MARKS: Mapping[str, Mapping[str, Attribute]] = {
    "strong": {},
    "em": {},
    "underline": {},
    "superscript": {},
    "subscript": {},
    "link": {"href": Attribute(href, REQUIRED)},
}
MARK_ORDER = tuple(MARKS)

HINTS = {
    ("key_image", "alt"): "Say in words what the image shows.",
    ("link", "href"): "A link begins with https:// or mailto:.",
}
