"""The ground under every test: one throw-away PostgreSQL, and the application's own role.

Migrations run as the owner; tests run as `konsil_app`, so that row-level security holds in them.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest

from konsil.core.postgres import APPLICATION, OWNER, Postgres

hypothesis.settings.register_profile("bar", max_examples=20_000, deadline=None)

_WORKER = os.environ.get("PYTEST_XDIST_WORKER")
_home = pytest.StashKey[Path]()
_server = pytest.StashKey[Postgres]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before Django reads its settings, and before xdist starts its workers."""
    if _WORKER is None:
        config.stash[_home] = Path(tempfile.mkdtemp(prefix="konsil-"))
        config.stash[_home].chmod(0o711)  # the database's own account has to pass
        os.environ["KONSIL_HOME"] = str(config.stash[_home])
    else:
        os.environ["KONSIL_HOME"] = os.path.join(os.environ["KONSIL_HOME"], _WORKER)
    Path(os.environ["KONSIL_HOME"], "static").mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "konsil.settings"
    os.environ.setdefault(
        "KONSIL_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    os.environ["KONSIL_ENV"] = "demo"
    os.environ["KONSIL_DB_USER"] = OWNER  # who migrates; the tests' role comes later
    if _WORKER is None and not config.option.collectonly:
        with _database(config) as connection:  # once, or two workers would race for it
            if not connection.execute(f"SELECT to_regrole('{APPLICATION}')").fetchone()[0]:
                connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")
    from django.conf import settings

    settings.DATABASES  # noqa: B018 pytest-django sets up only settings that were read
    settings.PASSWORD_HASHERS = [  # Argon2 is slow on purpose, and the cast is made often
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]


def _database(config: pytest.Config) -> psycopg.Connection:
    """The owner's server if DATABASE_URL names one, else a throw-away server of our own."""
    if url := os.environ.get("DATABASE_URL"):
        return psycopg.connect(url, autocommit=True)
    server = Postgres(config.stash[_home], throwaway=True)
    server.start()
    config.stash[_server] = server
    os.environ.update(server.environment(user=OWNER))
    return server.connect()


TOGETHER = {
    "tests/journeys/": "journeys",
    "tests/test_access_matrix.py": "everybody",
    "tests/test_canaries.py": "everybody",
}
"""Tests that share something dear (a running stack, one long walk) stay on one worker."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out single tests, but keep those of `TOGETHER` together.

    xdist's own groups write into the test's id, which this pytest no longer reads.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Sharing(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            shares = (group for path, group in TOGETHER.items() if nodeid.startswith(path))
            return next(shares, nodeid)

    return Sharing(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(_server, None):
        server.stop()
    if home := config.stash.get(_home, None):
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The database as the owner made it, then used by the role that owns nothing."""
    from django.db import connection

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {APPLICATION}")
        connection.close()
        as_owner = dict(connection.settings_dict)
        if "DATABASE_URL" in os.environ:
            options = as_owner["OPTIONS"] | {"options": f"-c role={APPLICATION}"}
            connection.settings_dict["OPTIONS"] = options
        else:
            connection.settings_dict["USER"] = APPLICATION
        yield
        connection.close()
        connection.settings_dict.update(as_owner)


@pytest.fixture(scope="session", autouse=True)
def second_factor_shown() -> None:
    """`client.force_login` means: signed in with everything that this account needs."""
    from tests.proving import wrap_force_login

    wrap_force_login()


@pytest.fixture
def cast(db: None) -> object:
    """Everybody, and their cases (tests/cast.py); the test sees both hospitals' rows."""
    from tests.cast import assemble

    return assemble()


@pytest.fixture
def samples() -> Path:
    """The folder of public sample files, which is not part of the project."""
    folder = os.environ.get("KONSIL_SAMPLES", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("needs public sample files: KONSIL_SAMPLES=<their folder> make test-peers")
    return Path(folder)
