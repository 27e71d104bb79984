"""Carries signed webhooks to the merchant: with retries, and on request twice, late or reversed."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from konsil.demo.stripe_double import checkout
from konsil.demo.stripe_double.bank import Bank

PATIENCE = 10.0  # seconds for the merchant to answer
TRIES = 12
LONGEST_WAIT = 60  # seconds between two tries
SWEEP_EVERY = 5.0  # seconds


def signature(secret: str, at: int, body: str) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 over `{t}.{body}`, scheme v1."""
    signed = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def deliver(url: str, body: str, header: str) -> int:
    """The merchant's status, 0 if there was none; redirects are failures, as with Stripe."""
    to = urlsplit(url)
    kind = http.client.HTTPSConnection if to.scheme == "https" else http.client.HTTPConnection
    line = kind(to.hostname or "", to.port, timeout=PATIENCE)
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}
    try:
        line.request("POST", to.path or "/", body.encode(), headers)
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


@dataclass
class Courier:
    """One thread; the outbox is in the book, so what was not delivered outlives a restart."""

    bank: Bank
    url: str
    secret: str
    clock: Callable[[], int]
    copies: int = 1
    hold: bool = False
    reverse: bool = False
    done: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=300))
    wake: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stop.is_set():
            self.wake.wait(self._wait())
            self.wake.clear()
            with self.bank.book.lock:
                checkout.sweep(self.bank)
                due = self._due()
            for letter in due:
                self._carry(letter)

    def end(self) -> None:
        self.stop.set()
        self.wake.set()

    def _wait(self) -> float:
        with self.bank.book.lock:
            dues = [letter["due"] for letter in self.bank.book.data["outbox"]]
        if not dues or self.hold or not self.url:
            return SWEEP_EVERY
        return float(min(max(min(dues) - self.bank.now, 0.05), SWEEP_EVERY))

    def _due(self) -> list[dict[str, Any]]:
        if self.hold or not self.url:
            return []
        outbox = self.bank.book.data["outbox"]
        due = [letter for letter in outbox if letter["due"] <= self.bank.now]
        return due[::-1] if self.reverse else due

    def _carry(self, letter: dict[str, Any]) -> None:
        with self.bank.book.lock:
            event = self.bank.book.data["things"].get(letter["event"])
            if event is None:
                return
            body = json.dumps(event, indent=2)
        status = 0
        for _ in range(self.copies):
            status = deliver(self.url, body, signature(self.secret, self.clock(), body))
            self.done.append({"event": event["id"], "type": event["type"], "status": status})
        with self.bank.book.lock:
            self._settle(letter, arrived=200 <= status < 300)

    def _settle(self, letter: dict[str, Any], *, arrived: bool) -> None:
        outbox = self.bank.book.data["outbox"]
        if letter not in outbox:
            return  # a reset came between
        outbox.remove(letter)
        if arrived:
            self.bank.book.data["things"][letter["event"]]["pending_webhooks"] = 0
        elif letter["tries"] + 1 < TRIES:
            wait = min(2 ** letter["tries"], LONGEST_WAIT)
            again = {"tries": letter["tries"] + 1, "due": self.bank.now + wait}
            outbox.append({**letter, **again})
        self.bank.book.save()
