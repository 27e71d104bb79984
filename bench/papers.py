"""What a case gives back: the report as PDF, and everything in one zip."""

import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

from bench.memory import watching
from bench.stack import Stack, Trouble
from bench.table import Row, below, median

ROUNDS = 3
PIECE = 1 << 20
LIMIT_MB = 400


def report(stack: Stack) -> Iterator[Row]:
    """The demo's signed report."""
    made = stack.ask("paper")
    yield Row("report PDF: drawn, in a process that never drew one", f"{made['first']:.2f}", "s")
    yield Row("report PDF: drawn again", f"{made['again']:.2f}", "s")
    yield Row("report PDF: asked for again (kept)", f"{made['kept'] * 1000:.0f}", "ms")
    yield Row("report PDF: size", f"{made['bytes'] / 1e6:.2f}", "MB")


def zipped(stack: Stack) -> Iterator[Row]:
    """The zip of the case with the CT, to the patient."""
    sent = stack.ask("largest")
    rates, begins = [], []
    with watching(stack.server.pid) as watch:
        for _ in range(ROUNDS):
            first, seconds, size = _download(stack, sent["case"], sent["cookie"])
            rates.append(size / 1e6 / seconds)
            begins.append(first)
    yield Row(f"case zip: rate ({size / 1e6:.0f} MB)", f"{median(rates):.0f}", "MB/s")
    yield Row("case zip: until the first byte", f"{median(begins):.2f}", "s")
    web = watch.peaks.get("web", 0.0)
    yield below("case zip: the web process", web, "MB peak PSS", LIMIT_MB)


def _download(stack: Stack, case: str, cookie: str) -> tuple[float, float, int]:
    """Seconds until the first byte, seconds in all, bytes."""
    with closing(HTTPConnection("127.0.0.1", stack.port, timeout=120)) as line:
        start, size = time.perf_counter(), 0
        line.request("GET", f"/cases/{case}/case.zip", headers={"Cookie": cookie})
        answer = line.getresponse()
        if answer.status != 200:
            raise Trouble(f"case.zip answers {answer.status}")
        first = 0.0
        while piece := answer.read(PIECE):
            first = first or time.perf_counter() - start
            size += len(piece)
        if answer.length:
            raise Trouble(f"The zip broke off, {answer.length} bytes before its end.")
    return first, time.perf_counter() - start, size
