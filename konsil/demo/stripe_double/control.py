"""The levers behind the counter, for tests and the demo: being away, odd deliveries, the clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from konsil.demo.stripe_double import disputes
from konsil.demo.stripe_double.courier import Courier
from konsil.demo.stripe_double.problems import Problem, invalid, no_such_url
from konsil.demo.stripe_double.reply import Reply, answer

#: How the double can be away: an error page; no answer and nothing done; done but no answer;
#: the line is cut before anything is done.
WAYS = ("503", "silent", "late", "cut")


@dataclass
class Weather:
    """The next `calls` requests to the API meet this; `seconds` is how long silence lasts."""

    calls: int = 0
    how: str = "503"
    seconds: float = 30.0

    def next(self) -> str | None:
        if self.calls <= 0:
            return None
        self.calls -= 1
        return self.how


@dataclass
class Control:
    courier: Courier
    weather: Weather
    ahead: int = 0  # seconds the double's clock is ahead of the true one

    def respond(self, method: str, path: str, body: str) -> Reply:
        acts: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
            ("GET", "state"): self._state,
            ("GET", "calls"): lambda _: self.courier.bank.book.data["calls"],
            ("GET", "deliveries"): lambda _: list(self.courier.done),
            ("POST", "away"): self._away,
            ("POST", "webhooks"): self._webhooks,
            ("POST", "resend"): self._resend,
            ("POST", "clock"): self._clock,
            ("POST", "dispute"): lambda wish: disputes.move(self.courier.bank, wish),
            ("POST", "reset"): self._reset,
        }
        act = acts.get((method, path.removeprefix("/_control/")))
        try:
            if act is None:
                raise no_such_url(method, path)
            with self.courier.bank.book.lock:
                return answer(act(_read(body)))
        except Problem as problem:
            return answer(problem.body, problem.status)
        finally:
            self.courier.wake.set()

    def _state(self, _: dict[str, Any]) -> dict[str, Any]:
        data = self.courier.bank.book.data
        return {
            "away": vars(self.weather),
            "copies": self.courier.copies,
            "hold": self.courier.hold,
            "reverse": self.courier.reverse,
            "delay": self.courier.bank.delay,
            "ahead": self.ahead,
            "waiting": len(data["outbox"]),
            "things": len(data["things"]),
        }

    def _away(self, wish: dict[str, Any]) -> dict[str, Any]:
        if wish.get("how", "503") not in WAYS:
            raise invalid("how", f"Say one of {', '.join(WAYS)}")
        self.weather.calls = int(wish.get("calls", 1))
        self.weather.how = wish.get("how", "503")
        self.weather.seconds = float(wish.get("seconds", 30))
        return self._state(wish)

    def _webhooks(self, wish: dict[str, Any]) -> dict[str, Any]:
        courier = self.courier
        courier.copies = int(wish.get("copies", courier.copies))
        courier.hold = bool(wish.get("hold", courier.hold))
        courier.reverse = bool(wish.get("reverse", courier.reverse))
        courier.bank.delay = float(wish.get("delay", courier.bank.delay))
        return self._state(wish)

    def _resend(self, wish: dict[str, Any]) -> dict[str, Any]:
        bank = self.courier.bank
        event = bank.book.get("event", str(wish.get("event")))
        bank.book.data["outbox"].append({"event": event["id"], "due": bank.now, "tries": 0})
        bank.book.save()
        return self._state(wish)

    def _clock(self, wish: dict[str, Any]) -> dict[str, Any]:
        self.ahead = int(wish.get("ahead", 0))
        return self._state(wish)

    def _reset(self, wish: dict[str, Any]) -> dict[str, Any]:
        courier = self.courier
        courier.bank.book.reset()
        courier.copies, courier.hold, courier.reverse = 1, False, False
        courier.bank.delay, self.ahead, self.weather.calls = 0.0, 0, 0
        courier.done.clear()
        return self._state(wish)


def _read(body: str) -> dict[str, Any]:
    if not body:
        return {}
    try:
        read = json.loads(body)
    except ValueError as error:
        raise invalid("body", 'Send JSON, like {"calls": 1}') from error
    if not isinstance(read, dict):
        raise invalid("body", 'Send a JSON object, like {"calls": 1}')
    return read
