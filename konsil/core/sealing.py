"""Seal bytes in segments, so that one frame of a large file can be read without opening the rest.

Envelope: each object has its own random AES-256 key, wrapped by the store's master key. Layout::

    8   b"KONSIL" + 0x00 + version
    16  key id: which master key wrapped the object's key
    12  nonce of the wrapping
    48  the object's key, wrapped (AES-256-GCM; bound to the SHA-256 of the plain bytes)
    n * (65536 + 16) segments; the last may be shorter, and is never missing

A segment's nonce is its number (safe: a key serves one object) and its associated data says
whether it is the last, so a cut, moved, repeated or swapped segment is noticed. Because the wrapped
key is bound to the content's hash, an object under another object's name is noticed as well.
"""

import hashlib
import os
import struct
from collections.abc import Callable, Mapping
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"KONSIL\x00\x01"
SEGMENT = 64 * 1024
TAG = 16
HEADER = struct.Struct("8s16s12s48s")


class Damaged(Exception):
    """The stored bytes are not those that were stored. Bring them back from a backup."""


class KeyMissing(Exception):
    """The object was sealed under a master key that this store was not given."""


def key_id(key: bytes) -> bytes:
    """Sixteen bytes that name a master key without telling anything about it."""
    return hashlib.sha256(b"konsil master key" + key).digest()[:16]


def check_key(key: bytes) -> bytes:
    if len(key) != 32:
        raise ValueError("The store's key must be 32 bytes: 64 hexadecimal figures")
    return key


def header(data_key: bytes, *, master: bytes, sha256: str) -> bytes:
    nonce = os.urandom(12)
    wrapped = AESGCM(master).encrypt(nonce, data_key, MAGIC + bytes.fromhex(sha256))
    return HEADER.pack(MAGIC, key_id(master), nonce, wrapped)


def unwrap(head: bytes, *, keys: Mapping[bytes, bytes], sha256: str) -> bytes:
    """The object's own key; `keys` maps key ids to master keys."""
    if len(head) != HEADER.size:
        raise Damaged(f"The object {sha256} breaks off in its first bytes")
    magic, name, nonce, wrapped = HEADER.unpack(head)
    if magic != MAGIC:
        raise Damaged(f"The object {sha256} does not begin as a sealed object does")
    if name not in keys:
        raise KeyMissing(f"The object {sha256} needs the master key {name.hex()}")
    try:
        return AESGCM(keys[name]).decrypt(nonce, wrapped, MAGIC + bytes.fromhex(sha256))
    except InvalidTag:
        raise Damaged(f"The key of the object {sha256} was changed") from None


def _sealed_as(number: int, *, last: bool) -> tuple[bytes, bytes]:
    return number.to_bytes(12, "big"), struct.pack(">8sQ?", MAGIC, number, last)


class Sealer:
    """Takes plain bytes in any pieces and writes sealed segments; `finish()` writes the last."""

    def __init__(self, write: Callable[[bytes], object], data_key: bytes) -> None:
        self._write = write
        self._cipher = AESGCM(data_key)
        self._waiting = bytearray()
        self._number = 0

    def update(self, data: bytes) -> None:
        self._waiting += data
        start = 0
        while len(self._waiting) - start > SEGMENT:  # the last one waits: it is marked as such
            self._seal(bytes(self._waiting[start : start + SEGMENT]), last=False)
            start += SEGMENT
        del self._waiting[:start]

    def finish(self) -> None:
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        nonce, seen = _sealed_as(self._number, last=last)
        self._write(self._cipher.encrypt(nonce, plain, seen))
        self._number += 1


class Unsealed(RawIOBase):
    """A sealed file as its plain bytes: seekable, decrypting only the segments that are touched."""

    def __init__(self, path: Path, *, keys: Mapping[bytes, bytes], sha256: str) -> None:
        self._sha256 = sha256
        self._file = path.open("rb", buffering=0)
        try:
            data_key = unwrap(self._file.read(HEADER.size), keys=keys, sha256=sha256)
            self._cipher = AESGCM(data_key)
            self._measure()
        except BaseException:
            self._file.close()
            raise

    def _measure(self) -> None:
        body = os.fstat(self._file.fileno()).st_size - HEADER.size
        self._count = -(-body // (SEGMENT + TAG))
        rest = body - (self._count - 1) * (SEGMENT + TAG)
        if self._count < 1 or rest < TAG:
            raise Damaged(f"The object {self._sha256} breaks off")
        self.size = (self._count - 1) * SEGMENT + rest - TAG
        self._at = 0
        self._number, self._plain = -1, b""
        self._segment(self._count - 1)  # a cut shows in the last segment: look now, not too late

    def _segment(self, number: int) -> bytes:
        if number != self._number:
            place = HEADER.size + number * (SEGMENT + TAG)
            sealed = os.pread(self._file.fileno(), SEGMENT + TAG, place)
            nonce, seen = _sealed_as(number, last=number == self._count - 1)
            try:
                self._plain = self._cipher.decrypt(nonce, sealed, seen)
            except (InvalidTag, ValueError):
                words = f"The object {self._sha256} was changed near byte {number * SEGMENT}"
                raise Damaged(words) from None
            self._number = number
        return self._plain

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        if self._at >= self.size:
            return 0
        number, offset = divmod(self._at, SEGMENT)
        piece = memoryview(self._segment(number))[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("Cannot go before the first byte")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def open_sealed(path: Path, *, keys: Mapping[bytes, bytes], sha256: str) -> BinaryIO:
    """The plain bytes of a sealed file. Raises Damaged, KeyMissing, FileNotFoundError."""
    return BufferedReader(Unsealed(path, keys=keys, sha256=sha256), SEGMENT)
