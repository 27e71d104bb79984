"""Bring a backup into an empty home folder, and check that everything came back."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from konsil.cli.backup import key_id
from konsil.cli.ground import OWNER, home, in_demo, with_django
from konsil.core import backups
from konsil.core.dumps import DumpFailed, connection_of, figures, is_empty, restore

OPENED = 25
"""So many originals are opened as a trial: the hashes prove the bytes, this proves the key."""


class Refused(Exception):
    """Nothing was brought back; the message says what stands against it."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="a backup, or the folder in which they lie")


def run(options: argparse.Namespace) -> int:
    try:
        folder = backups.the_backup(options.folder.absolute())
        manifest = backups.Manifest.read(folder)
        _take_keys(folder)
        _nothing_there(home())
        if wrong := list(backups.wrong_in(folder, manifest)):
            raise Refused(f"The backup is damaged: {wrong[0]} Take an older one.")
        with with_django(user=OWNER):
            bring_back(folder, manifest)
    except (Refused, backups.NotABackup, DumpFailed, OSError) as trouble:
        print(f"konsil: {trouble}", file=sys.stderr)
        return 1
    rows = sum(manifest.rows.values())
    print(
        f"Back as of {manifest.made_at}: {rows:,} rows and {len(manifest.files):,} files, checked."
    )
    print("Jobs that waited at that time run again: some messages may be sent a second time.")
    return 0


def bring_back(folder: Path, manifest: backups.Manifest) -> None:
    """Database, files, comparison. Raises Refused when something differs."""
    from django.conf import settings

    where = connection_of(settings.DATABASES["default"])
    if not is_empty(where):
        raise Refused("The database is not empty. A restore never writes over anything.")
    if manifest.key_id and key_id() != manifest.key_id:
        raise Refused(
            f"The files were sealed with the key {manifest.key_id[:8]}…, which KONSIL_STORE_KEY is "
            "not. Set the key that was in use when the backup was made."
        )
    restore(where, folder / backups.DUMP)
    backups.put_back(folder, manifest, Path(settings.FILES))
    now = figures(where)
    if differing := [name for name, rows in manifest.rows.items() if now.rows.get(name) != rows]:
        raise Refused(f"Rows differ after the restore in {', '.join(differing[:5])}.")
    if trouble := list(_unreadable(sorted(now.objects - set(manifest.missing)))):
        raise Refused(f"{len(trouble)} stored files cannot be opened: {trouble[0]}")


def _unreadable(names: list[str]) -> Iterator[str]:
    from konsil.core.storage import Absent, Damaged, KeyMissing
    from konsil.parcels.keeping import store

    for number, name in enumerate(names):
        try:
            if number % max(1, len(names) // OPENED) == 0:
                store().check(name)
            elif not (store().exists(name) or store().exists(name, kind="copies")):
                yield f"{name} is missing."
        except (Absent, Damaged, KeyMissing) as problem:
            yield str(problem)


def _nothing_there(folder: Path) -> None:
    """A restore goes into an empty home only: it never writes over a patient's record."""
    files = Path(os.environ.get("KONSIL_FILES", folder / "files"))
    for place in (folder / "database" / "data", files / "originals", files / "copies"):
        if place.exists():
            raise Refused(
                f"{place} is there already, and a restore never writes over anything. "
                "Move the folder away, or set KONSIL_HOME to a new one."
            )


def _take_keys(folder: Path) -> None:
    """The keys of the backup, where it has them and the environment names none."""
    try:
        kept: dict[str, str] = json.loads((folder / backups.KEYS).read_text())
    except FileNotFoundError:
        return
    for name, value in kept.items():
        os.environ.setdefault(name, value)
        if in_demo() and os.environ[name] == value:
            _keep_in_home(name, value)
    if not in_demo():
        print("The keys of the backup were used. Set them in the environment before you start.")


def _keep_in_home(name: str, value: str) -> None:
    file = home() / name.removeprefix("KONSIL_").lower()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(value)
