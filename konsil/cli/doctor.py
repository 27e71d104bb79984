"""Say what this computer lacks for Konsil, and the command that mends it."""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from konsil.cli.ground import OWNER, home, in_demo, with_django
from konsil.core import machine
from konsil.core.machine import Finding
from konsil.core.postgres_programs import NoDatabase

NODE = (20, 19)
CHECKOUT = Path(__file__).resolve().parent.parent.parent


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
    yield from machine.sandbox(demo=in_demo())


def disk() -> Iterator[Finding]:
    yield from machine.disk(home())


def scanner() -> Iterator[Finding]:
    yield from machine.scanner(demo=in_demo())


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
