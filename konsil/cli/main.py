"""The command `konsil`: finds the module for what was asked and gives back its exit code."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib.metadata import version

from konsil.cli.ground import exists
from konsil.core.postgres_programs import NoDatabase

COMMANDS = {
    "serve": ("konsil.cli.serve", "start everything and stay until Ctrl-C", None),
    "demo": ("konsil.cli.demo", "load the demo hospital", "konsil.demo.load"),
    "import": ("konsil.cli.import_files", "take files into a case", "konsil.parcels.importing"),
    "doctor": ("konsil.cli.doctor", "say what is missing and what mends it", None),
    "migrate": ("konsil.cli.migrate", "bring the database up to this version", None),
    "backup": ("konsil.cli.backup", "keep the database and the files elsewhere", None),
    "restore": ("konsil.cli.restore", "bring a backup into an empty home", None),
    "upgrade": ("konsil.cli.upgrade", "backup, migrate, look, and back if it fails", None),
    "token": (
        "konsil.cli.token",
        "let a clinic's own software refer",
        "konsil.exchange.referring.tokens",
    ),
    "mllp": ("konsil.cli.mllp", "listen for HL7 orders", "konsil.exchange.referring.hl7"),
    "manage": ("konsil.cli.manage", "run a command of Django", None),
}
"""Name: the module, what it is for, and the module without which it is not offered."""


def main(words: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 failed, 2 not understood (argparse's own)."""
    options = _parser().parse_args(words)
    try:
        code: int = options.run(options)
    except NoDatabase as problem:
        print(f"konsil: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="konsil", description="Konsil: a hospital's remote and second opinions."
    )
    parser.add_argument("--version", action="version", version=f"konsil {version('konsil')}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (module, purpose, needs) in COMMANDS.items():
        if needs is None or exists(needs):
            command = importlib.import_module(module)
            its_own = commands.add_parser(name, help=purpose, description=command.__doc__)
            command.arguments(its_own)
            its_own.set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
