"""A CT of 200 slices comes in: through the page in a browser, and by the bare protocol."""

import base64
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from playwright.sync_api import Browser

from bench.browser import visitor, wait_for
from bench.memory import Watch, watching
from bench.stack import Stack, Trouble
from bench.table import Row, below

SLICES = 200
LIMIT_S, LIMIT_MB = 10, 400
PARALLEL = 4
TOKEN = "b" * 32  # what a browser keeps in its cookie and repeats in its header


def measure(stack: Stack, found: Browser) -> Iterator[Row]:
    """The browser's door first, then the same without a browser."""
    folder = stack.home / "bench-ct"
    sent = stack.ask("sender", str(folder / "browser"), str(SLICES))
    with watching(stack.server.pid) as watch:
        seconds, sending = _by_browser(stack, found, sent, folder / "browser")
    yield from _rows("browser", sent, seconds, watch)
    yield Row("ingest, browser: until the last byte was sent", f"{sending:.1f}", "s")
    yield _beyond(stack, sent)
    sent = stack.ask("sender", str(folder / "plain"), str(SLICES))
    with watching(stack.server.pid) as watch:
        seconds = _by_tus(stack, sent, folder / "plain")
    yield from _rows("tus, 4 at once", sent, seconds, watch)


def _rows(how: str, sent: dict[str, Any], seconds: float, watch: Watch) -> Iterator[Row]:
    size = sent["bytes"] / 1e6
    yield below(
        f"ingest, {how}: CT of {SLICES} slices, {size:.0f} MB, until it can be read",
        seconds,
        "s",
        LIMIT_S,
        digits=1,
    )
    yield Row(f"ingest, {how}: rate", f"{sent['files'] / seconds:.0f}", "instances/s")
    yield Row(f"ingest, {how}: rate", f"{size / seconds:.1f}", "MB/s")
    yield Row(f"ingest, {how}: all servers computed", f"{watch.processor:.1f}", "s of processor")
    name, most = watch.largest()
    yield below(f"ingest, {how}: largest process ({name})", most, "MB peak PSS", LIMIT_MB)
    names, peaks = zip(*sorted(watch.peaks.items()), strict=True)
    shown = " / ".join(f"{peak:.0f}" for peak in peaks)
    yield Row(f"ingest, {how}: {' / '.join(names)}", shown, "MB peak PSS")
    yield Row(f"ingest, {how}: all processes together", f"{watch.total:.0f}", "MB peak PSS")


def _by_browser(
    stack: Stack, found: Browser, sent: dict[str, Any], folder: Path
) -> tuple[float, float]:
    """Seconds from choosing the folder until the page says that it is all here; and of sending."""
    with visitor(found, stack.url, sent["cookie"]) as page:
        page.goto(f"{stack.url}/cases/{sent['case']}/upload/")
        chooser = page.locator("input[webkitdirectory]")
        chooser.wait_for(state="attached")
        start = time.monotonic()
        chooser.set_input_files(str(folder))
        button = page.get_by_role("button", name=f"Send {SLICES}")
        button.click(timeout=120_000)
        told = page.locator("[data-region=state] [data-finished]")
        wait_for(told.count, what="the page to say that all is here")
        seconds = time.monotonic() - start
    begun = time.time() - (time.monotonic() - start)
    state = stack.ask("arrived", sent["case"])
    _complete(state)
    return seconds, state["sent"] - begun


def _beyond(stack: Stack, sent: dict[str, Any]) -> Row:
    """What the server had still to read when the last byte was there."""
    state = stack.ask("arrived", sent["case"])
    left = max(0.0, state["read"] - state["sent"])
    return Row("ingest, browser: from the last byte until all was filed", f"{left:.1f}", "s")


def _complete(state: dict[str, Any]) -> None:
    """A fast wrong answer is an error: every file filed once, and every image there."""
    if not state["images"] == state["filed"] == state["filings"] == SLICES or not state["read"]:
        raise Trouble(
            f"{state['filed']} of {SLICES} files were filed, {state['filings']} times something"
            f" was said of one, and there are {state['images']} images"
        )


def _by_tus(stack: Stack, sent: dict[str, Any], folder: Path) -> float:
    """Seconds from the first request until the last file is filed."""
    cookie = f"{sent['cookie']}; csrftoken={TOKEN}"
    with closing(HTTPConnection("127.0.0.1", stack.port, timeout=120)) as line:
        _ask(line, "GET", f"/cases/{sent['case']}/upload/", cookie)
        parcel = stack.ask("arrived", sent["case"])["parcel"]
        files: Queue[Path] = Queue()
        for file in sorted(folder.iterdir()):
            files.put(file)
        start = time.monotonic()
        _together(stack, sent["case"], parcel, cookie, files)
        _ask(line, "POST", f"/cases/{sent['case']}/parcels/{parcel}/", cookie, expect=302)
        address = f"/cases/{sent['case']}/parcels/{parcel}/state/"
        wait_for(
            lambda: b"data-finished" in _ask(line, "GET", address, cookie),
            what="the parcel to be read",
            every=0.2,
        )
        seconds = time.monotonic() - start
    _complete(stack.ask("arrived", sent["case"]))
    return seconds


def _together(stack: Stack, case: str, parcel: str, cookie: str, files: "Queue[Path]") -> None:
    troubles: list[Exception] = []

    def send() -> None:
        with closing(HTTPConnection("127.0.0.1", stack.port, timeout=120)) as line:
            try:
                while True:
                    _send(line, case, parcel, cookie, files.get_nowait())
            except Empty:
                return
            except (OSError, Trouble) as trouble:
                troubles.append(trouble)

    hands = [threading.Thread(target=send) for _ in range(PARALLEL)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    if troubles:
        raise Trouble(f"A file could not be sent: {troubles[0]}")


def _send(line: HTTPConnection, case: str, parcel: str, cookie: str, file: Path) -> None:
    """One file, with its bytes in the very request that begins the upload (tus 1.0)."""
    body = file.read_bytes()
    about = {"filename": file.name, "relativePath": f"CT/{file.name}", "parcel": parcel}
    pairs = [f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in about.items()]
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(body)),
        "Upload-Metadata": ",".join(pairs),
        "Content-Type": "application/offset+octet-stream",
    }
    _ask(line, "POST", f"/cases/{case}/uploads/", cookie, body=body, more=headers, expect=201)


def _ask(
    line: HTTPConnection,
    method: str,
    path: str,
    cookie: str,
    *,
    body: bytes = b"",
    more: dict[str, str] | None = None,
    expect: int = 200,
) -> bytes:
    headers = {"Cookie": cookie, "X-CSRFToken": TOKEN, **(more or {})}
    line.request(method, path, body=body, headers=headers)
    answer = line.getresponse()
    said = answer.read()
    if answer.status != expect:
        raise Trouble(f"{path} answers {answer.status}: {said[:200]!r}")
    return said
