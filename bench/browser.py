"""The system's Chromium, headless and without a graphics card, for a signed-in person."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.machine import chromium
from bench.stack import Trouble

SIZE = {"width": 1440, "height": 900}
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A browser; each visitor gets a fresh context, so that no cache helps."""
    program = chromium()
    if program is None:
        raise Trouble("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield found
        finally:
            found.close()


@contextlib.contextmanager
def visitor(found: Browser, url: str, cookie: str) -> Iterator[Page]:
    """A fresh window of somebody who is signed in."""
    context: BrowserContext = found.new_context(viewport=SIZE)  # type: ignore[arg-type]
    name, _, value = cookie.partition("=")
    if name:
        context.add_cookies([{"name": name, "value": value, "url": url}])
    try:
        yield context.new_page()
    finally:
        context.close()


def wait_for(ask: Callable[[], Any], *, what: str, within: float = 120, every: float = 0.05) -> Any:
    """Ask until the answer is not empty. A page's own policy forbids Playwright's own waiting."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(every)
    raise Trouble(f"Waited {within:.0f} s in vain for {what}.")
