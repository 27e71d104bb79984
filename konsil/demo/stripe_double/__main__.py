"""Runs the double: `python -m konsil.demo.stripe_double --port 8002 --webhook URL --state FILE`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from konsil.demo.stripe_double.bank import Bank
from konsil.demo.stripe_double.book import Book
from konsil.demo.stripe_double.control import Control, Weather
from konsil.demo.stripe_double.courier import Courier
from konsil.demo.stripe_double.server import Double, Server

KEY = "sk_test_demo"
SECRET = "whsec_demo"  # noqa: S105  (a demo's, printed in its README)


def main(argv: Sequence[str] | None = None) -> int:
    wish = _wishes().parse_args(argv)
    server = Server((wish.host, wish.port))
    port = server.server_address[1]
    address = (wish.public_url or f"http://{wish.host}:{port}").rstrip("/")
    control = _assemble(wish, address)
    server.double = Double(control.courier.bank, control, wish.key)
    threading.Thread(target=control.courier.run, daemon=True).start()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"Card provider's double at {address}\n")
    sys.stdout.flush()
    server.serve_forever()
    control.courier.end()
    server.server_close()
    return 0


def _assemble(wish: argparse.Namespace, address: str) -> Control:
    def clock() -> int:
        return int(time.time()) + control.ahead

    bank = Bank(Book(wish.state), clock, address)
    courier = Courier(bank, wish.webhook, wish.webhook_secret, lambda: int(time.time()))
    control = Control(courier, Weather())
    return control


def _wishes() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stripe_double", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8002, help="0 takes a free one and prints it")
    parser.add_argument("--webhook", default="", help="where events go; none are sent without")
    parser.add_argument("--state", type=Path, help="JSON file that outlives a restart")
    parser.add_argument("--public-url", default="", help="how browsers reach the card page")
    parser.add_argument("--key", default=KEY, help="the secret API key that it accepts")
    parser.add_argument("--webhook-secret", default=SECRET, help="what events are signed with")
    return parser


if __name__ == "__main__":
    sys.exit(main())
