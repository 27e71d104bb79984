"""Start everything that Konsil needs, and stay until Ctrl-C: database, pages, news, worker."""

import argparse
import asyncio
import os
import socket
import sys
from dataclasses import dataclass

from konsil.cli import demo
from konsil.cli.ground import APPLICATION, LOOPBACK, OWNER, exists, home, in_demo
from konsil.cli.prepare import NEW
from konsil.core.postgres import Postgres
from konsil.core.supervisor import Program, Supervisor

MUST_BE_SET = {
    "KONSIL_SECRET_KEY": "a long random text, kept for good: openssl rand -hex 32",
    "KONSIL_STORE_KEY": "the key of the stored files, kept for good: openssl rand -hex 32",
    "KONSIL_PUBLIC_URL": "the address that people type, such as https://second.hospital.example",
    "KONSIL_CLAMD": "where the virus scanner listens, such as /run/clamav/clamd.ctl",
}
"""Without these no patient's file may come in."""
BROKEN = 500


@dataclass(frozen=True)
class Address:
    """Where the pages are; the news come from the next port, the payment double is one further."""

    host: str
    port: int

    def url(self, further: int = 0) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port + further}"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    parser.add_argument("--port", type=int, default=8000, help="default: %(default)s, and two more")
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="the demo hospital on this computer only, or production; default: as KONSIL_ENV says",
    )


def run(options: argparse.Namespace) -> int:
    if options.demo is not None:
        os.environ["KONSIL_ENV"] = "demo" if options.demo else "production"
    address = Address(options.host, options.port)
    if refusal := why_not(address):
        print(f"konsil: {refusal}", file=sys.stderr)
        return 1
    _settle_environment(address)
    if "DATABASE_URL" in os.environ:
        return asyncio.run(_supervise(address, None))
    server = Postgres(home())
    try:
        server.start()
        os.environ.update(server.environment())
        return asyncio.run(_supervise(address, server))
    finally:
        server.stop()


def why_not(address: Address) -> str | None:
    """What stands against a start, with what to do about it."""
    if in_demo() and address.host not in LOOPBACK:
        return (
            "The demo hospital listens on this computer only, because its sign-ins are public. "
            "For a real address start with --no-demo."
        )
    if not in_demo():
        missing = [name for name in MUST_BE_SET if not os.environ.get(name)]
        if missing:
            hints = "".join(f"\n  {name}: {MUST_BE_SET[name]}" for name in missing)
            return f"Production does not start until these are set:{hints}"
    for port in range(address.port, address.port + (3 if in_demo() else 2)):
        if not _is_free(address.host, port):
            return f"Port {port} is taken on {address.host}. Choose another with --port."
    return None


def programs(address: Address) -> list[Program]:
    """What runs for as long as Konsil does; a program whose room is not installed is left out."""
    known = {
        "konsil.web.wsgi": web(address),
        "konsil.web.live": live(address),
        "procrastinate": worker(),
        "konsil.demo.stripe_double.__main__": payment_double(address),
    }
    return [
        program
        for module, program in known.items()
        if exists(module) and (in_demo() or not module.startswith("konsil.demo"))
    ]


def web(address: Address) -> Program:
    """Pages: two processes with threads that mostly wait: for the database, or for slow senders.

    A sender holds a thread while his bytes arrive, so there are more of them than work needs; the
    proxy in front of a hospital's server keeps slow senders away (docs/runbooks/production.md).
    """
    size = ("--workers", "2", "--blocking-threads", "16", "--no-ws")
    return Program("web", _granian("wsgi", "konsil.web.wsgi:application", address, 0, *size))


def live(address: Address) -> Program:
    """News: one process holds all the open streams, which would make it hang at the end."""
    soon_over = ("--workers", "1", "--workers-kill-timeout", "2", "--no-ws")
    return Program("live", _granian("asgi", "konsil.web.live:application", address, 1, *soon_over))


def worker() -> Program:
    words = ("procrastinate", "worker", "--concurrency", "2", "--shutdown-graceful-timeout", "6")
    return Program("worker", _python("django", *words))


def payment_double(address: Address) -> Program:
    state = str(home() / "card-double.json")
    hook = f"{address.url()}/billing/webhook/"
    words = ("--port", str(address.port + 2), "--webhook", hook, "--state", state)
    return Program("payments", _python("konsil.demo.stripe_double", *words), patience=2)


async def _supervise(address: Address, server: Postgres | None) -> int:
    async def story(supervisor: Supervisor) -> None:
        if server is not None and server.process is not None:
            supervisor.watch("database", server.process)
        as_owner = {"KONSIL_DB_USER": OWNER}
        prepare = Program("prepare", _python("konsil.cli.prepare"), as_owner)
        if await supervisor.step(prepare, fine=frozenset({0, NEW})) == NEW:
            await supervisor.step(Program("first", _python("konsil.cli.first_start")))
        for program in programs(address):
            await supervisor.start(program)
        status = await supervisor.answers(address.host, address.port)
        if status >= BROKEN:
            supervisor.say(f"The first page fails (status {status}); the reason is above.")
        supervisor.say(f"Konsil is ready: {address.url()}   (Ctrl-C stops it)")
        if in_demo() and exists("konsil.demo.cast"):
            for line in demo.sign_ins():
                supervisor.say(f"  {line}")

    return await Supervisor().run(story)


def _settle_environment(address: Address) -> None:
    """What all children must agree on."""
    home()
    os.environ["DJANGO_SETTINGS_MODULE"] = "konsil.settings"
    os.environ["KONSIL_DB_USER"] = APPLICATION
    if in_demo():
        os.environ.setdefault("KONSIL_PUBLIC_URL", address.url())
        os.environ.setdefault("KONSIL_LIVE_URL", address.url(1))
        os.environ.setdefault("KONSIL_STRIPE_URL", address.url(2))
        os.environ.setdefault("KONSIL_STATIC_STORAGE", "konsil.core.static_files.QuickStaticFiles")


def _granian(
    interface: str, app: str, address: Address, further: int, *more: str
) -> tuple[str, ...]:
    place = ("--host", address.host, "--port", str(address.port + further))
    return _python(
        "granian", "--interface", interface, *place, "--log-level", "warning", *more, app
    )


def _python(module: str, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *words)


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True
