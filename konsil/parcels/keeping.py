"""Where the bytes lie: one store for originals (sealed) and reading copies."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from konsil.core.storage import Store


@cache
def store() -> Store:
    """The hospital's store; the key comes from the settings and never from the database.

    Without a key the originals would lie in the clear: production does not do that, however it
    was started.
    """
    if not settings.STORE_KEY and not settings.DEMO:
        raise ImproperlyConfigured("Set KONSIL_STORE_KEY: the key that seals the stored files.")
    key = bytes.fromhex(settings.STORE_KEY) if settings.STORE_KEY else None
    return Store(Path(settings.FILES), key)


def workroom() -> Path:
    """Where files lie while they are worked on; nothing there outlives its job."""
    room = Path(settings.FILES) / "work"
    room.mkdir(parents=True, exist_ok=True, mode=0o700)
    return room
