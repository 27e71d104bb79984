"""Run a command of Django: `konsil manage shell`, `konsil manage dbshell -- -c 'SELECT 1'`."""

import argparse
import sys

from konsil.cli.ground import APPLICATION, OWNER, with_django

AS_OWNER = frozenset(
    {"dbshell", "flush", "inspectdb", "makemigrations", "migrate", "showmigrations", "sqlmigrate"}
)
"""Commands that look at or change the tables themselves. All others see what the pages see."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="...", help="as for manage.py")


def run(options: argparse.Namespace) -> int:
    words = options.words or ["help"]
    with with_django(user=OWNER if words[0] in AS_OWNER else APPLICATION):
        from django.core.management import execute_from_command_line

        try:
            execute_from_command_line(["konsil manage", *words])
        except SystemExit as end:
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
                return 1
            return end.code or 0
    return 0
