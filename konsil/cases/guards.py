"""Guards: what must hold before a move, named in `life.py`, tested by the room that knows.

A room registers its test downwards when it loads (its `apps.py`); the house test demands exactly
one test for each name.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from konsil.cases.models.case import Case

Guard = Callable[["Case"], str]
"""Returns "" when the case may go on, else a sentence that says what is missing and what to do."""

_guards: dict[str, Guard] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    """Register the decorated function as the one test of `name`."""

    def register(test: Guard) -> Guard:
        known = _guards.get(name)
        if known is not None and known.__qualname__ != test.__qualname__:
            raise RuntimeError(f"“{name}” is guarded twice.")
        _guards[name] = test
        return test

    return register


def refusal(case: "Case", names: Iterable[str]) -> str:
    """The first sentence that forbids the step, or "". A name without a test forbids."""
    for name in names:
        test = _guards.get(name)
        if test is None:
            return "This step cannot be checked at the moment. Tell the person who runs Konsil."
        if words := test(case):
            return words
    return ""


def registered() -> set[str]:
    """The names that have a test."""
    return set(_guards)
