"""Keep bytes by their SHA-256: once, never overwritten, originals sealed, reading copies plain."""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple
from uuid import uuid4

from konsil.core import sealing
from konsil.core.sealing import Damaged, KeyMissing

__all__ = ["Absent", "Damaged", "KeyMissing", "Store", "Stored"]

PIECE = 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}").fullmatch

Kind = Literal["originals", "copies"]


class Absent(Exception):
    """There are no bytes under this hash."""


class Stored(NamedTuple):
    """What was kept: SHA-256 in lower-case hexadecimal, and the size in bytes."""

    sha256: str
    size: int


class Store:
    """A folder of bytes named by their hash.

    Originals are sealed when the store has a key (32 bytes; see `konsil.core.sealing`). Copies
    (previews, frames, thumbnails) are plain, for a web server to send; they can be made again.
    `retired` are former master keys: they open what they sealed, until `rewrap` renews it.
    """

    def __init__(self, root: Path, key: bytes | None, *, retired: Iterable[bytes] = ()) -> None:
        self.root = root
        self._key = None if key is None else sealing.check_key(key)
        known = [*retired, *([key] if key else [])]
        self._keys = {sealing.key_id(each): sealing.check_key(each) for each in known}

    def put(self, source: BinaryIO | Path, *, kind: Kind = "originals") -> Stored:
        """Copy a stream or file into the store, hashing on the way; safe against power loss.

        When it returns, bytes and folder are on the disk. Bytes that are there already are left as
        they are. Memory: a few segments, whatever the size. Originals without a key stay plain.
        """
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return self.put(stream, kind=kind)
        key = self._key if kind == "originals" else None
        with self._aside() as (aside, out):
            stored = _seal_into(out, source, key) if key else _copy_into(out, source)
            out.flush()
            os.fchmod(out.fileno(), 0o600 if kind == "originals" else 0o640)
            os.fsync(out.fileno())
            if not self.exists(stored.sha256, kind=kind):
                _give_name(aside, self._place(stored.sha256, kind, sealed=key is not None))
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """The plain bytes, seekable, original or copy. Raises Absent, Damaged, KeyMissing."""
        place = self._find(sha256, ("originals", "copies"))
        if place.suffix == ".sealed":
            return sealing.open_sealed(place, keys=self._keys, sha256=sha256)
        return place.open("rb")

    def read_range(self, sha256: str, start: int, length: int) -> bytes:
        """`length` bytes from `start` on, fewer at the end of the object."""
        with self.open(sha256) as stream:
            stream.seek(start)
            return stream.read(length)

    def size(self, sha256: str) -> int:
        with self.open(sha256) as stream:
            return stream.seek(0, os.SEEK_END)

    def path(self, sha256: str) -> Path:
        """Where a reading copy lies, for a web server. Originals have no such path: Absent."""
        return self._find(sha256, ("copies",))

    def exists(self, sha256: str, *, kind: Kind = "originals") -> bool:
        with suppress(Absent):
            return bool(self._find(sha256, (kind,)))
        return False

    def check(self, sha256: str) -> int:
        """Read everything and compare with the name; the size in bytes, or Damaged."""
        with self.open(sha256) as stream:
            digest, size = hashlib.sha256(), 0
            while piece := stream.read(PIECE):
                digest.update(piece)
                size += len(piece)
        if digest.hexdigest() != sha256:
            raise Damaged(f"The object {sha256} is not what its name says")
        return size

    def rewrap(self, sha256: str) -> bool:
        """Wrap the object's key anew under the present master key; False if there was no need.

        Only the first 84 bytes are written, in one call: the content is not encrypted again.
        """
        place = self._find(sha256, ("originals",))
        if self._key is None or place.suffix != ".sealed":
            return False
        with place.open("r+b", buffering=0) as file:
            head = file.read(sealing.HEADER.size)
            data_key = sealing.unwrap(head, keys=self._keys, sha256=sha256)
            if head[8:24] == sealing.key_id(self._key):
                return False
            new = sealing.header(data_key, master=self._key, sha256=sha256)
            os.pwrite(file.fileno(), new, 0)
            os.fsync(file.fileno())
        return True

    def remove(self, sha256: str, *, kind: Kind) -> None:
        """Forget the bytes; nothing happens if there are none. Retention decides, not the store."""
        with suppress(Absent):
            self._find(sha256, (kind,)).unlink()

    def hashes(self, *, kind: Kind = "originals") -> Iterator[str]:
        """The hash of every object, in order, for the sweeper that compares them with the rows."""
        for place in sorted((self.root / kind).glob("??/??/*")):
            yield place.name.partition(".")[0]

    def _place(self, sha256: str, kind: Kind, *, sealed: bool) -> Path:
        if not _SHA256(sha256):
            raise Absent("This is not a hash of stored bytes")
        name = f"{sha256}.sealed" if sealed else sha256
        return self.root / kind / sha256[:2] / sha256[2:4] / name

    def _find(self, sha256: str, kinds: Iterable[Kind]) -> Path:
        for kind in kinds:
            for sealed in (True, False):
                place = self._place(sha256, kind, sealed=sealed)
                if place.exists():
                    return place
        raise Absent(f"There are no bytes under {sha256}")

    @contextmanager
    def _aside(self) -> Iterator[tuple[Path, BinaryIO]]:
        """A new file of ours beside the objects, gone at the end unless it was given a name."""
        folder = self.root / "arriving"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = folder / uuid4().hex
        handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w+b") as out:
                yield aside, out
        finally:
            aside.unlink(missing_ok=True)


def _hashed(source: BinaryIO, take: Callable[[bytes], object]) -> Stored:
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        digest.update(piece)
        take(piece)
        size += len(piece)
    return Stored(digest.hexdigest(), size)


def _copy_into(out: BinaryIO, source: BinaryIO) -> Stored:
    return _hashed(source, out.write)


def _seal_into(out: BinaryIO, source: BinaryIO, master: bytes) -> Stored:
    data_key = os.urandom(32)
    out.write(bytes(sealing.HEADER.size))  # its place; the hash that it binds is known at the end
    sealer = sealing.Sealer(out.write, data_key)
    stored = _hashed(source, sealer.update)
    sealer.finish()
    out.seek(0)
    out.write(sealing.header(data_key, master=master, sha256=stored.sha256))
    return stored


def _give_name(aside: Path, place: Path) -> None:
    """Link, not rename: a name that exists is never overwritten."""
    missing = [folder for folder in (place.parent, *place.parents[1:3]) if not folder.exists()]
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with suppress(FileExistsError):
        os.link(aside, place)
    for folder in {place.parent, *(each.parent for each in missing)}:
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
