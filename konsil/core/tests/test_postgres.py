"""The embedded database starts anywhere, keeps what was written, and tells who is in the way."""

import os
import signal
from pathlib import Path

import pytest

from konsil.core.postgres import AlreadyRunning, Postgres, running


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    return home


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
