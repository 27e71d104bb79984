"""Where the bytes lie: one store for originals (sealed) and reading copies."""

from functools import cache
from pathlib import Path

from django.conf import settings

from konsil.core.storage import Store


@cache
def store() -> Store:
    """The hospital's store; the key comes from the settings and never from the database."""
    key = bytes.fromhex(settings.STORE_KEY) if settings.STORE_KEY else None
    return Store(Path(settings.FILES), key)


def workroom() -> Path:
    """Where files lie while they are worked on; nothing there outlives its job."""
    room = Path(settings.FILES) / "work"
    room.mkdir(parents=True, exist_ok=True)
    return room
