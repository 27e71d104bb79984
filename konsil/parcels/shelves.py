"""Shelves: the rooms above register here how files of a kind are read and where they are put.

Reading happens in the sandboxed child (a dotted name, imported only there); putting happens in the
filing transaction, so that no file is ever half filed.
"""

from collections.abc import Callable, Sequence
from typing import Any

from konsil.cases.models import Case

Put = Callable[..., None]
"""put(case, filings, *, parcel): gives each filing its exhibit; filings carry `.holding`."""

_readers: list[str] = []
_shelves: dict[str, Put] = {}


def reads_with(dotted: str, *, first: bool = False) -> None:
    """Add a reader, "konsil.imaging.reading:read"; `first` puts it before the others."""
    if dotted not in _readers:
        _readers.insert(0 if first else len(_readers), dotted)


def shelf(*found: str) -> Callable[[Put], Put]:
    """The decorated function files what was found to be one of `found`."""

    def register(put: Put) -> Put:
        for kind in found:
            _shelves[kind] = put
        return put

    return register


def readers() -> list[str]:
    """The readers in the order in which a file is offered to them."""
    return list(_readers)


def put_away(case: Case, filings: Sequence[Any], *, parcel: Any) -> None:
    """Hand each filing to the shelf of its kind."""
    for kind in {filing.found for filing in filings}:
        put = _shelves.get(kind)
        if put is not None:
            put(case, [filing for filing in filings if filing.found == kind], parcel=parcel)
