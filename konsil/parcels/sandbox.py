"""Read strangers' files in a throw-away child with limits, one child for a batch, losing none.

No file is parsed in a web process or a worker: they only see findings that were checked.
"""

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from konsil.core.finding import Finding, Kind
from konsil.parcels.answers import Unbelievable, accept, open_copy
from konsil.parcels.child import TOO_LARGE
from konsil.parcels.isolation import Isolation, command, environment, isolation

__all__ = ["HEADERS", "RENDERING", "Limits", "isolation", "open_copy", "read_batch"]

_GRACE = 3
_START = 60
_GLANCE = 0.5
_LONGEST = 16 * 1024 * 1024
_TOO_SLOW = "We keep this file and pass it on, but reading it took too long"
_DIED = "We keep this file and pass it on, but could not read it"


@dataclass(frozen=True)
class Limits:
    """What one file may cost: bytes of memory, seconds of processor and wall, bytes written."""

    memory: int = 1024**3
    cpu: int = 60
    wall: int = 60
    written: int = 4 * 1024**3
    processes: int = 0


HEADERS = Limits(memory=512 * 1024**2, cpu=10, wall=10, written=64 * 1024**2)
RENDERING = Limits()


class CannotStart(Exception):
    """The child did not start; no file is to blame. `konsil doctor` tells more."""


class _Gone(Exception):
    """The child died or had to be ended; the words are for the sender of the file."""

    def __init__(self, words: str, *, again: bool) -> None:
        super().__init__(words)
        self.words, self.again = words, again


def read_batch(
    files: Sequence[Path],
    readers: Sequence[str],
    out: Path,
    limits: Limits = RENDERING,
    *,
    walls: Isolation | None = None,
) -> Iterator[tuple[Path, Finding]]:
    """Each file with what the first reader that knows it says; in order, every file once.

    `readers` are "module:function" names of ``(path, out) -> Finding | None``. Copies lie in `out`
    under the names of the finding: open them with `open_copy`. A file that kills its reader, or
    overruns a limit, is found "broken" with a sentence for the sender, and the rest goes on.
    One batch should hold the files of one sender only. Raises CannotStart.
    """
    with _Room(readers, out, limits, walls or isolation()) as room:
        for file in files:
            yield file, room.read(file)


