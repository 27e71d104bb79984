"""What a new installation needs once: the demo hospital, or a first administrator's link.

Run as a process of its own, as the application's role.
"""

import importlib
import sys

from konsil.cli import demo
from konsil.cli.ground import exists, in_demo


def main() -> int:
    import django

    django.setup()
    if in_demo():
        if exists("konsil.demo.load") and demo.why_not() is None:
            importlib.import_module("konsil.demo.load").load()
        return 0
    if exists("konsil.people.first_start"):
        link = importlib.import_module("konsil.people.first_start").first_administrator_link()
        print(f"The first administrator signs in with this link. It is shown once: {link}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
