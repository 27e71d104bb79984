"""The whole of Konsil as a newcomer starts it, on a port and in a home of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

START_WITHIN = 240


@dataclass
class Stack:
    """A running `konsil serve --demo`: its address, its home folder, its mail."""

    url: str
    home: Path
    process: subprocess.Popen[bytes] | None = None
    read: set[str] = field(default_factory=set)

    def letters(self, to: str) -> list[dict[str, str]]:
        """The letters to an address, oldest first."""
        files = sorted((self.home / "mail").glob("*.json"))
        found = [json.loads(file.read_text()) for file in files]
        return [letter for letter in found if to in letter["to"]]

    def next_letter(self, to: str, *, about: str = "", within: float = 60) -> dict[str, str]:
        """Wait for a letter that was not read yet, whose text contains `about`."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            for letter in self.letters(to):
                text = f"{letter['subject']} {letter['body']}"
                if letter["at"] not in self.read and about in text:
                    self.read.add(letter["at"])
                    return letter
            time.sleep(0.3)
        subjects = [letter["subject"] for letter in self.letters(to)]
        raise AssertionError(f"No letter to {to} about “{about}”; there were {subjects}")

    @staticmethod
    def link_in(letter: dict[str, str]) -> str:
        """The first address in a letter."""
        found = re.search(r"https?://\S+", letter["body"])
        assert found, letter
        return found.group(0)


def free_port() -> int:
    """A port that is free, with the two after it (web, live, payments)."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for port in range(8300 + 100 * worker, 8990, 10):
        try:
            for each in (port, port + 1, port + 2):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", each))
        except OSError:
            continue
        return port
    raise RuntimeError("No three ports are free between 8300 and 8990.")


def start(home: Path) -> Stack:
    """Start it, with the demo hospital, and wait until it answers."""
    port = free_port()
    kept = ("KONSIL_", "DATABASE_URL", "DJANGO_")
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(kept)}
    konsil = Path(sys.executable).parent / "konsil"
    log = (home / "serve.log").open("wb")
    process = subprocess.Popen(
        [konsil, "serve", "--demo", "--port", str(port)],
        env=surroundings | {"KONSIL_HOME": str(home)},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    stack = Stack(f"http://127.0.0.1:{port}", home, process)
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"konsil serve ended: {(home / 'serve.log').read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{stack.url}/account/login/", timeout=5) as page:
                if page.status == 200:
                    return stack
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    stop(stack)
    raise RuntimeError(f"konsil serve did not answer: {(home / 'serve.log').read_text()[-3000:]}")


def stop(stack: Stack) -> None:
    """End it as Ctrl-C does."""
    if stack.process is None:
        return
    stack.process.send_signal(signal.SIGINT)
    try:
        stack.process.wait(30)
    except subprocess.TimeoutExpired:
        stack.process.kill()
        stack.process.wait(10)


def chromium() -> str:
    """The system's Chromium, or the command that installs it."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("Browser journeys need Chromium: apt-get install chromium")
