"""Runs the card provider's double as its own process, fills in its page, and takes its webhooks."""

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

KEY, SECRET = "sk_test_of_these_tests", "whsec_of_these_tests"
GOOD_CARD = "4242 4242 4242 4242"
REFUSED_AT_SAVING = "4000 0000 0000 0002"
REFUSED_WHEN_CHARGED = "4000 0000 0000 0341"
ASKS_ONCE = "4000 0025 0000 3155"
ASKS_ALWAYS = "4000 0027 6000 3184"
RETURN = "http://127.0.0.1:9/card/?kept={CHECKOUT_SESSION_ID}"
CANCEL = "http://127.0.0.1:9/card/not/"


@dataclass
class Inbox:
    """The hospital's end: keeps each webhook as (raw body, signature)."""

    letters: list[tuple[bytes, str]] = field(default_factory=list)
    status: int = 200

    def start(self) -> None:
        inbox = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                inbox.letters.append((body, self.headers["Stripe-Signature"]))
                self.send_response(inbox.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests speak for themselves."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/billing/webhook/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.letters]

    def wait_for(self, kind: str, count: int = 1) -> list[tuple[bytes, str]]:
        """The letters of that kind, once there are so many; fails after ten seconds."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if self.types().count(kind) >= count:
                return [one for one in self.letters if json.loads(one[0])["type"] == kind]
            time.sleep(0.02)
        raise AssertionError(f"waited for {count} of {kind}, came: {self.types()}")


@dataclass
class RunningDouble:
    state: Path
    webhook: str

    def start(self) -> None:
        words = f"--port 0 --webhook {self.webhook} --key {KEY} --webhook-secret {SECRET}"
        command = [sys.executable, "-m", "konsil.demo.stripe_double", *words.split()]
        command += ["--state", str(self.state)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.base = self.process.stdout.readline().split()[-1]

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(10)
        self.process.stdout.close()
        return code

    def control(self, lever: str, **wish) -> dict:
        reply = requests.post(f"{self.base}/_control/{lever}", json=wish, timeout=5)
        reply.raise_for_status()
        return reply.json()

    def look(self, lever: str):
        return requests.get(f"{self.base}/_control/{lever}", timeout=5).json()

    def fill_in(self, url: str, number: str = GOOD_CARD, **typed: str) -> requests.Response:
        """What a person's browser does on pressing Save card; redirects are not followed."""
        form = {"number": number, "expiry": "09/40", "code": "123", "name": "Rosa Delgado"}
        return self.press(url, **{**form, **typed})

    def press(self, url: str, **typed: str) -> requests.Response:
        url = url if url.startswith("http") else self.base + url
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return requests.post(
            url, data=urlencode(typed), headers=headers, timeout=5, allow_redirects=False
        )


def query_of(reply: requests.Response) -> dict[str, str]:
    query = parse_qs(urlsplit(reply.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}
