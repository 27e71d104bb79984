"""Keep the database and the files in a folder elsewhere, checked; the keys only when asked."""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from konsil.cli.ground import OWNER, home, with_django
from konsil.core import backups
from konsil.core.dumps import DumpFailed, connection_of, dump


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where the backups lie; a new one is added")
    parser.add_argument(
        "--with-keys",
        action="store_true",
        help="put the keys beside the files; whoever has this folder can then read everything",
    )


def run(options: argparse.Namespace) -> int:
    try:
        with with_django(user=OWNER):
            made = make(options.folder, with_keys=options.with_keys)
    except (DumpFailed, OSError, Damaged) as trouble:
        print(f"konsil: no backup was made. {trouble}", file=sys.stderr)
        return 1
    manifest = backups.Manifest.read(made)
    size = sum(entry.size for entry in manifest.files)
    rows = sum(manifest.rows.values())
    print(
        f"{made}: {rows:,} rows, {len(manifest.files):,} files, {size / 2**20:,.1f} MiB, checked."
    )
    if manifest.missing:
        print(
            f"konsil: {len(manifest.missing)} stored files that the database names are not on the "
            "disk and so not in this backup. Bring them back from an earlier one.",
            file=sys.stderr,
        )
    if not options.with_keys:
        print("The keys are not in it. Keep KONSIL_STORE_KEY and KONSIL_SECRET_KEY elsewhere.")
    return 1 if manifest.missing else 0


class Damaged(Exception):
    """What was read again is not what was written."""


def make(place: Path, *, with_keys: bool = False) -> Path:
    """One checked backup in `place`; nothing of a name if anything fails."""
    from django.conf import settings

    place = place.absolute()
    if place.is_relative_to(Path(settings.FILES).absolute()):
        raise OSError(f"{place} lies among the files themselves. Name a folder elsewhere.")
    last = next(reversed(backups.backups_in(place)), None)
    folder = backups.begin(place, at=datetime.now(UTC))  # noqa: TID251 a command knows the time
    found = dump(connection_of(settings.DATABASES["default"]), folder / backups.DUMP)
    files = list(backups.copy_files(Path(settings.FILES), folder, last=last))
    manifest = backups.Manifest(
        made_at=datetime.now(UTC).isoformat(),  # noqa: TID251
        version=version("konsil"),
        server=found.server,
        key_id=key_id(),
        dump_sha256=backups.sha256_of(folder / backups.DUMP),
        rows=found.rows,
        migrations=found.migrations,
        objects=len(found.objects),
        files=files,
    )
    manifest.missing = sorted(found.objects - backups.names_of(manifest))
    if wrong := list(backups.wrong_in(folder, manifest)):
        raise Damaged(f"The disk did not keep what was written: {wrong[0]}")
    if with_keys:
        _keep_keys(folder)
    manifest.write(folder)
    return backups.finish(folder)


def key_id() -> str:
    """The name of the store's key, which tells nothing about it; empty without a key."""
    from django.conf import settings

    from konsil.core.sealing import key_id as name_of

    return name_of(bytes.fromhex(settings.STORE_KEY)).hex() if settings.STORE_KEY else ""


def _keep_keys(folder: Path) -> None:
    from django.conf import settings

    keys = {"KONSIL_STORE_KEY": settings.STORE_KEY, "KONSIL_SECRET_KEY": settings.SECRET_KEY}
    handle = os.open(folder / backups.KEYS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(keys, out)


def default_place() -> Path:
    """Where a backup goes that nobody gave a place: beside the rest, on the same disk."""
    return home() / "backups"
