"""The parts of the design system that templates ask for by name."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

DUE = {"ok": "ok", "soon": "soon", "late": "late", "wait": "wait", "paused": "wait"}
STATE_ICONS = {"ok": "check", "soon": "hourglass", "bad": "x", "": "circle"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Lucide icon from the sprite; decoration only, the word stands beside it."""
    href = static("icons.svg")
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"></use></svg>', href, name
    )


@register.simple_tag
def ball(who: object, you: bool = False) -> SafeString:
    """Whose turn it is: the yellow ball and a bold word for you, a grey ring for anyone else."""
    return format_html('<span class="ball{}">{}</span>', " ball-you" if you else "", who)


@register.simple_tag
def due(kind: str, words: object) -> SafeString:
    """How long there is: `kind` is ok, soon, late or wait (paused); shape, word and colour."""
    return format_html('<span class="due due-{}">{}</span>', DUE[kind], words)


@register.simple_tag
def state(kind: str, words: object, icon_name: str = "") -> SafeString:
    """What a thing is: `kind` is ok, soon, bad or empty; an icon and a word."""
    shape = icon(icon_name or STATE_ICONS[kind])
    return format_html(
        '<span class="state{}">{} {}</span>', f" state-{kind}" if kind else "", shape, words
    )


@register.simple_tag
def meter(done: float, total: float, label: object) -> SafeString:
    """How much of it is done, as a <progress>; its counts stand beside it in words."""
    return format_html(
        '<progress class="meter" value="{}" max="{}" aria-label="{}"></progress>',
        done,
        total or 1,
        label,
    )


@register.simple_tag
def evidence(words: object, url: str, kind: str = "image") -> SafeString:
    """The chip beside a claim that opens the very image or page; `kind` is an icon's name."""
    return format_html('<a class="evidence" href="{}">{}{}</a>', url, icon(kind), words)


@register.simple_tag
def go(url: str, words: object) -> SafeString:
    """A link that stands alone, so that it is a target as large as a thumb."""
    return format_html('<a class="hit" href="{}">{}</a>', url, words)


@cache
def _built() -> dict[str, Any]:
    """What the build of the islands wrote down: each entry, its file and what it loads later."""
    file = finders.find("islands/manifest.json")
    return json.loads(Path(file).read_text()) if isinstance(file, str) else {}


@register.simple_tag
def preload_island(name: str) -> SafeString:
    """Links that fetch an island's parts while the page is still read, not one after the other.

    Both what its first lines import and what it loads only when it stands in the page. Nothing
    is said where the islands are not built.
    """
    built = _built()
    entry = built.get(f"islands/{name}/index.ts", {})
    files: dict[str, None] = {}
    waiting = [*entry.get("imports", []), *(entry.get("dynamicImports") or [])]
    while waiting:
        part = built[waiting.pop(0)]
        if part["file"] not in files:
            files[part["file"]] = None
            waiting += part.get("imports", [])
    base = f"{settings.STATIC_URL}islands/"  # the build's own names, as the island asks for them
    links = ((base + file,) for file in files if file.endswith(".js"))
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', links)


@register.filter
def tel(number: object) -> str:
    """A telephone number as an address: digits and a leading plus."""
    text = str(number)
    digits = "".join(sign for sign in text if sign.isdigit())
    return f"tel:{'+' if text.strip().startswith('+') else ''}{digits}"


@register.filter
def headline(label: object) -> str:
    """The first line of a choice's label: the answer."""
    return str(label).partition("\n")[0]


@register.filter
def byline(label: object) -> str:
    """The second line of a choice's label: its consequence, in small type."""
    return str(label).partition("\n")[2]


@register.filter
def join_classes(classes: object) -> str:
    """A class attribute's words after the part's own, with the space before them."""
    return f" {classes}" if classes else ""


@register.filter
def as_paragraphs(text: object) -> SafeString:
    """What a person wrote: a paragraph for each block, their own line breaks kept, no markup."""
    blocks: Sequence[str] = [block.strip() for block in str(text).split("\n\n")]
    return format_html_join(
        "", '<p class="keep-lines">{}</p>', ((block,) for block in blocks if block)
    )
