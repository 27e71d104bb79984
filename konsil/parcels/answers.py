"""Check what a reading child says and wrote, as if a stranger had said it: one may have."""

import math
import os
import re
import stat
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, get_args

from konsil.core.finding import Copy, Finding, Identity, Kind

_KINDS = frozenset(get_args(Kind))
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9-]{0,40}/[a-z0-9][a-z0-9.+-]{0,100}").fullmatch
_ROLE = re.compile(r"[a-z][a-z0-9_.-]{0,40}").fullmatch
_NEVER_SHOWN = ("html", "svg", "xml", "script", "css")
_MOST_COPIES = 100_000
_WORDS = 400
_FIELD = 400
_DEEPEST = 200


class Unbelievable(Exception):
    """The answer has not the shape of a finding, or names a file that is not a plain file."""


def accept(said: object, *, out: Path, folder: str) -> Finding:
    """A finding with every field checked; copies are named from `out`, in `folder` only."""
    if not isinstance(said, dict) or said.get("kind") not in _KINDS:
        raise Unbelievable("kind")
    facts = said.get("facts")
    if not isinstance(facts, dict):
        raise Unbelievable("facts")
    finding: Finding = {
        "kind": said["kind"],
        "media_type": _media_type(said.get("media_type")),
        "reason": _text(said.get("reason"), _WORDS),
        "identity": _identity(said.get("identity")),
        "facts": {_storable(name): _storable(each) for name, each in facts.items()},
        "copies": _copies(said.get("copies"), out=out, folder=folder),
    }
    if "polyglot" in said:
        finding["polyglot"] = bool(said["polyglot"])
    return finding


def _storable(said: Any, deep: int = 0) -> Any:
    """The same without what no table keeps: NUL, halves of signs, numbers that are none."""
    if deep > _DEEPEST:
        raise Unbelievable("depth")
    if isinstance(said, str):
        return said.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(said, float):
        return said if math.isfinite(said) else None
    if isinstance(said, list):
        return [_storable(each, deep + 1) for each in said]
    if isinstance(said, dict):
        return {_storable(name): _storable(each, deep + 1) for name, each in said.items()}
    return said


def open_copy(out: Path, name: str) -> BinaryIO:
    """Open a copy that a child wrote. Follows no link, opens only plain files: Unbelievable."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or parts[0] == "/":
        raise Unbelievable("name")
    handle = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            handle = _step(handle, part, os.O_DIRECTORY)
        handle = _step(handle, parts[-1], os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unbelievable("not a file")
        return os.fdopen(os.dup(handle), "rb")
    except OSError:
        raise Unbelievable("not a file") from None
    finally:
        os.close(handle)


def _step(handle: int, part: str, flags: int) -> int:
    further = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | flags, dir_fd=handle)
    os.close(handle)
    return further


def _text(said: object, most: int) -> str:
    if not isinstance(said, str):
        raise Unbelievable("text")
    return "".join(sign for sign in said if sign.isprintable())[:most]


def _media_type(said: object) -> str:
    if not isinstance(said, str) or not _MEDIA_TYPE(said):
        raise Unbelievable("media type")
    return said


def _identity(said: object) -> Identity | None:
    if said is None:
        return None
    if not isinstance(said, dict):
        raise Unbelievable("identity")
    return {
        "name": _text(said.get("name"), _FIELD),
        "birth_date": _date(said.get("birth_date")),
        "sex": _text(said.get("sex"), _FIELD),
        "patient_id": _text(said.get("patient_id"), _FIELD),
        "issuer": _text(said.get("issuer"), _FIELD),
    }


def _date(said: object) -> str | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(str(said)).isoformat()
    except ValueError:
        raise Unbelievable("birth date") from None


def _copies(said: object, *, out: Path, folder: str) -> list[Copy]:
    if not isinstance(said, list) or len(said) > _MOST_COPIES:
        raise Unbelievable("copies")
    return [_copy(each, out=out, folder=folder) for each in said]


def _copy(said: Any, *, out: Path, folder: str) -> Copy:
    if not isinstance(said, dict) or not isinstance(said.get("name"), str):
        raise Unbelievable("copy")
    role, media_type = said.get("role"), _media_type(said.get("media_type"))
    if not isinstance(role, str) or not _ROLE(role):
        raise Unbelievable("role")
    if any(word in media_type for word in _NEVER_SHOWN):
        raise Unbelievable("media type of a copy")
    if said["name"].startswith("/"):
        raise Unbelievable("name")
    name = f"{folder}/{said['name']}"
    open_copy(out, name).close()
    return {"role": role, "name": name, "media_type": media_type}
