"""Runs a PostgreSQL of our own on a folder, reached by a socket only, safe against any kill."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from konsil.core.children import dies_with_us
from konsil.core.postgres_programs import NoDatabase, Programs, RunAs, choose_account, find_programs

OWNER = "konsil"
APPLICATION = "konsil_app"
LONGEST_SOCKET = 107  # bytes of sun_path on Linux, less the closing zero
PATIENCE = 60  # seconds until the server answers; recovery after a crash takes some
STALE = 12  # seconds in which what a killed server left behind goes away
_SOCKET_NAME = ".s.PGSQL.5432"
_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class AlreadyRunning(NoDatabase):
    """Somebody else runs a server on this folder."""


class Postgres:
    """The server on `home`/database. With `throwaway` it is fast and may lose everything."""

    def __init__(self, home: Path, *, throwaway: bool = False) -> None:
        self.folder = home.absolute() / "database"
        self.data = self.folder / "data"
        self.throwaway = throwaway
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The folder of the socket: ours, or a short one when ours is too long for the kernel."""
        own = self.folder / "socket"
        if len(os.fsencode(own / _SOCKET_NAME)) <= LONGEST_SOCKET:
            return own
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        base = "/tmp" if os.geteuid() == 0 else os.environ.get("XDG_RUNTIME_DIR", "/tmp")  # noqa: S108 -- private below
        return Path(base) / f"konsil-{digest}"

    def environment(self, *, user: str = APPLICATION) -> dict[str, str]:
        """What a child must know to reach this server."""
        return {"KONSIL_DB_SOCKET": str(self.socket), "KONSIL_DB_USER": user}

    def is_running(self) -> bool:
        """Whether a server, or what is left of one, holds this folder."""
        try:
            lock = self._lock()
        except AlreadyRunning:
            return True
        except FileNotFoundError:
            return False
        os.close(lock)
        return False

    def pid(self) -> int | None:
        """The server's process, as its own note says; the note may be out of date."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        return None

    def start(self) -> "subprocess.Popen[bytes]":
        """Create what is missing, start, and wait until it answers.

        Raises AlreadyRunning with the other's process, NoDatabase with the end of the log.
        """
        run_as, programs = self._prepare()
        lock = self._lock_patiently()
        try:
            self._create(run_as, programs)
            self._forget_a_stale_note()
            self._write_who_may_connect(run_as)
            self.process = self._launch(run_as, programs, lock)
        finally:
            os.close(lock)  # the server holds it now, and lets go however it ends
        try:
            self._wait()
            self._create_our_database()
        except BaseException:
            self.stop()
            raise
        return self.process

    def stop(self, patience: float = 20) -> None:
        """End the server in good order; what does not end in time is killed and recovers later."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # "fast": sessions end, data is written
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        if self.socket.parent != self.folder:
            with contextlib.suppress(OSError):
                self.socket.rmdir()

    def _prepare(self) -> tuple[RunAs, Programs]:
        self.folder.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        programs = find_programs(self._major_of_data())
        run_as = choose_account(self.folder, programs)
        self._private(self.socket, run_as)
        return run_as, programs

    def _major_of_data(self) -> int | None:
        note = self.data / "PG_VERSION"
        return int(note.read_text()) if note.exists() else None

    def _private(self, folder: Path, run_as: RunAs) -> None:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        owner = run_as.account.pw_uid if run_as.account else os.geteuid()
        status = folder.lstat()
        if folder.is_symlink() or status.st_uid not in {owner, os.geteuid()}:
            raise NoDatabase(f"{folder} belongs to somebody else. Remove it and start again.")
        folder.chmod(0o700)
        run_as.give(folder)

    def _lock(self) -> int:
        """A lock that the server inherits, so that it is held just as long as one is there."""
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            os.close(lock)
            raise AlreadyRunning(
                f"A database is already running on {self.folder} (pid {self.pid()}). "
                "Stop the other Konsil, or set KONSIL_HOME to another folder."
            ) from held
        return lock

    def _lock_patiently(self) -> int:
        until = time.monotonic() + STALE
        while True:
            try:
                return self._lock()
            except AlreadyRunning:
                # A server whose head was killed needs a moment; a sound one answers.
                if self._answers() or time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def _create(self, run_as: RunAs, programs: Programs) -> None:
        """Made aside, then renamed: a kill in the middle leaves nothing half done."""
        if self._major_of_data() is not None:
            return
        making = self.folder / "making"
        shutil.rmtree(making, ignore_errors=True)
        options = ["-U", OWNER, "-A", "peer", "-E", "UTF8", "--data-checksums", "--no-instructions"]
        options += programs.locale_options() + (["--no-sync"] if self.throwaway else [])
        command = [*run_as.wrap, programs.path("initdb"), "-D", str(making), *options]
        made = subprocess.run(
            command, capture_output=True, text=True, check=False, **run_as.options()
        )
        if made.returncode:
            raise NoDatabase(f"The database could not be created in {making}: {made.stderr}")
        making.rename(self.data)

    def _forget_a_stale_note(self) -> None:
        """Nobody holds the lock, so a living process of that number is not a server of ours.

        PostgreSQL itself would refuse for any process of that number: after a restart of a
        container the numbers begin anew, and a zombie counts as alive.
        """
        with contextlib.suppress(OSError):
            if Path(f"/proc/{self.pid()}/cwd").samefile(self.data):
                raise AlreadyRunning(f"Somebody started PostgreSQL (pid {self.pid()}) on our data.")
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for note in self.socket.glob(f"{_SOCKET_NAME}*"):
            note.unlink()

    def _write_who_may_connect(self, run_as: RunAs) -> None:
        self._write("hba.conf", "local all all peer map=konsil\n", run_as)
        pairs = [(peer, role) for peer in sorted(run_as.peers) for role in (OWNER, APPLICATION)]
        self._write("ident.conf", "".join(f'konsil "{a}" "{b}"\n' for a, b in pairs), run_as)

    def _write(self, name: str, text: str, run_as: RunAs) -> None:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        run_as.give(path)

    def _launch(self, run_as: RunAs, programs: Programs, lock: int) -> "subprocess.Popen[bytes]":
        settings = [
            "listen_addresses=",
            "port=5432",
            f"unix_socket_directories={self.socket}",
            "unix_socket_permissions=0700",
            f"hba_file={self.folder / 'hba.conf'}",
            f"ident_file={self.folder / 'ident.conf'}",
            "max_connections=80",
            "timezone=UTC",
            *(_FORGETFUL if self.throwaway else ()),
        ]
        options = [word for setting in settings for word in ("-c", setting)]
        command = [*run_as.wrap, programs.path("postgres"), "-D", str(self.data), *options]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        with (self.folder / "server.log").open("wb") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=clean,
                pass_fds=(lock,),
                start_new_session=True,  # Ctrl-C reaches us alone, and we end it last
                preexec_fn=dies_with_us(signal.SIGINT),  # noqa: PLW1509 -- no thread of ours runs yet
                **run_as.options(),
            )

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process is None or self.process.poll() is not None:
                raise NoDatabase(f"PostgreSQL did not start: {self._end_of_log()}")
            if time.monotonic() > until:
                raise NoDatabase(f"PostgreSQL does not answer yet: {self._end_of_log()}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, database: str = OWNER) -> psycopg.Connection:
        """A connection as the owner, which commits each statement by itself."""
        where = {"host": str(self.socket), "port": 5432, "dbname": database, "user": OWNER}
        return psycopg.connect(**where, autocommit=True, connect_timeout=5)  # type: ignore[arg-type]

    def _create_our_database(self) -> None:
        with self.connect("postgres") as connection:
            known = "SELECT 1 FROM pg_database WHERE datname = 'konsil'"
            if connection.execute(known).fetchone() is None:
                connection.execute("CREATE DATABASE konsil OWNER konsil")

    def _end_of_log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-2000:].strip()


@contextlib.contextmanager
def running(home: Path) -> Iterator[Postgres]:
    """The server on `home`: the one that runs already, else one for as long as the block lasts."""
    server = Postgres(home)
    try:
        server.start()
    except AlreadyRunning:
        yield server
        return
    try:
        yield server
    finally:
        server.stop()
