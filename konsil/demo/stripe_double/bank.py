"""The double's one living thing: its book, its clock, its address, and its tongue."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from konsil.demo.stripe_double import API_VERSION, objects
from konsil.demo.stripe_double.book import Book
from konsil.demo.stripe_double.objects import Thing


def _nobody() -> Thing:
    return {"id": None, "idempotency_key": None}


@dataclass
class Bank:
    """What every act of the double needs; `request` is the API call being answered, if any."""

    book: Book
    clock: Callable[[], int]
    public_url: str
    delay: float = 0.0
    request: Thing = field(default_factory=_nobody)

    @property
    def now(self) -> int:
        return self.clock()

    def tell(self, kind: str, thing: Thing) -> Thing:
        """Writes an event with the thing as it stands now, and queues it for delivery."""
        event = objects.event(self.now, kind, deepcopy(thing), API_VERSION, dict(self.request))
        self.book.put(event)
        letter: dict[str, Any] = {"event": event["id"], "due": self.now + self.delay, "tries": 0}
        self.book.data["outbox"].append(letter)
        return event

    def nobody_asks(self) -> None:
        """From here on, what happens was not asked for over the API (a person on a page)."""
        self.request = _nobody()
