"""Listen for HL7 v2 orders over MLLP and pass them to Konsil's own door, with the clinic's token.

One listener serves one clinic. MLLP has no sign-in and no encryption: it listens on loopback unless
told otherwise, and belongs behind the clinic's tunnel.
"""

import argparse
import os
import socketserver
import sys
import urllib.error
import urllib.request
from io import BufferedIOBase
from typing import BinaryIO

START, END = b"\x0b", b"\x1c\r"
LONGEST = 1_000_000
PATIENCE = 300


class TooLong(Exception):
    """The sender went on without an end."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default loopback)")
    parser.add_argument("--port", type=int, default=2575, help="the port (default 2575)")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where Konsil answers")
    parser.add_argument(
        "--token-from",
        default="KONSIL_MLLP_TOKEN",
        metavar="VARIABLE",
        help="the environment variable that holds the token; it never stands on a command line",
    )


def run(options: argparse.Namespace) -> int:
    token = os.environ.get(options.token_from, "")
    if not token:
        print(f"konsil: put the clinic's token into {options.token_from}.", file=sys.stderr)
        return 1
    with server((options.host, options.port), options.url, token) as listening:
        host, port = listening.server_address[:2]
        print(f"Listening for HL7 v2 orders on {host!s}:{port}", flush=True)
        listening.serve_forever()
    return 0


def server(at: tuple[str, int], url: str, token: str) -> socketserver.ThreadingTCPServer:
    """A listener that is not running yet."""

    class Listener(socketserver.StreamRequestHandler):
        timeout = PATIENCE

        def handle(self) -> None:
            try:
                while message := framed(self.rfile):
                    self.wfile.write(START + passed_on(message, url, token) + END)
            except (TooLong, OSError):
                return  # the sender sees the line end and sends again

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    return Server(at, Listener)


def framed(stream: BufferedIOBase | BinaryIO) -> bytes:
    """The next message between its frames; b"" when the sender has hung up. Raises `TooLong`."""
    skipped = 0
    while (sign := stream.read(1)) != START:
        skipped += 1
        if not sign or skipped > LONGEST:
            return b""
    found = bytearray()
    while not found.endswith(END):
        sign = stream.read(1)
        if not sign:
            return b""
        found += sign
        if len(found) > LONGEST:
            raise TooLong
    return bytes(found[: -len(END)])


def passed_on(message: bytes, url: str, token: str) -> bytes:
    """The acknowledgement of Konsil; AE in our own words when it cannot be reached."""
    ask = urllib.request.Request(  # noqa: S310 the address is the administrator's own
        f"{url}/hl7/",
        data=message,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/hl7-v2"},
    )
    try:
        with urllib.request.urlopen(ask, timeout=60) as answer:  # noqa: S310
            return bytes(answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return bytes(refused.read())
    except OSError:
        control = message.split(b"\r")[0].split(b"|")[9:10]
        text = b"MSA|AE|" + b"".join(control) + b"|The hospital cannot be reached. Send it again."
        return b"MSH|^~\\&|KONSIL||||||ACK^O01^ACK|A1|P|2.5.1\r" + text + b"\r"
