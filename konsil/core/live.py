"""News for open pages: which topic changed, never what; the page asks again through its doorway.

`publish` goes out with the transaction (NOTIFY); a `ticket` says which topics a page may hear of.
"""

import json
from collections.abc import Iterable

from django.conf import settings
from django.core import signing
from django.db import connection

CHANNEL = "konsil_live"
SALT = "konsil.live"
LASTS = 3600


def publish(channel: str, topic: str) -> None:
    """Tell everybody who listens on `channel` ("case:<id>") that `topic` changed; on commit."""
    payload = json.dumps({"channel": channel, "topic": topic})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def ticket_url(channels: Iterable[str]) -> str:
    """The address where a page that may hear of `channels` listens for the next hour."""
    ticket = signing.dumps(sorted(channels), salt=SALT)
    return f"{settings.LIVE_URL}/live/{ticket}"


def channels_of(ticket: str) -> list[str]:
    """The channels of a ticket; empty for one that is forged or too old."""
    try:
        found = signing.loads(ticket, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return []
    return [str(channel) for channel in found]
