"""Make names of files safe on every system and unique, leaving alone what is fine."""

import re
import unicodedata

LONGEST = 200
"""Bytes of one part of a path in UTF-8; below every system's 255, with room for a number."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)


def safe_part(part: str) -> str:
    """One part of a path without control characters, forbidden signs, device names or dots."""
    clean = _FORBIDDEN.sub(
        "_", unicodedata.normalize("NFC", part.encode("utf-8", "replace").decode())
    )
    clean = clean.rstrip(". ").lstrip(" ")
    if _DEVICE.match(clean):
        clean = f"_{clean}"
    return _shortened(clean)


def safe_path(name: str) -> str:
    """A relative path with `/`, never empty, never leading upwards or to a drive."""
    parts = [safe_part(part) for part in re.split(r"[/\\]", name)]
    return "/".join(part for part in parts if part) or "file"


def _shortened(part: str) -> str:
    if len(part.encode()) <= LONGEST:
        return part
    stem, dot, ending = part.rpartition(".")
    tail = f".{ending}" if dot and len(ending.encode()) <= 16 else ""
    body = (stem if tail else part).encode()[: LONGEST - len(tail.encode())]
    return body.decode(errors="ignore").rstrip(". ") + tail


class Names:
    """Gives each name once; a twin (also one that differs in case only) gets a number."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, name: str) -> str:
        *folders, last = safe_path(name).split("/")
        parent = ""
        for folder in folders:
            parent = self._folder(f"{parent}{folder}") + "/"
        return self._file(parent, last)

    def _folder(self, path: str) -> str:
        while _same(path) in self._files:
            path += "_"
        self._folders.add(_same(path))
        return path

    def _file(self, parent: str, last: str) -> str:
        stem, dot, ending = last.rpartition(".")
        if not stem:
            stem, dot, ending = last, "", ""
        path, twin = parent + last, _same(parent + last)
        number = self._next.get(twin, 2)
        while _same(path) in self._files or _same(path) in self._folders:
            path = f"{parent}{stem} ({number}){dot}{ending}"
            number += 1
        self._next[twin] = number
        self._files.add(_same(path))
        return path


def _same(path: str) -> str:
    """Names that one system or another takes for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", path).casefold())
