"""The sessions of one account: listed as devices that people recognise, and ended (F1.4, B6)."""

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from konsil.people.models import User

PROGRAMS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Sitting:
    """One browser in which the account is open."""

    pk: int
    device: str
    address: str
    began: datetime
    seen: datetime
    here: bool


def device_of(agent: str) -> str:
    """ "Firefox on Windows", as far as the browser says so."""
    program = next((name for mark, name in PROGRAMS if re.search(mark, agent)), "")
    machine = next((name for mark, name in MACHINES if mark in agent), "")
    return " on ".join(part for part in (program, machine) if part) or "Another program"


def sittings(request: HttpRequest, user: User) -> list[Sitting]:
    """Where `user` is signed in now, this browser first; what ended is not among them."""
    UserSession.objects.create_from_request(request)
    rows: list[UserSession] = UserSession.objects.purge_and_list(user)
    own = request.session.session_key
    found = [
        Sitting(
            row.pk,
            device_of(row.user_agent),
            row.ip,
            row.created_at,
            row.last_seen_at,
            row.session_key == own,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.here, -one.seen.timestamp()))


def end_sittings(user: User, *, only: int | None = None, but: str | None = None) -> int:
    """End the account's sessions (one of them, or all but the key `but`); how many there were."""
    rows = UserSession.objects.filter(user=user)
    if only is not None:
        rows = rows.filter(pk=only)
    ended = 0
    for row in rows.exclude(session_key=but or ""):
        row.end()
        ended += 1
    return ended
