"""Shut in a child that reads strangers' files: by bubblewrap, or namespaces, or limits alone."""

import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import konsil

_PACKAGE = Path(konsil.__file__).parent
_START = (
    "import sys; sys.path.insert(0, {root!r}); from konsil.parcels.child import main; main({how!r})"
)
_SYSTEM = ("/bin", "/sbin", "/lib", "/lib64", "/lib32")
_NOBODY = "65534"
_SCRATCH = 256 * 1024 * 1024


class Isolation(NamedTuple):
    """Which walls stand around a reading child; `words` is a line for `konsil doctor`."""

    kind: Literal["bubblewrap", "namespaces", "limits"]
    words: str


@lru_cache(maxsize=1)
def isolation() -> Isolation:
    """Try the walls from the strongest down, once per process."""
    if (program := shutil.which("bwrap")) and _works([*_walls(program), *_start("try")]):
        words = "Files are read in bubblewrap: no network, one folder to write, nobody's rights"
        return Isolation("bubblewrap", words)
    why = "does not work here" if program else "is not installed"
    if _works(_start("try-namespaces")):
        words = f"bubblewrap {why}. Files are read without network and with limits only"
        return Isolation("namespaces", words)
    words = f"bubblewrap {why}. Files are read with limits only. Install bubblewrap"
    return Isolation("limits", words)


def command(*, inside: Path, out: Path, walls: Isolation) -> tuple[list[str], Path, Path]:
    """The child's command, and where it finds the input folder and the output folder."""
    start = _start("namespaces" if walls.kind == "namespaces" else "")
    program = shutil.which("bwrap")
    if walls.kind != "bubblewrap" or program is None:
        return start, inside, out
    doors = ["--ro-bind", str(inside), "/in", "--bind", str(out), "/out"]
    return [*_walls(program), *doors, *start], Path("/in"), Path("/out")


def environment() -> dict[str, str]:
    """All the child knows of ours: no addresses, keys or passwords; one thread per library."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return one | {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/tmp", "TZ": "UTC"}  # noqa: S108


def _start(how: str) -> list[str]:
    return [sys.executable, "-I", "-B", "-c", _START.format(root=str(_PACKAGE.parent), how=how)]


def _works(line: list[str]) -> bool:
    try:
        done = subprocess.run(line, env=environment(), capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@lru_cache(maxsize=1)
def _knows(program: str, option: str) -> bool:
    said = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    return option in said.stdout + said.stderr


def _walls(program: str) -> list[str]:
    """bubblewrap with its own network, processes and /tmp, seeing programs and nothing of ours."""
    line = [program, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"]
    line += ["--uid", _NOBODY, "--gid", _NOBODY, "--cap-drop", "ALL"]
    if _knows(program, "--disable-userns"):
        line += ["--disable-userns"]
    line += ["--ro-bind", "/usr", "/usr"]
    for folder in map(Path, _SYSTEM):
        if folder.is_symlink():
            line += ["--symlink", os.readlink(folder), str(folder)]
        elif folder.exists():
            line += ["--ro-bind", str(folder), str(folder)]
    line += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    line += ["--proc", "/proc", "--dev", "/dev", "--size", str(_SCRATCH), "--tmpfs", "/tmp"]  # noqa: S108
    for folder in dict.fromkeys((Path(sys.base_prefix), Path(sys.prefix), _PACKAGE)):
        if not folder.is_relative_to("/usr"):
            line += ["--ro-bind", str(folder), str(folder)]
    return [*line, "--chdir", "/"]