class _Room:
    """The child and its two folders: one to find the file in, one to write copies to."""

    def __init__(self, readers: Sequence[str], out: Path, limits: Limits, walls: Isolation) -> None:
        self._readers, self._out = list(readers), out.resolve()
        self._limits, self._walls = limits, walls
        self._ticket, self._buffer = 0, b""
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "_Room":
        self._desk = Path(tempfile.mkdtemp(prefix=".reading-", dir=self._out.parent))
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        shutil.rmtree(self._desk, ignore_errors=True)

    def read(self, file: Path) -> Finding:
        """A child that dies gets a second chance with the same file, one that is slow does not."""
        if file.stat().st_size == 0:
            return _finding("empty", "This file is empty (0 bytes). Copy it again from the CD")
        laid = self._lay(file)
        try:
            for again in (True, False):
                try:
                    return self._ask(laid)
                except _Gone as gone:
                    shutil.rmtree(self._out / str(self._ticket), ignore_errors=True)
                    if not (again and gone.again):
                        return _finding("broken", gone.words)
        finally:
            shutil.rmtree(laid.parent, ignore_errors=True)
        raise AssertionError("the loop above returns")

    def _lay(self, file: Path) -> Path:
        """Put the file alone on the desk; the child never sees the folder that it came from.

        A link would let a child without walls write into the original: then it gets a copy.
        """
        laid = self._desk / str(self._ticket + 1) / file.name
        laid.parent.mkdir()
        if self._walls.kind == "bubblewrap":
            with contextlib.suppress(OSError):  # another volume, or links are not allowed
                os.link(file, laid)
                return laid
        shutil.copyfile(file, laid)
        return laid

    def _ask(self, laid: Path) -> Finding:
        if self._child is None:
            self._begin()
        self._ticket += 1
        folder = str(self._ticket)
        job = {
            "ticket": self._ticket,
            "path": str(self._inside / laid.relative_to(self._desk)),
            "out": str(self._outside / folder),
        }
        said = self._exchange(job)
        if said is None:
            return _finding("unknown", f"We keep this file and pass it on{_cannot_show(laid)}")
        try:
            return accept(said, out=self._out, folder=folder)
        except Unbelievable as what:
            shutil.rmtree(self._out / folder, ignore_errors=True)
            return _finding("broken", _DIED, error=f"unbelievable {what}")

    def _exchange(self, job: dict[str, Any]) -> object:
        """What the child says about this job. Raises _Gone when it dies, hangs or floods."""
        until = monotonic() + self._limits.wall + _GRACE
        self._send(job)
        while True:
            answer = self._hear(until, watched=self._out / str(job["ticket"]))
            if "died" in answer:
                raise _death(answer["died"])
            if answer.get("ticket") == job["ticket"]:
                return answer.get("finding")

    def _begin(self) -> None:
        line, self._inside, self._outside = command(
            inside=self._desk, out=self._out, walls=self._walls
        )
        self._buffer = b""
        self._child = subprocess.Popen(
            line,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd="/",
            bufsize=0,
            start_new_session=True,
        )
        try:
            self._send({"readers": self._readers, "limits": asdict(self._limits)})
            ready = self._hear(monotonic() + _START, watched=None).get("ready")
        except _Gone:
            ready = False
        if not ready:
            raise CannotStart("The process that reads files does not start. Run konsil doctor")

    def _end(self) -> None:
        """End the child and all that it started: its group, and with bubblewrap its whole world."""
        if (child := self._child) is None:
            return
        self._child = None
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def _send(self, what: dict[str, Any]) -> None:
        assert self._child and self._child.stdin
        try:
            self._child.stdin.write(json.dumps(what).encode() + b"\n")
        except OSError:
            self._end()
            raise _Gone(_DIED, again=True) from None

    def _hear(self, until: float, *, watched: Path | None) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            piece = self._piece(until, watched)
            self._buffer += piece
            if not piece or len(self._buffer) > _LONGEST:
                self._end()
                raise _Gone(_DIED, again=not piece)
        line, _, self._buffer = self._buffer.partition(b"\n")
        with contextlib.suppress(ValueError, RecursionError):
            answer = json.loads(line)
            if isinstance(answer, dict):
                return answer
        self._end()
        raise _Gone(_DIED, again=False)

    def _piece(self, until: float, watched: Path | None) -> bytes:
        assert self._child and self._child.stdout
        with selectors.DefaultSelector() as ears:
            ears.register(self._child.stdout, selectors.EVENT_READ)
            while not ears.select(max(0, min(_GLANCE, until - monotonic()))):
                slow = monotonic() >= until
                if slow or (watched and _written(watched) > self._limits.written):
                    self._end()
                    raise _Gone(_TOO_SLOW if slow else TOO_LARGE, again=False)
        return os.read(self._child.stdout.fileno(), 1024 * 1024)


def _written(folder: Path) -> int:
    total = 0
    for at, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(at, name)).st_size
    return total


def _death(how: object) -> _Gone:
    if how in (signal.SIGALRM, signal.SIGXCPU):
        return _Gone(_TOO_SLOW, again=False)
    if how == signal.SIGXFSZ:
        return _Gone(TOO_LARGE, again=False)
    return _Gone(_DIED, again=True)


def _cannot_show(file: Path) -> str:
    return f", but cannot show it ({file.suffix.lower()[:12]})" if file.suffix else ""


def _finding(kind: Kind, reason: str, **facts: str) -> Finding:
    return {
        "kind": kind,
        "media_type": "application/octet-stream",
        "reason": reason,
        "identity": None,
        "facts": dict(facts),
        "copies": [],
    }
