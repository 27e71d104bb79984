"""Making, finding and ending the tokens of clinics' software."""

import hashlib
import secrets
from datetime import datetime, timedelta

from konsil.exchange.referring.models import MachineToken
from konsil.people.actors import Actor
from konsil.people.models import Institution

LONGEST = timedelta(days=730)
PREFIX = "konsil_"
"""So that a token that was left somewhere is known for what it is."""


class NoToken(Exception):
    """No token was made or ended; the words say why."""


def hash_of(token: str) -> str:
    """Hex SHA-256; the token has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(
    institution: Institution,
    scope: MachineToken.Scope,
    *,
    label: str,
    lasts: timedelta,
    at: datetime,
) -> tuple[MachineToken, str]:
    """A new token and its text, told once and never stored. Raises `NoToken`."""
    if institution.parent_id is None:
        raise NoToken(f"{institution} is the hospital itself. Name a clinic that refers to it.")
    if not timedelta() < lasts <= LONGEST:
        raise NoToken("A token lasts at least one day and at most two years.")
    token = PREFIX + secrets.token_urlsafe(32)
    made = MachineToken.objects.create(
        institution=institution,
        scope=scope,
        label=label,
        token_hash=hash_of(token),
        expires_at=at + lasts,
    )
    return made, token


def find(token: str, scope: MachineToken.Scope, *, at: datetime) -> MachineToken | None:
    """The token of that text while it opens `scope`; None for any other."""
    rows = MachineToken.objects.select_related("institution__parent")
    found = rows.filter(token_hash=hash_of(token), scope=scope).first()
    return found if found and found.open_at(at) else None


def actor_of(token: MachineToken, *, address: str = "") -> Actor:
    """Who acts with it."""
    return Actor.machine(str(token)[:120], clinic=token.institution, address=address)


def note_use(token: MachineToken, *, address: str, at: datetime) -> None:
    """When it was used last, and from where."""
    MachineToken.objects.filter(pk=token.pk).update(used_at=at, used_from=address or None)


def revoke(key: str, *, at: datetime) -> MachineToken:
    """End the token of that id; it opens nothing from then on. Raises `NoToken`."""
    found = MachineToken.objects.filter(pk=key).select_related("institution").first()
    if found is None:
        raise NoToken("There is no token with this id. `konsil token --list` shows them.")
    found.revoked_at = found.revoked_at or at
    found.save(update_fields=["revoked_at"])
    return found
