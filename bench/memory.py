"""The memory and processor time of the server, watched while something else is measured.

The proportional set size (PSS) is taken: shared pages count once over all who share them.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

EVERY = 0.2
NAMES = (
    ("procrastinate", "worker"),
    ("stripe_double", "payment double"),
    ("konsil.web.live", "live"),
    ("konsil.web.wsgi", "web"),
    ("konsil.parcels.child", "reader"),
    ("bwrap", "reader"),
    ("postgres", "database"),
    ("konsil.cli.main", "supervisor"),
)
"""What a command line holds, and what we call the process."""


class Watch:
    """Samples the tree under one process; `peaks` are MB (10^6 bytes) of the largest of a name."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.peaks: dict[str, float] = {}
        self.total = 0.0
        self.processor = 0.0
        self._over = threading.Event()

    def sample(self) -> None:
        total = 0.0
        for pid in descendants(self.root):
            with contextlib.suppress(OSError, ValueError):
                size, name = pss(pid), name_of(pid)
                total += size
                self.peaks[name] = max(self.peaks.get(name, 0.0), size)
        self.total = max(self.total, total)

    def largest(self) -> tuple[str, float]:
        """The process that needed most, and how much."""
        return max(self.peaks.items(), key=lambda pair: pair[1], default=("nothing", 0.0))

    def run(self) -> None:
        while not self._over.wait(EVERY):
            self.sample()

    def end(self) -> None:
        self._over.set()


@contextlib.contextmanager
def watching(root: int) -> Iterator[Watch]:
    """Watch the tree under `root` for as long as the block lasts."""
    watch, before = Watch(root), processor(root)
    thread = threading.Thread(target=watch.run, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.end()
        thread.join()
        watch.sample()
        watch.processor = processor(root) - before


def processor(root: int) -> float:
    """Seconds that the tree has computed, with the children that have ended (in ticks of 10 ms)."""
    ticks = 0
    for pid in descendants(root):
        with contextlib.suppress(OSError, ValueError, IndexError):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, words[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def descendants(root: int) -> list[int]:
    """`root` and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def pss(pid: int) -> float:
    """MB of one process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def name_of(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return next((name for part, name in NAMES if part in words), words[:30] or "gone")
