"""Load the demo hospital, with its people and cases, into an empty database."""

import argparse
import importlib
import os
import sys
from urllib.parse import urlsplit

from konsil.cli.ground import LOOPBACK, in_demo, with_django


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults()


def run(options: argparse.Namespace) -> int:
    if refusal := why_not():
        print(f"konsil: {refusal}", file=sys.stderr)
        return 1
    with with_django():
        importlib.import_module("konsil.demo.load").load()
    for line in sign_ins():
        print(line)
    return 0


def why_not() -> str | None:
    """Why invented people with known passwords may not come into this installation, if so."""
    if not in_demo():
        return "The demo hospital is not loaded in production. Its sign-ins are public."
    if (urlsplit(os.environ.get("KONSIL_PUBLIC_URL", "")).hostname or "localhost") not in LOOPBACK:
        return "The demo hospital is for this computer only. Unset KONSIL_PUBLIC_URL to load it."
    return None


def sign_ins() -> list[str]:
    """The lines that tell how to sign in as one of the demo cast."""
    return [str(line) for line in importlib.import_module("konsil.demo.cast").sign_ins()]
