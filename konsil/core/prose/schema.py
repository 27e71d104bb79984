"""The check of a written text against the schema, and the functions on texts that passed it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from konsil.core.prose.nodes import (
    DEPTH_LIMIT,
    HINTS,
    INLINE,
    MARK_ORDER,
    MARKS,
    NODES,
    REQUIRED,
    SIZE_LIMIT,
    Attribute,
    Doc,
    Kind,
    Node,
    NotProse,
)
from konsil.core.prose.tables import rectangular
from konsil.core.prose.text import clean, clean_words, empty, key_images, paragraphs, plain, words

__all__ = [
    "Doc",
    "NotProse",
    "canonical",
    "check",
    "clean",
    "clean_words",
    "empty",
    "key_images",
    "paragraphs",
    "plain",
    "words",
]


def check(doc: object, *, limit: int = SIZE_LIMIT) -> Doc:
    """Return the text in normal form (defaults filled, marks in order) or raise `NotProse`.

    Refused are unknown nodes, attributes and marks, wrong nesting, ragged tables, more than
    12 levels of blocks and more than `limit` bytes as JSON. The input is left as it is.
    """
    if not isinstance(doc, dict) or doc.get("type") != "doc":
        raise NotProse("This is not a text of the editor: it does not begin with a doc.")
    checked = _node(doc, "the text", 1)
    size = len(canonical(Doc(checked)))
    if size > limit:
        raise NotProse(f"The text is too long: {size} bytes, at most {limit} are possible.")
    return Doc(checked)


def canonical(doc: Doc) -> bytes:
    """The one byte form of a text, with sorted keys, for hashing and comparing."""
    try:
        return json.dumps(
            doc, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()
    except UnicodeEncodeError as error:
        raise NotProse("The text holds half a character. Delete it and write it anew.") from error


def _node(node: Node, where: str, depth: int) -> Node:
    kind = NODES[node["type"]]
    if unknown := set(node) - {"type", "attrs", "content"}:
        raise NotProse(f"In {where} there is something unknown: {_names(unknown)}.")
    checked: Node = {"type": node["type"]}
    if attributes := _attributes(node["type"], kind.attributes, node.get("attrs"), where):
        checked["attrs"] = attributes
    if content := _children(node, kind, where, depth):
        checked["content"] = content
    if node["type"] == "table":
        rectangular(checked, where)
    return checked


def _children(node: Node, kind: Kind, where: str, depth: int) -> list[Node]:
    given = node.get("content", [])
    if not isinstance(given, list):
        raise NotProse(f"The content of {where} is not a list.")
    if len(given) < kind.content.least:
        raise NotProse(f"{_capital(where)} is empty: a {kind.word} needs at least one part.")
    checked = []
    for place, child in enumerate(given):
        allowed = kind.content.rest if place else kind.content.first
        inside = _named(child, place, where, kind.word, allowed)
        if child["type"] == "text":
            checked.append(_text(child, inside))
        else:
            deeper = depth if child["type"] in INLINE else depth + 1
            if deeper > DEPTH_LIMIT:
                raise NotProse(f"{_capital(inside)} is nested too deeply. Take it out one level.")
            checked.append(_node(child, inside, deeper))
    return checked


def _named(child: object, place: int, where: str, parent: str, allowed: frozenset[str]) -> str:
    """Say where the child is, after making sure that it may be there."""
    number = place + 1
    name = child.get("type") if isinstance(child, dict) else None
    if not isinstance(name, str) or name not in NODES:
        raise NotProse(f"Part {number} of {where} is of an unknown kind: {str(name)[:40]}.")
    word = NODES[name].word
    if name not in allowed:
        raise NotProse(f"Part {number} of {where} is a {word}; a {parent} has no place for it.")
    return f"{word} {number} of {where}" if where != "the text" else f"{word} {number}"


def _text(node: Node, where: str) -> Node:
    if unknown := set(node) - {"type", "text", "marks"}:
        raise NotProse(f"In {where} there is something unknown: {_names(unknown)}.")
    if not isinstance(node.get("text"), str) or not node["text"]:
        raise NotProse(f"{_capital(where)} has no words.")
    marks = _marks(node.get("marks", []), where)
    return {"type": "text", "text": node["text"], **({"marks": marks} if marks else {})}


def _marks(given: object, where: str) -> list[Node]:
    if not isinstance(given, list):
        raise NotProse(f"The marks of {where} are not a list.")
    marks = [_mark(mark, where) for mark in given]
    names = [mark["type"] for mark in marks]
    if len(set(names)) < len(names) or {"superscript", "subscript"} <= set(names):
        raise NotProse(f"{_capital(where)} has marks that exclude each other: {_names(names)}.")
    return sorted(marks, key=lambda mark: MARK_ORDER.index(mark["type"]))


def _mark(mark: object, where: str) -> Node:
    if not isinstance(mark, dict) or mark.get("type") not in MARK_ORDER:
        raise NotProse(f"{_capital(where)} has an unknown mark.")
    if unknown := set(mark) - {"type", "attrs"}:
        raise NotProse(f"In {where} there is something unknown: {_names(unknown)}.")
    attributes = _attributes(mark["type"], MARKS[mark["type"]], mark.get("attrs"), where)
    return {"type": mark["type"], **({"attrs": attributes} if attributes else {})}


def _attributes(
    name: str, known: Mapping[str, Attribute], given: object, where: str
) -> dict[str, Any]:
    given = {} if given is None else given
    if not isinstance(given, dict):
        raise NotProse(f"The attributes of {where} are not a table of names and values.")
    if unknown := set(given) - set(known):
        raise NotProse(f"{_capital(where)} has an unknown attribute: {_names(unknown)}.")
    checked = {}
    for key, attribute in known.items():
        value = given.get(key, attribute.default)
        if value is REQUIRED or not attribute.valid(value):
            hint = HINTS.get((name, key), "Insert it anew.")
            raise NotProse(f"{_capital(where)}: its {key} is missing or not possible. {hint}")
        checked[key] = value
    return checked


def _names(names: Iterable[object]) -> str:
    return ", ".join(sorted(str(name)[:40] for name in names)) or "nothing"


def _capital(where: str) -> str:
    return where[:1].upper() + where[1:]
