"""Reading and mending written texts: clean them, count them, turn them to plain words and back."""

import re
from collections.abc import Iterator

from konsil.core.prose.nodes import Doc, Node, NotProse

UNTRUSTED_DEPTH = 60
ENDS_LINE = frozenset({"paragraph", "heading", "table_row", "key_image"})

PLANE_ENDS = "".join(
    f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0x10000, 0xF0000, 0x10000)
)
REFUSED_BY_PAPER = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but tab and newline
    "\ud800-\udfff"  # half characters
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use
    f"\ufdd0-\ufdef\ufffe\uffff\ufeff{PLANE_ENDS}]"  # noncharacters, byte order mark
)


def clean_words(words: str) -> str:
    """The words without the characters that PDF/A and Typst refuse; line ends become newlines."""
    return REFUSED_BY_PAPER.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def clean(doc: object) -> object:
    """The same tree with every string cleaned and texts that became empty left out.

    Takes anything that came as JSON, so it is called before `check`; raises `NotProse` only for
    a tree nested so deeply that walking it is unsafe.
    """
    return _clean(doc, 0)


def _clean(value: object, depth: int) -> object:
    if depth > UNTRUSTED_DEPTH:
        raise NotProse("The text is nested too deeply. Take its lists out of one another.")
    if isinstance(value, str):
        return clean_words(value)
    if isinstance(value, dict):
        return {clean_words(str(key)): _clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        items = [_clean(item, depth + 1) for item in value]
        return [item for item in items if not _blank_text(item)]
    return value


def _blank_text(item: object) -> bool:
    return isinstance(item, dict) and item.get("type") == "text" and item.get("text") == ""


def empty(doc: Doc) -> bool:
    """Whether nobody has written or inserted anything yet."""
    return not any(
        node["type"] in ("evidence", "key_image")
        or (node["type"] == "text" and node["text"].strip())
        for node in walk(doc)
    )


def plain(doc: Doc) -> str:
    """The words alone, a line for each paragraph, cells parted by tabs; sources in brackets."""
    return "\n".join(line for line in _plain(doc).split("\n") if line.strip())


def _plain(node: Node) -> str:
    kind, attributes = node["type"], node.get("attrs", {})
    if kind == "text":
        return str(node["text"])
    if kind == "hard_break":
        return "\n"
    if kind == "evidence":
        return f"[{attributes['label']}]"
    if kind == "key_image":
        return f"{attributes['caption'] or attributes['alt']}\n"
    if kind == "table_row":
        return "\t".join(_plain(cell).strip().replace("\n", " ") for cell in node["content"]) + "\n"
    inside = "".join(_plain(child) for child in node.get("content", []))
    return f"{inside}\n" if kind in ENDS_LINE else inside


def words(doc: Doc) -> int:
    """How many words there are, without sources and pictures."""
    return sum(len(_plain(block).split()) for block in _without_sources(doc)["content"])


def _without_sources(node: Node) -> Node:
    kept = [
        _without_sources(child)
        for child in node.get("content", [])
        if child["type"] not in ("evidence", "key_image")
    ]
    return {**node, "content": kept}


def key_images(doc: Doc) -> list[str]:
    """The ids of the pictures in the order of the text, each once."""
    ids = [node["attrs"]["id"] for node in walk(doc) if node["type"] == "key_image"]
    return list(dict.fromkeys(ids))


def paragraphs(text: str) -> Doc:
    """A text of plain paragraphs: blank lines part them, single line ends stay line ends."""
    blocks = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", clean_words(text))]
    content = [_paragraph(part) for part in blocks if part.strip()]
    return Doc({"type": "doc", "content": content or [{"type": "paragraph"}]})


def _paragraph(part: str) -> Node:
    content: list[Node] = []
    for line in part.split("\n"):
        if content:
            content.append({"type": "hard_break"})
        if line.strip():
            content.append({"type": "text", "text": line.strip()})
    return {"type": "paragraph", "content": content}


def walk(node: Node) -> Iterator[Node]:
    """Every node of the tree, in the order of reading."""
    yield node
    for child in node.get("content", []):
        yield from walk(child)
