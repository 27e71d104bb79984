"""A written text as HTML for the screen; every word and attribute is escaped here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from konsil.core.prose.nodes import Doc, Node
from konsil.core.prose.numbering import Numbering
from konsil.core.prose.tables import header_rows, span

Address = Callable[[dict[str, Any]], str]
SAFE_ADDRESS = re.compile(r"(https?://|mailto:|/(?![/\\])|#|\?)", re.IGNORECASE)
TAGS = {
    "bullet_list": "ul",
    "list_item": "li",
    "blockquote": "blockquote",
    "table_row": "tr",
    "strong": "strong",
    "em": "em",
    "underline": "u",
    "superscript": "sup",
    "subscript": "sub",
}
NOTHING = SafeString("")


def render(
    doc: Doc,
    *,
    key_image_url: Address | None = None,
    evidence_url: Address | None = None,
    heading_level: int = 3,
    numbering: Numbering | None = None,
) -> SafeString:
    """The text as HTML blocks without an outer element.

    `key_image_url` and `evidence_url` get a node's attributes and give an address, "" for none;
    addresses that are not https, mailto or of this site are left out. A heading of level 3 becomes
    `heading_level`. Give one `numbering` to all texts of a document to number through.
    """
    screen = _Screen(
        key_image_url or _nowhere, evidence_url or _nowhere, heading_level, numbering or Numbering()
    )
    return screen.inside(doc)


def _nowhere(attributes: dict[str, Any]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class _Screen:
    """One rendering: where addresses come from and how far the numbers have got."""

    key_image_url: Address
    evidence_url: Address
    heading_level: int
    numbering: Numbering

    def inside(self, node: Node) -> SafeString:
        parts = [self.node(child) for child in node.get("content", [])]
        return format_html_join("", "{}", ((part,) for part in parts))

    def node(self, node: Node) -> SafeString:
        kind = node["type"]
        if kind in TAGS:
            return _element(TAGS[kind], self.inside(node))
        special: Callable[[Node], SafeString] = getattr(self, f"_{kind}")
        return special(node)

    def _text(self, node: Node) -> SafeString:
        html = format_html("{}", node["text"])
        for mark in reversed(node.get("marks", [])):
            if mark["type"] == "link":
                html = _link(mark["attrs"]["href"], html)
            else:
                html = _element(TAGS[mark["type"]], html)
        return html

    def _hard_break(self, node: Node) -> SafeString:
        return SafeString("<br>")

    def _evidence(self, node: Node) -> SafeString:
        attributes = node["attrs"]
        number, address = self.numbering.source(attributes), self.evidence_url(attributes)
        words = format_html(
            '<span class="evidence-number">{}</span> {}', number, attributes["label"]
        )
        if not SAFE_ADDRESS.match(address):
            return format_html('<span class="evidence">{}</span>', words)
        return format_html(
            '<a class="evidence" href="{}" data-kind="{}" data-id="{}">{}</a>',
            address,
            attributes["kind"],
            attributes["id"],
            words,
        )

    def _paragraph(self, node: Node) -> SafeString:
        return format_html('<p dir="auto">{}</p>', self.inside(node) or SafeString("<br>"))

    def _heading(self, node: Node) -> SafeString:
        level = min(6, self.heading_level + node["attrs"]["level"] - 3)
        return format_html('<h{0} dir="auto">{1}</h{0}>', level, self.inside(node))

    def _ordered_list(self, node: Node) -> SafeString:
        start = node["attrs"]["start"]
        first = format_html(' start="{}"', start) if start != 1 else NOTHING
        return format_html("<ol{}>{}</ol>", first, self.inside(node))

    def _key_image(self, node: Node) -> SafeString:
        attributes = node["attrs"]
        number = self.numbering.picture(attributes["id"])
        address = self.key_image_url(attributes)
        picture = format_html('<p class="key-image-missing">{}</p>', attributes["alt"])
        if SAFE_ADDRESS.match(address):
            picture = format_html(
                '<img src="{}" alt="{}" loading="lazy">', address, attributes["alt"]
            )
        return format_html(
            '<figure class="key-image" data-id="{}">{}'
            "<figcaption><b>Key image {}.</b> {}</figcaption></figure>",
            attributes["id"],
            picture,
            number,
            attributes["caption"],
        )

    def _table(self, node: Node) -> SafeString:
        head = header_rows(node)
        rows = [self.node(row) for row in node["content"]]
        top, body = (_joined(part) for part in (rows[:head], rows[head:]))
        return format_html(
            '<div class="table-scroll" tabindex="0"><table>{}{}</table></div>',
            _element("thead", top) if top else NOTHING,
            _element("tbody", body) if body else NOTHING,
        )

    def _table_cell(self, node: Node) -> SafeString:
        return self._cell("td", NOTHING, node)

    def _table_header(self, node: Node) -> SafeString:
        return self._cell("th", NOTHING, node)

    def _cell(self, tag: str, extra: SafeString, node: Node) -> SafeString:
        spans = format_html_join(
            "",
            ' {}="{}"',
            ((name, span(node, name)) for name in ("colspan", "rowspan") if span(node, name) > 1),
        )
        return format_html("<{0}{1}{2}>{3}</{0}>", tag, extra, spans, self.inside(node))


def _element(tag: str, inside: SafeString) -> SafeString:
    return format_html("<{0}>{1}</{0}>", tag, inside)


def _link(address: str, inside: SafeString) -> SafeString:
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', address, inside)


def _joined(parts: list[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  parts are already safe
