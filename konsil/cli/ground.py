"""What each command stands on: the home folder, a database that answers, Django made ready."""

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

from konsil.core.postgres import APPLICATION, OWNER, running

__all__ = ["APPLICATION", "OWNER", "database", "exists", "home", "in_demo", "with_django"]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def home() -> Path:
    """The folder that holds everything that is kept, as an absolute path for all children."""
    folder = Path(os.environ.get("KONSIL_HOME") or Path.cwd() / ".konsil").absolute()
    os.environ["KONSIL_HOME"] = str(folder)
    return folder


def in_demo() -> bool:
    """Whether this is the demo hospital: loopback only, invented people, no real money."""
    return os.environ.get("KONSIL_ENV", "demo") == "demo"


def exists(module: str) -> bool:
    """Whether a module is installed; nothing above its last part is loaded beyond its package."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@contextlib.contextmanager
def database(*, user: str) -> Iterator[None]:
    """A database that answers, named in the environment; the running one or one for this block."""
    folder = home()
    os.environ["KONSIL_DB_USER"] = user
    if "DATABASE_URL" in os.environ or "KONSIL_DB_SOCKET" in os.environ:
        yield
        return
    with running(folder) as server:
        os.environ.update(server.environment(user=user))
        yield


@contextlib.contextmanager
def with_django(*, user: str = APPLICATION) -> Iterator[None]:
    """A database and Django, ready to use models."""
    with database(user=user):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "konsil.settings")
        import django

        django.setup()
        yield
