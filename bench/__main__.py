"""`make bench`: start Konsil, measure, print the table; with `--write` into docs/performance.md."""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Browser

from bench import ingest, ledger, machine, pages, papers, room
from bench.browser import browser
from bench.stack import Stack, Trouble, running
from bench.table import Row, as_text, below, missing
from bench.writing import write

Part = Callable[[Stack, Browser], Iterator[Row]]
PARTS: dict[str, Part] = {
    "pages": lambda stack, _: pages.measure(stack),
    "room": room.measure,
    "ingest": ingest.measure,
    "report": lambda stack, _: papers.report(stack),
    "zip": lambda stack, _: papers.zipped(stack),
    "timers": lambda stack, _: timers(stack),
    "ledger": lambda stack, _: ledger.measure(stack),
}
"""In this order: the pages' loader makes the cases into which the CTs come."""


def timers(stack: Stack) -> Iterator[Row]:
    """Last, for it leaves a million rows behind; its cases are those of the pages."""
    found = stack.ask("timers")
    many = f"of {found['many']:,} timers"
    yield below(f"sweep {many}, none due", found["idle"] * 1000, "ms", 20, digits=1)
    yield Row(f"sweep {many}, {found['due']} due: each", f"{found['each'] * 1000:.1f}", "ms")
    yield Row("sweep: rows read when none is due", str(found["read"]), "rows")


def main() -> int:
    """0 when all could be measured, whether or not a target is met; 1 when something was not."""
    options = _options()
    load = machine.load_average()
    try:
        with running(keep=options.home) as stack, browser() as found:
            rows = [row for name in options.parts for row in _rows(name, stack, found)]
    except Trouble as trouble:
        _say(f"bench: {trouble}")
        return 1
    facts = machine.describe(load)
    sys.stdout.write("\n".join(["", *facts, "", as_text(rows), ""]))
    if options.write:
        write(rows, facts)
    return 1 if any(row.missing for row in rows) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"only some of: {', '.join(PARTS)}")
    parser.add_argument("--write", action="store_true", help="renew docs/performance.md")
    parser.add_argument("--home", type=Path, help="keep the home in this folder, to look at it")
    options = parser.parse_args()
    options.parts = options.parts or list(PARTS)
    if strange := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(strange))}")
    if {"ingest", "zip", "timers"} & set(options.parts):
        options.parts = [name for name in PARTS if name in {*options.parts, "pages"}]
    return options


def _rows(name: str, stack: Stack, found: Browser) -> Iterator[Row]:
    """A part that fails costs its own rows only."""
    _say(f"bench: {name}")
    try:
        yield from PARTS[name](stack, found)
    except Exception as trouble:  # whatever breaks is told, and the other parts go on
        _say(f"bench: {name}: {trouble}")
        yield missing(name, str(trouble).splitlines()[0][:90] or type(trouble).__name__)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
