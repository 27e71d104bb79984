"""Make, list or end the tokens with which a clinic's own software refers patients."""

import argparse
import importlib
import sys
from datetime import timedelta
from typing import Any

from konsil.cli.ground import with_django


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scope", choices=["refer"], default="refer", help="what it opens")
    parser.add_argument("--institution", metavar="NAME", help="the clinic, by its whole name")
    parser.add_argument("--label", default="Referring software", help="which software it is")
    parser.add_argument("--days", type=int, default=365, help="how long it lasts (default 365)")
    parser.add_argument("--list", action="store_true", help="show the tokens, without their text")
    parser.add_argument("--revoke", metavar="ID", help="end a token")


def run(options: argparse.Namespace) -> int:
    with with_django():
        tokens = importlib.import_module("konsil.exchange.referring.tokens")
        try:
            if options.list:
                return _list()
            if options.revoke:
                return _revoke(tokens, options.revoke)
            return _issue(tokens, options)
        except tokens.NoToken as refusal:
            print(f"konsil: {refusal}", file=sys.stderr)
            return 1


def _issue(tokens: Any, options: argparse.Namespace) -> int:
    from django.utils import timezone

    from konsil.people.models import Institution

    if not options.institution:
        raise tokens.NoToken("Say for which clinic: --institution “St Brigid’s Clinic”.")
    clinics = Institution.objects.exclude(parent=None).select_related("parent")
    found = list(clinics.filter(name__iexact=options.institution))
    if len(found) != 1:
        names = ", ".join(sorted(clinic.name for clinic in clinics)) or "none yet"
        raise tokens.NoToken(f"There is no such clinic. The clinics are: {names}.")
    made, token = tokens.issue(
        found[0],
        options.scope,
        label=options.label,
        lasts=timedelta(days=options.days),
        at=timezone.now(),
    )
    print(token)
    print(
        f"For {made.institution}, until {made.expires_at:%Y-%m-%d}, id {made.pk}. "
        "It is shown this once; keep it where only that software reads it.",
        file=sys.stderr,
    )
    return 0


def _list() -> int:
    from konsil.exchange.referring.models import MachineToken

    for row in MachineToken.objects.select_related("institution").order_by("created_at"):
        ends = (
            f"ended {row.revoked_at:%Y-%m-%d}"
            if row.revoked_at
            else f"until {row.expires_at:%Y-%m-%d}"
        )
        used = f"used {row.used_at:%Y-%m-%d}" if row.used_at else "never used"
        print(f"{row.pk}  {row.scope}  {row.institution}  {row.label}  {ends}  {used}")
    return 0


def _revoke(tokens: Any, key: str) -> int:
    from uuid import UUID

    from django.utils import timezone

    try:
        UUID(key)
    except ValueError as nonsense:
        raise tokens.NoToken(
            "An id looks like those that `konsil token --list` shows."
        ) from nonsense
    print(f"Ended: {tokens.revoke(key, at=timezone.now())}")
    return 0
