"""The embedded database starts anywhere, keeps what was written, and tells who is in the way."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from django.db import connection

from konsil.core.postgres import LONGEST_SOCKET, AlreadyRunning, Postgres, running
from konsil.core.postgres_programs import NoDatabase, RunAs, choose_account, find_programs

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@pytest.fixture
def home():
    home = Path(tempfile.mkdtemp(prefix="konsil-"))
    home.chmod(0o711)  # as a folder of the system would be; pytest's own are private
    yield home
    shutil.rmtree(home)


@pytest.fixture
def server(home):
    server = Postgres(home, throwaway=True)
    server.start()
    yield server
    server.stop()


def test_rows_survive_when_the_server_is_killed_without_warning(home):
    server = Postgres(home)
    process = server.start()
    with server.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'yes' AS word")

    os.kill(process.pid, signal.SIGKILL)

    again = Postgres(home)
    again.start()
    with again.connect() as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("yes",)
    again.stop()
    process.wait()


def test_a_second_start_names_the_process_that_is_in_the_way(server, home):
    with pytest.raises(AlreadyRunning, match=rf"pid {server.process.pid}\)"):
        Postgres(home).start()

    assert server.process.poll() is None


def test_a_command_uses_the_running_server_and_leaves_it_running(server, home):
    with running(home) as used, used.connect() as connection:
        assert connection.execute("SELECT lower('ÄÖ')").fetchone() == ("äö",)

    assert used.process is None
    assert server.process.poll() is None


def test_a_command_alone_starts_a_server_and_ends_it(home):
    with running(home) as used:
        process = used.process
        assert used.is_running()

    assert process.poll() == 0
    assert not used.is_running()


def test_a_note_left_by_a_former_life_of_the_machine_does_not_stop_the_start(server, home):
    server.stop()
    note = server.data / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{server.data}\n")  # the number belongs to somebody else now

    server.start()

    assert server.pid() == server.process.pid


def test_a_kill_while_the_data_is_made_leaves_nothing_half_done(home):
    (home / "database" / "making").mkdir(parents=True)
    (home / "database" / "making" / "PG_VERSION").write_text("half")

    with running(home) as server, server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_folder_with_a_long_name_gets_a_short_private_socket(home):
    deep = home / ("a" * 60) / ("b" * 60)

    with running(deep) as server:
        assert len(str(server.socket)) + 14 < LONGEST_SOCKET
        assert server.socket.stat().st_mode & 0o077 == 0
        with server.connect() as opened:
            assert opened.execute("SELECT 1").fetchone() == (1,)

    assert not server.socket.exists()


@AS_ROOT
def test_another_account_of_this_machine_cannot_connect(server):
    psql = [
        find_programs().path("psql"),
        "-h",
        str(server.socket),
        "-U",
        "konsil",
        "-c",
        "SELECT 1",
    ]
    for path in (server.folder, server.socket, server.socket / ".s.PGSQL.5432"):
        path.chmod(0o777)  # even when the folders were left open

    stranger = subprocess.run(
        psql, user="daemon", cwd="/", capture_output=True, text=True, check=False
    )

    assert stranger.returncode != 0
    assert "Peer authentication failed" in stranger.stderr


@AS_ROOT
def test_root_gives_the_server_to_an_account_without_rights(server):
    owner = Path(f"/proc/{server.process.pid}").stat().st_uid

    assert owner != 0
    assert server.data.stat().st_uid == owner


@AS_ROOT
def test_under_a_private_folder_of_root_the_server_runs_in_a_namespace(home):
    home.chmod(0o700)

    with running(home) as server, server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert server.data.stat().st_uid == 0


@AS_ROOT
def test_where_nothing_helps_it_says_what_to_do(home, monkeypatch):
    monkeypatch.setattr(RunAs, "succeeds", lambda *_: False)

    with pytest.raises(NoDatabase, match="Set KONSIL_HOME to a folder such as"):
        choose_account(home, find_programs())


def test_without_any_postgresql_it_says_how_to_get_one(monkeypatch, tmp_path):
    monkeypatch.setenv("KONSIL_POSTGRES_BIN", str(tmp_path))

    with pytest.raises(NoDatabase, match="apt-get install postgresql"):
        find_programs()


def test_data_of_another_major_version_is_left_alone(server, home):
    server.stop()
    (server.data / "PG_VERSION").write_text("12\n")

    with pytest.raises(NoDatabase, match="written by PostgreSQL 12"):
        server.start()


def test_the_server_ends_with_the_process_that_started_it(home):
    code = f"""
import time
from pathlib import Path
from konsil.core.postgres import Postgres
print(Postgres(Path({str(home)!r}), throwaway=True).start().pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert int(parent.stdout.readline())

    parent.kill()
    parent.wait()

    until = time.monotonic() + 5
    while Postgres(home).is_running() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Postgres(home).is_running()


@pytest.mark.django_db
def test_tests_run_as_the_role_that_owns_nothing_and_passes_no_wall():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = CURRENT_USER"
        )
        assert cursor.fetchone() == ("konsil_app", False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = CURRENT_USER::regrole")
        assert cursor.fetchone() == (0,)
