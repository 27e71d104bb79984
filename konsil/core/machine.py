"""What this computer has and lacks for Konsil; `konsil doctor` and the set-up page both ask."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOM = 5  # GiB that a first study needs


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `needed` things that are not `well` make the doctor fail."""

    name: str
    well: bool
    detail: str
    mend: str = ""
    needed: bool = True


def findings(home: Path, *, demo: bool) -> Iterator[Finding]:
    """What a running Konsil needs of its computer."""
    yield from sandbox(demo=demo)
    yield from disk(home)
    yield from scanner(demo=demo)


def sandbox(*, demo: bool) -> Iterator[Finding]:
    """Files of strangers are opened in a sandbox."""
    bwrap = shutil.which("bwrap")
    detail = bwrap or "not found: files are read under limits only, not in a sandbox"
    yield Finding("bubblewrap", bool(bwrap), detail, "apt-get install bubblewrap", needed=not demo)


def disk(home: Path) -> Iterator[Finding]:
    """Room for the next study."""
    folder = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(folder).free / 2**30
    detail = f"{free:.0f} GiB free in {folder}"
    yield Finding("Disk", free >= ROOM, detail, "set KONSIL_HOME to a larger disk")


def scanner(*, demo: bool) -> Iterator[Finding]:
    """The virus scanner's socket."""
    where = os.environ.get("KONSIL_CLAMD", "")
    detail = where or "none: files are not scanned"
    mend = "apt-get install clamav-daemon, then set KONSIL_CLAMD=/run/clamav/clamd.ctl"
    well = bool(where) and (not where.startswith("/") or Path(where).is_socket())
    yield Finding("Virus scanner", well, detail, mend, needed=not demo)
