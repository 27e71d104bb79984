"""Does a sign-in tell who has an account? Existing and unknown addresses, measured (trust.md B3).

`KONSIL_HOME=… python -m bench.strangers [PAIRS]` beside a running demo. Compared are status,
headers, body, the number of letters and the time: medians, and Mann-Whitney's p (normal
approximation).
"""

import re
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import erfc, sqrt
from typing import Any

from konsil.cli.ground import with_django

DOORS = (
    ("sign-in", "/account/login/", "login"),
    ("code", "/account/login/code/", "email"),
    ("reset", "/account/password/reset/", "email"),
)
KNOWN = "ada@northgate.example"
WRONG = "wrong password 12"
PASSING = {"Content-Length", "Date", "Expires", "Last-Modified"}
"""Headers that change with the time, or with the length of the address."""
TOKEN = re.compile(r'(csrfmiddlewaretoken" value|csrf-token" content)="[^"]*"')


@dataclass
class Heard:
    """What one kind of address got back at one door."""

    seconds: list[float] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    letters: set[int] = field(default_factory=set)


def knock(path: str, name: str, address: str) -> tuple[float, str, int]:
    """(seconds, what came back without its token and address, letters)."""
    from django.core import mail
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    before = len(mail.outbox)
    begun = time.perf_counter()
    answer = client.post(path, {name: address, "password": WRONG})
    took = time.perf_counter() - begun
    body = TOKEN.sub("", answer.content.decode()).replace(address, "E")
    heads = sorted((key, value) for key, value in answer.items() if key not in PASSING)
    return took, f"{answer.status_code} {heads} {body}", len(mail.outbox) - before


def measure(pairs: int) -> Iterator[tuple[str, Heard, Heard]]:
    """Each door, in turns: first the one, then the other, so that a busy machine hits both."""
    for door, path, name in DOORS:
        known, unknown = Heard(), Heard()
        for number in range(pairs + 3):
            order = [(known, KNOWN), (unknown, f"ida{number}@northgate.example")]
            for heard, address in order if number % 2 else order[::-1]:
                took, said, letters = knock(path, name, address)
                if number >= 3:  # the first ones warm up
                    heard.seconds.append(took)
                    heard.said.add(said)
                    heard.letters.add(letters)
        yield door, known, unknown


def p_of(one: list[float], other: list[float]) -> float:
    """Two-sided p of Mann and Whitney's U; ties get their mean rank."""
    marked = sorted([(each, 0) for each in one] + [(each, 1) for each in other])
    ranks = [0.0] * len(marked)
    starts = [0, *(at for at, (a, b) in enumerate(pairwise(marked), 1) if a[0] != b[0])]
    for start, end in pairwise([*starts, len(marked)]):
        for at in range(start, end):
            ranks[at] = (start + 1 + end) / 2
    n, m = len(one), len(other)
    u = sum(rank for rank, (_t, who) in zip(ranks, marked, strict=True) if who == 0)
    u -= n * (n + 1) / 2
    return erfc(abs(u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12) / sqrt(2))


def main() -> int:
    """1 when an answer differs in anything but its time; the times are for whoever reads them."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    different = False
    with with_django():
        _let_everybody_try()
        for door, known, unknown in measure(pairs):
            same = known.said == unknown.said and known.letters == unknown.letters
            different |= not same
            gap = statistics.median(known.seconds) - statistics.median(unknown.seconds)
            p = p_of(known.seconds, unknown.seconds)
            half = statistics.median(known.seconds) * 1000
            words = "the same" if same else f"DIFFERENT {sorted(known.letters ^ unknown.letters)}"
            times = f"median {half:.1f} ms, {gap * 1000:+.1f} ms, p {p:.3f}"
            sys.stdout.write(f"{door:<8} answers {words}; {times}\n")
    return int(different)


def _let_everybody_try() -> None:
    """Without the limits on tries, and with letters kept in memory."""
    from django.conf import settings
    from django.core import mail

    changed: dict[str, Any] = {
        "ACCOUNT_RATE_LIMITS": False,
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    }
    for name, value in changed.items():
        setattr(settings, name, value)
    mail.outbox = []


if __name__ == "__main__":
    sys.exit(main())
