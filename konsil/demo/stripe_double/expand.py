"""Answers `expand[]`: puts the object itself where Stripe gives only its id."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from konsil.demo.stripe_double.book import Book
from konsil.demo.stripe_double.objects import Thing
from konsil.demo.stripe_double.problems import Problem

DEEPEST = 4


def expand(book: Book, thing: Thing, paths: list[str]) -> Thing:
    """Changes the given copy; a path that names nothing expandable is Stripe's 400."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise _refused(path)
        _walk(book, thing, steps, path)
    return thing


def _walk(book: Book, thing: Any, steps: list[str], path: str) -> None:
    if not steps or thing is None:
        return
    if isinstance(thing, list):
        for one in thing:
            _walk(book, one, steps, path)
        return
    if not isinstance(thing, dict) or steps[0] not in thing:
        raise _refused(path)
    value = thing[steps[0]]
    if (kind := book.kind_of(value)) is not None:
        thing[steps[0]] = value = deepcopy(book.get(kind, value))
    elif isinstance(value, str | int):
        raise _refused(path)
    _walk(book, value, steps[1:], path)


def _refused(path: str) -> Problem:
    return Problem(
        400, "invalid_request_error", f"This property cannot be expanded ({path}).", param="expand"
    )
