"""Say what this computer lacks for Konsil, and the command that mends it."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from konsil.cli.ground import OWNER, home, in_demo, with_django
from konsil.core.postgres_programs import NoDatabase

NODE = (20, 19)
ROOM = 5  # GiB that a first study needs
CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `needed` things that are not `well` make the doctor fail."""

    name: str
    well: bool
    detail: str
    mend: str = ""
    needed: bool = True


Check = Callable[[], Iterator[Finding]]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults()


def run(options: argparse.Namespace) -> int:
    findings = [finding for check in CHECKS for finding in check()]
    for finding in findings:
        mark = "ok " if finding.well else "NO " if finding.needed else "-  "
        print(f"{mark} {finding.name:<16} {finding.detail}")
        if not finding.well and finding.mend:
            print(f"{'':<20} mend with: {finding.mend}")
    return 1 if any(finding.needed and not finding.well for finding in findings) else 0


def python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version, "apt-get install python3")


def node() -> Iterator[Finding]:
    text = _words_of("node", "--version")
    found = tuple(map(int, re.findall(r"\d+", text)[:2]))
    mend = "apt-get install nodejs npm (Debian 13), or take Node 20.19 or newer from nodejs.org"
    yield Finding("Node", found >= NODE, text or "not found", mend, needed=False)


def islands() -> Iterator[Finding]:
    built = list((CHECKOUT / "build" / "static" / "islands").glob("*.js"))
    detail = f"{len(built)} built" if built else "not built: viewers and editors will be missing"
    yield Finding("Islands", bool(built), detail, "npm ci --ignore-scripts && npm run build")


def programs() -> Iterator[Finding]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    detail = chromium or "not found: needed for the tests only"
    yield Finding("Chromium", bool(chromium), detail, "apt-get install chromium", needed=False)
    bwrap = shutil.which("bwrap")
    detail = bwrap or "not found: files are read under limits only, not in a sandbox"
    yield Finding(
        "bubblewrap", bool(bwrap), detail, "apt-get install bubblewrap", needed=not in_demo()
    )


def disk() -> Iterator[Finding]:
    folder = next(path for path in (home(), *home().parents) if path.exists())
    free = shutil.disk_usage(folder).free / 2**30
    yield Finding(
        "Disk", free >= ROOM, f"{free:.0f} GiB free in {folder}", "set KONSIL_HOME to a larger disk"
    )


def scanner() -> Iterator[Finding]:
    where = os.environ.get("KONSIL_CLAMD", "")
    detail = where or "none: files are not scanned"
    mend = "apt-get install clamav-daemon, then set KONSIL_CLAMD=/run/clamav/clamd.ctl"
    well = bool(where) and (not where.startswith("/") or Path(where).is_socket())
    yield Finding("Virus scanner", well, detail, mend, needed=not in_demo())


def database() -> Iterator[Finding]:
    try:
        with with_django(user=OWNER):
            yield from _database()
    except NoDatabase as problem:
        yield Finding("Database", False, str(problem))


def _database() -> Iterator[Finding]:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        yield Finding("Database", False, str(problem).strip(), "look at DATABASE_URL")
        return
    yield Finding("Database", True, f"PostgreSQL {version}")
    detail = f"{len(behind)} to run" if behind else "up to date"
    yield Finding("Migrations", not behind, detail, "konsil migrate")


def _words_of(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


CHECKS: tuple[Check, ...] = (python, node, islands, programs, disk, scanner, database)
