"""Ask a virus scanner about a file, and take everything but a clear answer for "not clean".

ClamAV's clamd is spoken to by INSTREAM (clamd(8), COMMANDS): the bytes travel over the socket, so
that the daemon needs no right to our files.
"""

import os
import re
import socket
import struct
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, Protocol

PIECE = 256 * 1024
_FOUND = re.compile(r"stream: (.+) FOUND").fullmatch
_LONGEST = 4096

State = Literal["clean", "infected", "not_scanned", "failed"]


class Scan(NamedTuple):
    """`name` is the signature when infected, and the reason in words when failed.

    `away`: there was no answer at all, so that asking again later may help.
    """

    state: State
    name: str = ""
    away: bool = False


class Scanner(Protocol):
    """Whatever can tell about bytes. It never raises for a scanner's trouble: that is "failed"."""

    def scan(self, source: BinaryIO | Path) -> Scan: ...


class NoScanner:
    """The demo's: says that nothing was scanned. Production refuses to start with it."""

    def scan(self, source: BinaryIO | Path) -> Scan:
        return Scan("not_scanned")


class Missing:
    """Production without a scanner, however it was started: everything waits for one."""

    def scan(self, source: BinaryIO | Path) -> Scan:
        return Scan("failed", "No virus scanner is set up", away=True)


class Clamd:
    """A clamd daemon at a socket path, or at "host:port". `patience` in seconds per answer.

    Set StreamMaxLength, MaxFileSize and MaxScanSize alike, and AlertExceedsMax yes: a file that is
    larger than the daemon scans must come back as failed or found, never as clean.
    """

    def __init__(self, address: str, *, patience: float = 120) -> None:
        self._address, self._patience = address, patience

    def scan(self, source: BinaryIO | Path) -> Scan:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return self.scan(stream)
        try:
            with closing(self._connect()) as line:
                return _verdict(_ask(line, source))
        except OSError as error:
            words = f"The virus scanner cannot be reached ({type(error).__name__})"
            return Scan("failed", words, away=True)

    def version(self) -> str:
        """Program and signatures, like "ClamAV 1.4.6/27500/…", for `konsil doctor`. OSError."""
        with closing(self._connect()) as line:
            line.sendall(b"zVERSION\0")
            return _answer(line)

    def _connect(self) -> socket.socket:
        if os.path.isabs(self._address):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self._patience)
            try:
                line.connect(self._address)
            except OSError:
                line.close()
                raise
            return line
        host, _, port = self._address.rpartition(":")
        if not port.isdecimal():
            raise OSError("The virus scanner's address must be a path or host:port")
        return socket.create_connection((host.strip("[]"), int(port)), self._patience)


def scanner(address: str, *, needed: bool = False) -> Scanner:
    """The scanner at this address; an empty one means that there is none, `needed` or not."""
    if address:
        return Clamd(address)
    return Missing() if needed else NoScanner()


def _ask(line: socket.socket, source: BinaryIO) -> str:
    try:
        line.sendall(b"zINSTREAM\0")
        while piece := source.read(PIECE):
            line.sendall(struct.pack(">L", len(piece)) + piece)
        line.sendall(struct.pack(">L", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # beyond StreamMaxLength the daemon hangs up, and may have said why
    return _answer(line)


def _answer(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < _LONGEST:
        piece = line.recv(_LONGEST)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _verdict(said: str) -> Scan:
    if said == "stream: OK":
        return Scan("clean")
    if not (found := _FOUND(said)):
        words = said[:200] or "The virus scanner hung up without an answer"
        return Scan("failed", words, away=not said)
    name = found.group(1)
    if name.startswith(("Heuristics.Limits.Exceeded", "Heuristics.Encrypted")):
        return Scan("failed", f"The virus scanner could not look into all of it ({name})")
    return Scan("infected", name)
