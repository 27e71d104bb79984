"""How long a page of each kind takes, over HTTP, with a thousand cases in the database."""

import time
from collections.abc import Iterator

from bench.memory import processor
from bench.stack import Stack, Visitor
from bench.table import Row, median, percentile

CASES = 1000
WARM, TIMES = 5, 40
LIMIT = 150


def measure(stack: Stack) -> Iterator[Row]:
    """One row a page: elapsed until the last byte, and what all servers computed."""
    stack.ask("fill", str(CASES))
    stack.ask("tidy")
    for page in stack.ask("visits"):
        before = processor(stack.server.pid)
        took = list(_times(stack.port, page["path"], page["cookie"]))
        work = (processor(stack.server.pid) - before) / (WARM + TIMES) * 1000
        late = percentile(took, 0.95)
        value = f"{median(took):.0f} / {late:.0f} / {work:.0f} / {page['queries']}"
        yield Row(
            f"page: {page['kind']}",
            value,
            "ms median / p95 / processor / SQL statements",
            f"p95 < {LIMIT} ms",
            late < LIMIT,
        )


def _times(port: int, path: str, cookie: str) -> Iterator[float]:
    visitor = Visitor(port, cookie)
    try:
        for _ in range(WARM):
            visitor.get(path)
        for _ in range(TIMES):
            start = time.perf_counter()
            visitor.get(path)
            yield (time.perf_counter() - start) * 1000
    finally:
        visitor.close()
