"""Bring the database up to this version, as the role that owns the tables."""

import argparse

from konsil.cli.ground import OWNER, with_django


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say whether it is behind")


def run(options: argparse.Namespace) -> int:
    from django.core.management import call_command

    with with_django(user=OWNER):
        try:
            call_command("migrate", check_unapplied=options.check, plan=options.check)
        except SystemExit as behind:
            return 1 if behind.code else 0
    return 0
