"""The whole of Konsil on a home of its own, as a newcomer starts it; gone at the end."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN = 240
STOPS_WITHIN = 30
OURS = ("KONSIL_", "DJANGO_", "DATABASE_URL")
"""Nobody's own server or settings take part: the bench writes a thousand cases."""


class Trouble(Exception):
    """Something could not be started or measured; the words say what."""


@dataclass
class Stack:
    """Where a running Konsil is, and how to ask its inside."""

    home: Path
    port: int
    server: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, *words: str) -> Any:
        """Run one order of `bench.inside` beside the server, and give back what it says."""
        command = [sys.executable, "-m", "bench.inside", *words]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(self.home, self.port),
            stdout=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise Trouble(f"The order {words[0]} failed; the reason is above.")
        return json.loads(done.stdout)


def environment(home: Path, port: int) -> dict[str, str]:
    """What every process of this Konsil agrees on, and nothing of the caller's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {
        "KONSIL_HOME": str(home),
        "KONSIL_ENV": "demo",
        "KONSIL_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "KONSIL_LIVE_URL": f"http://127.0.0.1:{port + 1}",
        "KONSIL_STRIPE_URL": f"http://127.0.0.1:{port + 2}",
        "KONSIL_STATIC_STORAGE": "konsil.core.static_files.QuickStaticFiles",
        "DJANGO_SETTINGS_MODULE": "konsil.settings",
        "PYTHONUNBUFFERED": "1",
    }


@contextlib.contextmanager
def running(*, keep: Path | None = None) -> Iterator[Stack]:
    """A Konsil that answers, with the demo hospital in it; on `keep`, or a home thrown away."""
    home = keep or Path(tempfile.mkdtemp(prefix="konsil-bench-"))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)
    port = free_ports(3)
    command = [sys.executable, "-m", "konsil.cli.main", "serve", "--demo", "--port", str(port)]
    log = home / "serve.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment(home, port), stdout=out, stderr=out
        )
    try:
        _wait(server, log)
        yield Stack(home, port, server)
    finally:
        _stop(server)
        if keep is None:
            shutil.rmtree(home, ignore_errors=True)


def _wait(server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while b"Konsil is ready" not in log.read_bytes():
        if server.poll() is not None or time.monotonic() > until:
            raise Trouble(f"Konsil did not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.2)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def free_ports(count: int) -> int:
    """The first of `count` ports in a row on which nobody listens."""
    for first in range(18300, 19300, count):
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise Trouble("No free ports from 18300 on.")


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class Visitor:
    """A signed-in browser without a browser: one kept connection and its cookie."""

    port: int
    cookie: str = ""

    def __post_init__(self) -> None:
        self.line = HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(self, path: str) -> bytes:
        """The body of a page; a page that does not answer 200 is an error, not a fast page."""
        self.line.request("GET", path, headers={"Cookie": self.cookie, "Accept": "text/html"})
        answer = self.line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Trouble(f"{path} answers {answer.status}")
        return body

    def close(self) -> None:
        with contextlib.suppress(HTTPException, OSError):
            self.line.close()
