"""Bring the data up to this version: backup, migrate, look whether it is well, else go back."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from konsil.cli import backup, doctor
from konsil.cli.ground import OWNER, in_demo, with_django
from konsil.cli.prepare import NEW
from konsil.core import backups
from konsil.core.dumps import DumpFailed, connection_of, empty, figures, others, restore

Step = Callable[[], str]
"""Returns "" when all is well, else what is wrong."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--backups", type=Path, metavar="FOLDER", help="where the backup goes; default: in the home"
    )


def run(options: argparse.Namespace) -> int:
    try:
        with with_django(user=OWNER):
            from django.conf import settings

            where = connection_of(settings.DATABASES["default"])
            if count := others(where):
                print(
                    f"konsil: {count} other sessions use the database. Stop `konsil serve` first.",
                    file=sys.stderr,
                )
                return 1
            kept = backup.make(options.backups or backup.default_place())
            print(f"Backup: {kept}")
            return upgrade(where, kept, steps=(migrate, look))
    except (DumpFailed, OSError, backup.Damaged) as trouble:
        print(f"konsil: {trouble}", file=sys.stderr)
        return 1


def upgrade(where: dict[str, str], kept: Path, *, steps: tuple[Step, ...]) -> int:
    """Take the steps; after the first that fails the database is put back as it was."""
    for step in steps:
        if trouble := step():
            print(f"konsil: {trouble}", file=sys.stderr)
            return go_back(where, kept)
    print("Up to date. Start Konsil again.")
    return 0


def go_back(where: dict[str, str], kept: Path) -> int:
    """The database as the backup has it. The files were not touched."""
    manifest = backups.Manifest.read(kept)
    empty(where)
    restore(where, kept / backups.DUMP)
    if figures(where).rows != manifest.rows:
        print(f"konsil: the way back failed too. Restore {kept} by hand.", file=sys.stderr)
        return 1
    print("The database is as it was before. Start the earlier version again.", file=sys.stderr)
    return 1


def migrate() -> str:
    """Migrate and gather the static files, in a process of its own that keeps no session open."""
    from django.db import connections

    connections.close_all()
    done = _python("konsil.cli.prepare")
    fine = done.returncode in {0, NEW}
    return "" if fine else f"A migration failed: {_last_words(done.stderr)}"


def look() -> str:
    """Whether the new version works with its data: nothing to migrate, and the first page opens."""
    for finding in doctor.database():
        if not finding.well:
            return f"{finding.name}: {finding.detail}"
    done = _python("konsil.cli.main", "manage", "shell", "-c", FIRST_PAGE)
    return "" if done.returncode == 0 else f"The first page fails: {_last_words(done.stderr)}"


QUICK = "konsil.core.static_files.QuickStaticFiles"
FIRST_PAGE = """
from django.conf import settings
from django.test import Client
host = settings.PUBLIC_HOST
for page in ("/", "/account/login/"):
    status = Client(headers={"host": host}).get(page, secure=True).status_code
    assert status < 400, f"{page} answers {status}"
"""


def _python(module: str, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", module, *words]
    if in_demo():
        os.environ.setdefault("KONSIL_STATIC_STORAGE", QUICK)
    return subprocess.run(
        command, env=dict(os.environ), capture_output=True, text=True, check=False
    )


def _last_words(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
