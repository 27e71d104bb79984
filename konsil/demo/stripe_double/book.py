"""What the double remembers, in one JSON file, so that a restart forgets nothing."""

from __future__ import annotations

import json
import os
import threading
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

from konsil.demo.stripe_double.objects import Thing
from konsil.demo.stripe_double.problems import no_such

KEPT_CALLS = 300
KEPT_EVENTS = 1000
KEY_LIFE = 24 * 3600  # seconds; Stripe forgets an idempotency key after at least a day
_PREFIXES = {
    "cus": "customer",
    "seti": "setup_intent",
    "cs": "checkout.session",
    "pm": "payment_method",
    "pi": "payment_intent",
    "ch": "charge",
    "re": "refund",
    "evt": "event",
    "du": "dispute",
}


def _blank() -> dict[str, Any]:
    return {"things": {}, "keys": {}, "outbox": [], "calls": []}


class Book:
    """Objects by id, answers by idempotency key, messages still to deliver, recent calls.

    Callers hold `lock` for a whole request, so that a request happens wholly or not at all.
    """

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.lock = threading.RLock()
        self.data = _blank()
        if file is not None and file.exists():
            self.data = {**_blank(), **json.loads(file.read_text("utf-8"))}

    def put(self, thing: Thing) -> Thing:
        self.data["things"][thing["id"]] = thing
        return thing

    def get(self, kind: str, name: str, param: str = "id") -> Thing:
        """The living object, or Stripe's 404."""
        thing = self.data["things"].get(name)
        if thing is None or thing["object"] != kind:
            raise no_such(kind, name, param)
        return cast(Thing, thing)

    def all(self, kind: str) -> list[Thing]:
        """Newest first, as Stripe lists them."""
        return [t for t in reversed(self.data["things"].values()) if t["object"] == kind]

    def kind_of(self, name: object) -> str | None:
        """The kind that an id names, None if this is no id of anything here."""
        if not isinstance(name, str) or name not in self.data["things"]:
            return None
        return _PREFIXES.get(name.partition("_")[0])

    def note_call(self, call: Thing) -> None:
        self.data["calls"] = [*self.data["calls"], call][-KEPT_CALLS:]

    def remembered(self, key: str, at: int) -> Thing | None:
        kept: Thing | None = self.data["keys"].get(key)
        return kept if kept is not None and kept["at"] > at - KEY_LIFE else None

    def remember(self, key: str, kept: Thing) -> None:
        old = kept["at"] - KEY_LIFE
        keys = self.data["keys"]
        self.data["keys"] = {name: one for name, one in keys.items() if one["at"] > old}
        self.data["keys"][key] = deepcopy(kept)

    def reset(self) -> None:
        self.data = _blank()
        self.save()

    def save(self) -> None:
        """Writes beside and renames, so that a kill leaves the old or the new file whole."""
        if self.file is None:
            return
        self._prune()
        beside = self.file.with_suffix(".new")
        with open(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
            json.dump(self.data, out)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(self.file)

    def _prune(self) -> None:
        waiting = {letter["event"] for letter in self.data["outbox"]}
        for old in self.all("event")[KEPT_EVENTS:]:
            if old["id"] not in waiting:
                del self.data["things"][old["id"]]
