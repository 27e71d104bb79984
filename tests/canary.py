"""Canaries: a unique token in every text of a case, and what finds them in whatever comes back.

A token says whose it is and what it is about; a test says which of them a person may meet.
"""

import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST = 8
"""So deep are packages in packages unpacked."""


@dataclass
class Canaries:
    """Makes tokens and remembers them: token -> (owner, about)."""

    known: dict[str, tuple[str, str]] = field(default_factory=dict)

    def sing(self, owner: str, about: str) -> str:
        """A new token of `owner` ("rosa") that is about something ("clinical")."""
        token = f"CNRY{owner}{about}{len(self.known):03}X"
        self.known[token] = (owner, about)
        return token

    def heard(self, text: str) -> set[str]:
        """The tokens in `text`; line breaks that a page or a PDF put inside do not hide them."""
        close = re.sub(r"\s+", "", text).casefold()
        return {token for token in self.known if token.casefold() in close}

    def strange(self, text: str, allowed: set[tuple[str, str]]) -> set[str]:
        """The tokens in `text` of which neither (owner, about) nor (owner, "*") is allowed."""
        return {
            token
            for token in self.heard(text)
            if self.known[token] not in allowed and (self.known[token][0], "*") not in allowed
        }


def everything(response: Any) -> str:
    """All that a response says: its headers, its body, and what is packed in the body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    heads = "\n".join(f"{name}: {value}" for name, value in response.items())
    return "\n".join([heads, *unpacked(body)])


def unpacked(body: bytes, depth: int = 0) -> Iterator[str]:
    """The bytes as text, and every text inside: gzip, zip members, the pages of a PDF."""
    yield body.decode("utf-8", "replace")
    if depth > MOST:
        return
    if body.startswith(b"\x1f\x8b"):
        yield from unpacked(gzip.decompress(body), depth + 1)
    elif body.startswith(b"%PDF"):
        yield from _pdf(body)
    elif body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                yield name
                yield from unpacked(packed.read(name), depth + 1)


def _pdf(body: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    paper = PdfReader(io.BytesIO(body))
    yield str(paper.metadata)
    for page in paper.pages:
        yield page.extract_text()
