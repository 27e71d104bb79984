"""The process that reads strangers' files, one after another, and may die of any of them.

It stands by (imports done), forks a worker, and forks another when one dies; so a file that kills
its reader costs milliseconds. Talk is JSON lines: orders on standard input, answers on what was
standard output; libraries that print go to standard error. Nothing here trusts a file, and the
parent does not trust anything said here.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from konsil.core.finding import Finding

Reader = Callable[[Path, Path], "Finding | None"]
_NEW_NETWORK = 0x40000000
_NEW_USER = 0x10000000
_LONGEST = 1024 * 1024
TOO_LARGE = "We keep this file and pass it on, but it is too large to show"
TOO_DEEP = "We keep this file and pass it on, but its inside is too tangled to show"
DAMAGED = "This file is damaged. Copy it again from where it came"


def main(how: str) -> None:
    """`how`: with "namespaces" in it, cut the network off ourselves; with "try", do only that."""
    if "namespaces" in how:
        _cut_the_network()
    if "try" in how:
        return
    take, tell = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    order = json.loads(_line(take))
    readers = [_load(name) for name in order["readers"]]
    _say(tell, {"ready": True})
    while (status := _hire(take, tell, order["limits"], readers)) != 0:
        _say(tell, {"died": status})


def _cut_the_network() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "The network cannot be cut off here")


def _load(name: str) -> Reader:
    module, _, function = name.partition(":")
    reader: Reader = getattr(importlib.import_module(module), function)
    return reader


def _hire(take: int, tell: int, limits: dict[str, int], readers: list[Reader]) -> int:
    """Let a new worker read until the orders end (0) or it dies (its signal, or 256 + its exit)."""
    worker = os.fork()
    if worker == 0:
        code = 1
        try:
            _work(take, tell, limits, readers)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(worker, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    return 256 + os.WEXITSTATUS(status) if os.WEXITSTATUS(status) else 0


def _work(take: int, tell: int, limits: dict[str, int], readers: list[Reader]) -> None:
    _limit(limits)
    while line := _line(take):
        job = json.loads(line)
        _start_clocks(limits)
        answer = _read(readers, Path(job["path"]), Path(job["out"]))
        signal.setitimer(signal.ITIMER_REAL, 0)
        _say(tell, {"ticket": job["ticket"], "finding": answer})


def _limit(limits: dict[str, int]) -> None:
    for what, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["written"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_NOFILE, 256),
    ):
        resource.setrlimit(what, (most, most))
    sys.setrecursionlimit(1000)


def _start_clocks(limits: dict[str, int]) -> None:
    """Wall time ends with SIGALRM, processor time with SIGXCPU: both kill, and are seen above."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + limits["cpu"] + 1, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits["wall"])


def _read(readers: list[Reader], path: Path, out: Path) -> Finding | None:
    """What the first reader that knows the file says; None when nobody knows it."""
    try:
        out.mkdir(exist_ok=True)
        for reader in readers:
            if (finding := reader(path, out)) is not None:
                return finding
    except MemoryError:
        return _broken(TOO_LARGE, "MemoryError")
    except RecursionError:
        return _broken(TOO_DEEP, "RecursionError")
    except Exception as error:  # whatever a decoder raises says one thing: it is damaged
        return _broken(DAMAGED, type(error).__name__)
    return None


def _broken(reason: str, error: str) -> Finding:
    return {
        "kind": "broken",
        "media_type": "application/octet-stream",
        "reason": reason,
        "identity": None,
        "facts": {"error": error},
        "copies": [],
    }


def _line(take: int) -> bytes:
    """One line; the parent sends the next only after our answer, so nothing is read beyond it."""
    line = b""
    while not line.endswith(b"\n") and len(line) < _LONGEST:
        piece = os.read(take, 65536)
        if not piece:
            return b""
        line += piece
    return line


def _say(tell: int, what: dict[str, Any]) -> None:
    left = json.dumps(what, default=str).encode() + b"\n"
    while left:
        left = left[os.write(tell, left) :]
