"""A backup is a folder: the database's dump, the stored files, and a manifest with every hash.

Order: the database first, the files after it. An object is stored before a row names it, so every
object that the dump knows is there when the files are copied; what came in between is kept as well
and harms nobody. Files that did not change since the last backup in the same place are hard links
to it. The keys are never part of it unless somebody asks: the files are sealed, the dump is not.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

PIECE = 1024 * 1024
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files"
KEYS = "keys.json"
UNFINISHED = ".unfinished"
KEPT = ("originals", "copies", "incoming")
"""What of the store is kept; the other folders hold work that begins anew."""
FORMAT = 1


class NotABackup(Exception):
    """The folder does not hold a backup that can be used; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One file: where it lies below the backup, its size, the SHA-256 of its bytes as they lie."""

    path: str
    size: int
    sha256: str
    mtime_ns: int


@dataclass
class Manifest:
    """What a backup holds, by which everything in it can be checked."""

    made_at: str
    version: str
    server: str
    key_id: str
    dump_sha256: str
    rows: dict[str, int]
    migrations: list[str]
    objects: int
    missing: list[str] = field(default_factory=list)
    """Objects that rows name and that were not on the disk when the backup was made."""
    files: list[Entry] = field(default_factory=list)
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Written last and at once: a backup without a manifest is none."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        aside = folder / f"{MANIFEST}.new"
        with aside.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        aside.rename(folder / MANIFEST)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Raises NotABackup for a folder without one, or one of a later Konsil."""
        try:
            found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NotABackup(f"{folder} holds no backup: there is no {MANIFEST}.") from None
        except ValueError:
            raise NotABackup(f"{folder / MANIFEST} cannot be read. Take an older backup.") from None
        if found.get("format") != FORMAT:
            raise NotABackup(f"{folder} was written by another version of Konsil. Use that one.")
        found["files"] = [Entry(**each) for each in found["files"]]
        return cls(**found)


def backups_in(place: Path) -> list[Path]:
    """The finished backups in a folder, the oldest first."""
    if not place.exists():
        return []
    return sorted(each for each in place.iterdir() if (each / MANIFEST).exists())


def the_backup(place: Path) -> Path:
    """The backup that is meant: the folder itself, or the newest one in it. Raises NotABackup."""
    if (place / MANIFEST).exists():
        return place
    found = backups_in(place)
    if not found:
        raise NotABackup(f"{place} holds no backup: there is no {MANIFEST} in it.")
    return found[-1]


def begin(place: Path, *, at: datetime) -> Path:
    """A new folder for a backup that is not finished yet. What broke off before is removed."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in place.glob(f"*{UNFINISHED}"):
        shutil.rmtree(left)
    stamp = at.strftime("%Y-%m-%dT%H%M%SZ")
    number = 1
    while (place / (stamp if number == 1 else f"{stamp}-{number}")).exists():
        number += 1
    name = stamp if number == 1 else f"{stamp}-{number}"
    folder = place / f"{name}{UNFINISHED}"
    folder.mkdir(mode=0o700)
    return folder


def finish(folder: Path) -> Path:
    """Give the backup its name: from now on it counts."""
    final = folder.with_name(folder.name.removesuffix(UNFINISHED))
    folder.rename(final)
    return final


def copy_files(store: Path, folder: Path, *, last: Path | None) -> Iterator[Entry]:
    """Copy the store into the backup, or link what the last backup holds already."""
    known = {each.path: each for each in Manifest.read(last).files} if last else {}
    for source in _stored(store):
        path = f"{FILES}/{source.relative_to(store)}"
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            status = source.stat()
            old = known.get(path)
            if last and old and (old.size, old.mtime_ns) == (status.st_size, status.st_mtime_ns):
                _link(last / path, target)
                yield old
            else:
                digest, size = _copied(source, target)
                os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))
                yield Entry(path, size, digest, status.st_mtime_ns)
        except FileNotFoundError:
            continue  # filed or forgotten meanwhile: no row of the dump speaks of it


def wrong_in(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Read everything again: one sentence for each thing that is not as the manifest says."""
    dump = folder / DUMP
    if not dump.exists():
        yield f"{DUMP} is missing."
    elif sha256_of(dump) != manifest.dump_sha256:
        yield f"{DUMP} is not what was written."
    for entry in manifest.files:
        file = folder / entry.path
        if not file.exists():
            yield f"{entry.path} is missing."
        elif file.stat().st_size != entry.size or sha256_of(file) != entry.sha256:
            yield f"{entry.path} is not what was written."


def put_back(folder: Path, manifest: Manifest, store: Path) -> None:
    """Copy the files of a backup into an empty store, with their times, and onto the disk."""
    for entry in manifest.files:
        target = store / Path(entry.path).relative_to(FILES)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        _copied(folder / entry.path, target)
        os.utime(target, ns=(entry.mtime_ns, entry.mtime_ns))
        target.chmod(0o640 if "copies" in target.parts else 0o600)


def names_of(manifest: Manifest) -> set[str]:
    """The hashes under which the store keeps what is in this backup."""
    kept = (Path(entry.path) for entry in manifest.files)
    return {path.name.partition(".")[0] for path in kept if path.parts[1] != "incoming"}


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _stored(store: Path) -> Iterator[Path]:
    for room in KEPT:
        yield from sorted(each for each in (store / room).rglob("*") if each.is_file())


def _link(old: Path, target: Path) -> None:
    try:
        os.link(old, target)
    except OSError:  # a disk that knows no hard links
        shutil.copy2(old, target)


def _copied(source: Path, target: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as stream, target.open("wb") as out:
        os.fchmod(out.fileno(), 0o600)
        while piece := stream.read(PIECE):
            digest.update(piece)
            out.write(piece)
            size += len(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size
