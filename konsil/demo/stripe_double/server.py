"""The double's doors: the API, the pages and the levers, over the standard library's server."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

from konsil.demo.stripe_double import API_VERSION, api, hosted
from konsil.demo.stripe_double.bank import Bank
from konsil.demo.stripe_double.control import Control
from konsil.demo.stripe_double.problems import Problem, away, no_such_url
from konsil.demo.stripe_double.reply import Reply, answer, static

LONGEST_BODY = 100_000  # bytes
LOOPBACK = ("127.0.0.1", "::1")
_PAY = re.compile(r"/pay/(?P<id>cs_test_\w+)(?P<bank>/bank)?")
_BANK = re.compile(r"/bank/(?P<id>pi_\w+)")


@dataclass
class Double:
    """Everything one running double is made of."""

    bank: Bank
    control: Control
    key: str

    def ask(self, call: api.Call) -> Reply | None:
        """The API's answer, or None when the line goes dead, as the weather is."""
        weather = self.control.weather
        how = weather.next()
        if how == "503":
            return answer(away().body, 503)
        if how == "silent":
            threading.Event().wait(weather.seconds)
        if how in ("silent", "cut"):
            return None
        reply = api.respond(self.bank, self.key, call)
        self.control.courier.wake.set()
        if how == "late":
            threading.Event().wait(weather.seconds)
            return None
        return reply

    def visit(self, path: str, typed: dict[str, str] | None) -> Reply:
        """A person's page; `typed` is None for looking, the form's fields for sending."""
        with self.bank.book.lock:
            self.bank.nobody_asks()
            try:
                reply = self._page(path, typed)
            except Problem as problem:
                reply = hosted.lost(problem)
            self.bank.book.save()
        self.control.courier.wake.set()
        return reply

    def _page(self, path: str, typed: dict[str, str] | None) -> Reply:
        said = None if typed is None else typed.get("answer", "no")
        if found := _BANK.fullmatch(path):
            return hosted.ask_for_payment(self.bank, found["id"], said)
        found = _PAY.fullmatch(path)
        if found is None:
            raise no_such_url("GET", path)
        if found["bank"]:
            return hosted.ask_for_setup(self.bank, found["id"], said)
        if typed is None:
            return hosted.show(self.bank, found["id"])
        return hosted.leave(self.bank, found["id"], typed)


class Handler(BaseHTTPRequestHandler):
    """Reads one request; never writes a log line, since a form may hold a card number."""

    protocol_version = "HTTP/1.1"
    server_version = "StripeDouble"
    timeout = 60
    server: Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self._send(self._route("GET", url.path, url.query))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_BODY:
            self.close_connection = True
            self._send(answer({"error": {"message": "Too long."}}, 413))
            return
        body = self.rfile.read(length).decode("utf-8", "replace")
        self._send(self._route("POST", urlsplit(self.path).path, body))

    def log_message(self, *_: object) -> None:
        """Silence, see the class."""

    def _route(self, method: str, path: str, form: str) -> Reply | None:
        double = self.server.double
        if path.startswith("/_control/"):
            if not self._is_near():
                problem = no_such_url(method, path)
                return answer(problem.body, problem.status)
            return double.control.respond(method, path, form if method == "POST" else "")
        if path in _FILES and method == "GET":
            return _file(path)
        if path.startswith(("/pay/", "/bank/")):
            return double.visit(path, dict(parse_qsl(form)) if method == "POST" else None)
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        key = self.headers.get("Idempotency-Key", "")
        version = self.headers.get("Stripe-Version", API_VERSION)
        return double.ask(api.Call(method, path, form, bearer, key, version))

    def _is_near(self) -> bool:
        """Loopback, not through a proxy, and not a browser on another site."""
        far = ("Forwarded", "X-Forwarded-For", "Origin")
        return self.client_address[0] in LOOPBACK and not any(name in self.headers for name in far)

    def _send(self, reply: Reply | None) -> None:
        if reply is None:
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int]) -> None:
        self.double: Double
        super().__init__(address, Handler)


_FONTS = "konsil.core", "static/fonts"
_FILES = {
    "/pay/checkout.css": (__package__, "checkout.css", "text/css; charset=utf-8"),
    "/pay/sans.woff2": (_FONTS[0], f"{_FONTS[1]}/hyperlegible-latin.woff2", "font/woff2"),
    "/pay/serif.woff2": (_FONTS[0], f"{_FONTS[1]}/literata-latin.woff2", "font/woff2"),
}


def _file(path: str) -> Reply:
    package, name, kind = _FILES[path]
    return static(files(package).joinpath(name).read_bytes(), kind)
