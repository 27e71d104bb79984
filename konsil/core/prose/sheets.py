"""A written text made ready for paper: numbered, its pictures paired, its tables measured."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from konsil.core.prose.nodes import Doc, Node
from konsil.core.prose.numbering import Numbering
from konsil.core.prose.tables import columns, header_rows, span
from konsil.core.prose.text import walk
from konsil.core.prose.typst import NotPaper

FIRST_LEVEL = 3
COLUMN = 77.0
LONE = 104.0
TALLEST = 84.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture on paper: its file in the compile folder and what is printed beneath it.

    `source` says where it comes from, `ratio` is height by width. `millimetres` is the width of
    what it shows in reality; two pictures side by side that both know it get the same scale.
    """

    file: str
    caption: str = ""
    alt: str = ""
    source: str = ""
    millimetres: float | None = None
    ratio: float = 1.0


@dataclass(slots=True)
class Sheets:
    """Prepares the texts of one document; sources and pictures are numbered through."""

    pictures: Mapping[str, Picture] = field(default_factory=dict)
    numbering: Numbering = field(default_factory=Numbering)

    def blocks(self, doc: Doc, *, level: int = FIRST_LEVEL) -> list[Node]:
        """The blocks for `prose.typ`; headings begin at `level` and never skip one."""
        return self._blocks(_trimmed(doc["content"]), _Headings(level))

    def left(self) -> list[Node]:
        """The pictures that no text has shown so far, as blocks."""
        names = [name for name in self.pictures if name not in self.numbering.pictures]
        nodes = [{"type": "key_image", "attrs": {"id": name}} for name in names]
        return self._blocks(nodes, _Headings(FIRST_LEVEL))

    def _blocks(self, nodes: Iterable[Node], headings: "_Headings") -> list[Node]:
        ready: list[Node] = []
        nodes = [node for node in nodes if node["type"] != "heading" or not wordless(node)]
        for pictures, group in groupby(nodes, key=lambda node: node["type"] == "key_image"):
            if pictures:
                ready.extend(_pairs([self._picture(node["attrs"]) for node in group]))
            else:
                ready.extend(self._block(node, headings) for node in group)
        return ready

    def _block(self, node: Node, headings: "_Headings") -> Node:
        kind = node["type"]
        ready: Node = {"type": kind, "lang": direction(node)}
        if kind in ("paragraph", "heading"):
            ready["content"] = [self._inline(child) for child in node.get("content", [])]
            if kind == "heading":
                ready["level"] = headings.level(node["attrs"]["level"])
            return ready
        if kind == "table":
            return ready | self._table(node, headings)
        if kind == "ordered_list":
            ready["start"] = node["attrs"]["start"]
        if kind == "blockquote":
            ready["content"] = self._blocks(node["content"], headings)
        else:
            ready["items"] = [self._blocks(item["content"], headings) for item in node["content"]]
        return ready

    def _inline(self, node: Node) -> Node:
        if node["type"] != "evidence":
            return node
        return {
            "type": "evidence",
            "label": node["attrs"]["label"],
            "number": self.numbering.source(node["attrs"]),
        }

    def _picture(self, attributes: dict[str, Any]) -> Node:
        known = self.pictures.get(attributes["id"], Picture(file=""))
        return {
            "file": known.file,
            "number": self.numbering.picture(attributes["id"]),
            "alt": attributes.get("alt") or known.alt or known.caption or "Key image",
            "caption": attributes.get("caption") or known.caption,
            "source": known.source,
            "millimetres": known.millimetres,
            "ratio": known.ratio,
        }

    def _table(self, table: Node, headings: "_Headings") -> Node:
        rows = [
            [
                {
                    "head": cell["type"] == "table_header",
                    "colspan": span(cell, "colspan"),
                    "rowspan": span(cell, "rowspan"),
                    "content": self._blocks(cell["content"], headings),
                }
                for cell in row["content"]
            ]
            for row in table["content"]
        ]
        return {"columns": columns(table), "header": header_rows(table), "rows": rows}


@dataclass(slots=True)
class _Headings:
    """Keeps the levels of one text without gaps, as PDF/UA-1 asks (7.4.2)."""

    first: int
    last: int = 0

    def level(self, written: int) -> int:
        wanted = self.first + written - FIRST_LEVEL
        self.last = min(wanted, (self.last or self.first - 1) + 1)
        return self.last


def png_ratio(png: bytes) -> float:
    """Height by width from a PNG's first chunk; raises `NotPaper` when it is no PNG."""
    wide, high = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    if not png.startswith(b"\x89PNG\r\n\x1a\n") or not wide or not high:
        raise NotPaper("A picture of this document is no PNG image. Insert it anew.")
    return high / wide


def direction(node: Node) -> str:
    """The language whose direction the first strong letter has: "ar", "he" or "" for left."""
    for letter in _letters(node):
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return "ar" if kind == "AL" else "he"
        if kind == "L":
            return ""
    return ""


def _letters(node: Node) -> Iterable[str]:
    return (letter for part in walk(node) if part["type"] == "text" for letter in part["text"])


def _trimmed(nodes: list[Node]) -> list[Node]:
    """Without the empty paragraphs at both ends, which an editor leaves behind."""
    full = [place for place, node in enumerate(nodes) if not _blank(node)]
    return nodes[full[0] : full[-1] + 1] if full else []


def wordless(node: Node) -> bool:
    """Whether nothing of it would be seen, as in a heading nobody has filled yet."""
    return not any(
        part["type"] == "evidence" or (part["type"] == "text" and part["text"].strip())
        for part in walk(node)
    )


def _blank(node: Node) -> bool:
    return node["type"] == "paragraph" and not node.get("content")


def _pairs(pictures: list[Node]) -> list[Node]:
    return [_pair(pictures[place : place + 2]) for place in range(0, len(pictures), 2)]


def _pair(pictures: list[Node]) -> Node:
    """One picture, or two side by side; `width` is in mm, for equal scale and one page's height."""
    column = COLUMN if len(pictures) == 2 else LONE
    sizes = [picture.pop("millimetres") for picture in pictures]
    widest = max(sizes) if all(sizes) else None
    shares = [size / widest if widest else 1.0 for size in sizes]
    tallest = max(
        share * picture.pop("ratio") for share, picture in zip(shares, pictures, strict=True)
    )
    fit = min(column, TALLEST / tallest)
    items = [
        {**picture, "width": round(fit * share, 2)}
        for picture, share in zip(pictures, shares, strict=True)
    ]
    return {"type": "pictures", "items": items, "lang": ""}
