"""The database as one file, and back: pg_dump and pg_restore beside any server, ours or named.

A dump is taken from one snapshot; the figures that go with it (rows a table, names of the stored
objects) are read in that very snapshot, so that they can be compared after a restore.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from konsil.core.postgres_programs import find_programs

NAMES_OBJECTS = ("parcels_holding.sha256", "opinions_keyimage.sha256")
"""Columns that hold the name of a stored object, beside all that end in `_sha256`."""
OF_TEXT = "text_sha256"
"""The hash of text that lies in its row."""


class DumpFailed(Exception):
    """PostgreSQL's program refused; the message is its own last words."""


@dataclass(frozen=True)
class Figures:
    """What stood in the database at the moment of a dump."""

    rows: dict[str, int] = field(default_factory=dict)
    objects: set[str] = field(default_factory=set)
    migrations: list[str] = field(default_factory=list)
    server: str = ""


def connection_of(database: Mapping[str, Any]) -> dict[str, str]:
    """The words of libpq for Django's description of a database, as environment variables."""
    named = {
        "PGHOST": database.get("HOST"),
        "PGPORT": database.get("PORT"),
        "PGUSER": database.get("USER"),
        "PGPASSWORD": database.get("PASSWORD"),
        "PGDATABASE": database.get("NAME"),
    }
    options = database.get("OPTIONS", {})
    for name in ("sslmode", "sslrootcert", "sslcert", "sslkey"):
        named[f"PG{name.upper()}"] = options.get(name)
    return {name: str(value) for name, value in named.items() if value}


@contextmanager
def connected(where: Mapping[str, str]) -> Iterator[psycopg.Connection]:
    """A connection of its own to the same server, as the tables' owner."""
    words = {name.removeprefix("PG").lower(): value for name, value in where.items()}
    words["dbname"] = words.pop("database", "")
    for name in ("host", "port", "user", "password", "dbname"):
        words.setdefault(name, "")
    with psycopg.connect(**{k: v for k, v in words.items() if v}) as connection:  # type: ignore[arg-type]
        yield connection


def dump(where: Mapping[str, str], target: Path) -> Figures:
    """Write the whole database into `target`; the figures of the same moment. Raises DumpFailed."""
    with connected(where) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = row[0] if row else ""
        words = ["--format=custom", "--compress=6", "--enable-row-security", "--no-owner"]
        _run(where, "pg_dump", *words, f"--snapshot={snapshot}", f"--file={target}")
        return _figures(connection)


def restore(where: Mapping[str, str], source: Path) -> None:
    """Fill an empty database from a dump, all or nothing. Raises DumpFailed."""
    with connected(where) as connection:
        _make_role(connection)
        connection.commit()
    words = ["--single-transaction", "--exit-on-error", "--no-owner"]
    _run(where, "pg_restore", *words, f"--dbname={where['PGDATABASE']}", str(source))


def figures(where: Mapping[str, str]) -> Figures:
    """What stands in the database now."""
    with connected(where) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _figures(connection)


def is_empty(where: Mapping[str, str]) -> bool:
    """Whether the database has no table of anybody."""
    with connected(where) as connection:
        return not _tables(connection)


def others(where: Mapping[str, str]) -> int:
    """How many other sessions use this database: pages, workers, a person at a prompt."""
    with connected(where) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
    return int(row[0]) if row else 0


def empty(where: Mapping[str, str]) -> None:
    """Drop everything in the database: the step before a dump goes back into it."""
    with connected(where) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        _make_role(connection)


def _make_role(connection: psycopg.Connection) -> None:
    """A dump names the application's role and does not make it; the first migration does."""
    from importlib import import_module

    make: str = import_module("konsil.core.migrations.0001_roles").MAKE
    connection.execute(make.encode())


def _figures(connection: psycopg.Connection) -> Figures:
    tables = _tables(connection)
    rows = {}
    for table in tables:
        counted = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        row = connection.execute(counted).fetchone()
        rows[table] = int(row[0]) if row else 0
    applied: list[str] = []
    if "django_migrations" in tables:
        found = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
        applied = [name for (name,) in found]
    version = connection.execute("SHOW server_version").fetchone()
    return Figures(rows, set(_objects(connection)), applied, version[0] if version else "")


def _tables(connection: psycopg.Connection) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    )
    return [name for (name,) in found]


def _objects(connection: psycopg.Connection) -> Iterator[str]:
    """The names of all stored objects that a row speaks of."""
    found = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name <> %s AND "
        "(column_name LIKE '%%\\_sha256' OR table_name || '.' || column_name = ANY(%s))",
        [OF_TEXT, list(NAMES_OBJECTS)],
    ).fetchall()
    for table, column in found:
        asked = sql.SQL("SELECT DISTINCT {0} FROM {1} WHERE {0} <> ''").format(
            sql.Identifier(column), sql.Identifier(table)
        )
        yield from (name for (name,) in connection.execute(asked))


def _run(where: Mapping[str, str], program: str, *words: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    command = [find_programs().path(program), *words]
    done = subprocess.run(
        command, env={**clean, **where}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DumpFailed(f"{program}: {done.stderr.strip()[-800:]}")
