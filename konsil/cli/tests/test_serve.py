"""One command from an empty folder to a page, and nothing left when it ends."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

PATIENCE = 90  # a busy machine, an empty folder


@pytest.fixture
def serve(monkeypatch):
    home = Path(tempfile.mkdtemp(prefix="konsil-"))
    home.chmod(0o711)
    for name in ("KONSIL_DB_SOCKET", "KONSIL_DB_USER", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KONSIL_HOME", str(home))
    started = []

    def start(port):
        words = [sys.executable, "-m", "konsil.cli.main", "serve", "--port", str(port)]
        out = subprocess.PIPE
        started.append(subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()
    shutil.rmtree(home)


def free_ports() -> int:
    """The first of three ports in a row that nobody uses."""
    for first in range(20000 + os.getpid() % 20000, 60000, 3):
        held = [socket.socket() for _ in range(3)]
        try:
            for further, each in enumerate(held):
                each.bind(("127.0.0.1", first + further))
            return first
        except OSError:
            continue
        finally:
            for each in held:
                each.close()
    raise AssertionError("no free port")


def said(process, words: str) -> list[str]:
    """What it said up to the line with these words."""
    lines = []
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and (line := process.stdout.readline()):
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError(f"never said {words!r}: {''.join(lines)}")


def of(folder: str) -> list[int]:
    """Living processes whose environment names this home folder, we apart."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            named = folder.encode() in (entry / "environ").read_bytes()
        except OSError:
            continue
        if named and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


def test_from_an_empty_folder_to_a_page_and_back_to_silence(serve):
    port = free_ports()
    process = serve(port)
    lines = said(process, f"Konsil is ready: http://127.0.0.1:{port}")

    page = http.client.HTTPConnection("127.0.0.1", port)
    page.request("GET", "/account/login/")
    other = serve(free_ports())

    assert page.getresponse().status == 200
    assert "already running" in said(other, "already running")[-1]
    assert other.wait() == 1
    assert not [line for line in lines if "Traceback" in line]

    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 0
    assert of(os.environ["KONSIL_HOME"]) == []
