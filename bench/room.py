"""The reading room in Chromium: until the first image and the whole stack; OHIF beside it.

Both viewers are watched in the same way: Cornerstone, on which both are built, tells by an event
of the page when an image was drawn. Runs alternate, each in a fresh window without any cache.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from bench import ohif
from bench.browser import visitor, wait_for
from bench.stack import Stack, Trouble
from bench.table import Row, median, missing

ROUNDS = 5
RATIO = 0.35
EAR = """
window.bench = {};
document.addEventListener("CORNERSTONE_STACK_NEW_IMAGE", () => {
  bench.set ??= performance.now();
}, true);
document.addEventListener("CORNERSTONE_IMAGE_RENDERED", () => {
  if (bench.set !== undefined) bench.drawn ??= performance.now();
}, true);
document.addEventListener("stack-loaded", (event) => { bench.loaded = event.detail; }, true);
"""
MARK = "performance.getEntriesByName('konsil:{0}')[0]?.startTime ?? 0"
CLICK = "a[data-item][aria-current=true]"


@dataclass
class Runs:
    """Seconds of each run of ours: first image, whole stack, and a click in the open room."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    click: list[float] = field(default_factory=list)


def measure(stack: Stack, found: Browser) -> Iterator[Row]:
    """From the address of the study until its images stand, ours and OHIF's in turn."""
    where = stack.ask("reading")
    runs, theirs = Runs(), list[float]()
    name = "reading room: first image, ours / OHIF’s"
    try:
        with ohif.serving(stack.port, where["case"], where["cookie"]) as other:
            for _ in range(ROUNDS):
                _ours(stack, found, where, runs)
                theirs.append(_theirs(found, other, where))
        ratio = median(runs.first) / median(theirs)
        compared = [
            Row(f"OHIF {ohif.VERSION}, same server: first image", _shown(theirs), "s (runs)"),
            Row(name, f"{ratio:.2f}", "ratio of medians", f"≤ {RATIO}", ratio <= RATIO),
        ]
    except Trouble as trouble:
        while len(runs.first) < ROUNDS:
            _ours(stack, found, where, runs)
        compared = [missing(name, str(trouble), unit="ratio", target=f"≤ {RATIO}")]
    count = where["images"]
    yield Row("reading room: address to first image, no cache", _shown(runs.first), "s (runs)")
    yield Row(f"reading room: address to all {count} slices", _shown(runs.whole), "s (runs)")
    yield Row("reading room: click on the study to its image", _shown(runs.click), "s (runs)")
    yield from compared


def _shown(figures: list[float]) -> str:
    """The median, and how far the runs lie apart."""
    return f"{median(figures):.2f} ({min(figures):.2f}–{max(figures):.2f})"


def _ours(stack: Stack, found: Browser, where: dict[str, Any], runs: Runs) -> None:
    address = f"{stack.url}/cases/{where['case']}/reading/{where['exhibit']}/"
    with visitor(found, stack.url, where["cookie"]) as page:
        page.add_init_script(EAR)
        page.goto(address, wait_until="commit")
        runs.first.append(_soon(page, "bench.drawn") / 1000)
        loaded = _soon(page, "bench.loaded")
        if loaded["failed"] or loaded["images"] != where["images"]:
            raise Trouble(f"The viewer loaded {loaded} of {where['images']} images")
        runs.whole.append(page.evaluate(MARK.format("stack-loaded")) / 1000)
        page.evaluate("delete bench.set; delete bench.drawn")
        start = page.evaluate("performance.now()")
        page.locator(CLICK).click()
        runs.click.append((_soon(page, "bench.drawn") - start) / 1000)


def _theirs(found: Browser, other: str, where: dict[str, Any]) -> float:
    with visitor(found, other, "") as page:
        page.add_init_script(EAR)
        address = f"{other}/viewer?StudyInstanceUIDs={where['study']}"
        page.goto(address, wait_until="commit")
        return float(_soon(page, "bench.drawn")) / 1000


def _soon(page: Any, name: str) -> Any:
    """The value of `name` in the page once there is one."""

    def ask() -> Any:
        with suppress(BrowserError):  # the page is just being replaced
            return page.evaluate(f"window.bench && {name}")
        return None

    return wait_for(ask, what=name, within=90)
