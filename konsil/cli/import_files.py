"""Take files or folders into a case, as if uploaded, and say what became of each."""

import argparse
import importlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from konsil.cli.ground import with_django


class Outcome(Protocol):
    """What became of one file: exactly one of `where` and `why_aside` is said."""

    path: str
    sha256: str
    what: str
    where: str | None
    why_aside: str | None


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, help="a file, an archive or a folder")
    parser.add_argument("--case", required=True, metavar="NUMBER", help="the case's number")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(options: argparse.Namespace) -> int:
    if not options.path.exists():
        print(f"konsil: {options.path} does not exist.", file=sys.stderr)
        return 1
    with with_django():
        importing = importlib.import_module("konsil.parcels.importing")
        try:
            show(importing.import_path(options.path, case=options.case), as_json=options.json)
        except (LookupError, importing.ScannerAway) as trouble:
            print(f"konsil: {trouble}", file=sys.stderr)
            return 1
    return 0


def show(outcomes: Iterable[Outcome], *, as_json: bool) -> None:
    """One line a file, written as soon as it is known."""
    for outcome in outcomes:
        print(as_line(outcome) if as_json else as_row(outcome), flush=True)


def as_line(outcome: Outcome) -> str:
    fields = ("path", "sha256", "what", "where", "why_aside")
    return json.dumps({name: getattr(outcome, name) for name in fields}, ensure_ascii=False)


def as_row(outcome: Outcome) -> str:
    fate = outcome.where if outcome.why_aside is None else f"kept aside: {outcome.why_aside}"
    return f"{outcome.sha256[:12]}  {outcome.what:<24}  {outcome.path}  →  {fate}"
