"""The gateways: numbers as people write them, files, and the contract over HTTP with a fake."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest

from konsil.core import sms
from konsil.core.delivery import Fate, NotSent


class FakeGateway(BaseHTTPRequestHandler):
    """Keeps the contract: a token, a key that counts once, and an answer that the test chooses."""

    heard: ClassVar[list[dict[str, Any]]] = []
    answer: ClassVar[int] = 202

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.answer if self.headers["Authorization"] == "Bearer open sesame" else 401
        if status == 202:
            said = json.loads(body)
            assert said["key"] == self.headers["Idempotency-Key"]
            if said["key"] not in [each["key"] for each in self.heard]:
                self.heard.append(said)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Quiet."""


@pytest.fixture
def fake(settings: Any) -> Iterator[type[FakeGateway]]:
    server = HTTPServer(("127.0.0.1", 0), FakeGateway)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SMS = f"http://127.0.0.1:{server.server_port}/messages"
    settings.SMS_TOKEN = "open sesame"
    FakeGateway.heard, FakeGateway.answer = [], 202
    yield FakeGateway
    server.shutdown()
    server.server_close()


def test_a_message_is_taken_once_for_a_key(fake: type[FakeGateway]) -> None:
    for _twice in range(2):
        sms.send(to="+15035550100", text="Something waits", key="k1")

    assert fake.heard == [{"to": "+15035550100", "text": "Something waits", "key": "k1"}]


@pytest.mark.parametrize(
    ("answer", "fate"),
    [(400, Fate.REFUSED), (422, Fate.REFUSED), (429, Fate.LATER), (503, Fate.LATER)],
)
def test_a_gateway_that_says_no_is_understood(
    fake: type[FakeGateway], answer: int, fate: Fate
) -> None:
    fake.answer = answer

    with pytest.raises(NotSent) as found:
        sms.send(to="+15035550100", text="x", key="k2")

    assert found.value.fate == fate
    assert fake.heard == []


def test_a_wrong_token_and_a_gateway_that_is_away(fake: type[FakeGateway], settings: Any) -> None:
    settings.SMS_TOKEN = "wrong"
    with pytest.raises(NotSent) as refused:
        sms.send(to="+15035550100", text="x", key="k3")
    settings.SMS = "http://127.0.0.1:9/"
    with pytest.raises(NotSent) as away:
        sms.send(to="+15035550100", text="x", key="k3")

    assert (refused.value.fate, away.value.fate) == (Fate.REFUSED, Fate.LATER)


def test_the_demo_writes_files_and_a_house_without_a_gateway_says_so(
    settings: Any, tmp_path: Any
) -> None:
    settings.SMS, settings.SMS_FILE_PATH = "file", str(tmp_path)
    sms.send(to="+15035550100", text="Something waits", key="a/../b")
    settings.SMS = ""
    with pytest.raises(NotSent) as none:
        sms.send(to="+15035550100", text="x", key="k")

    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text())["text"] == "Something waits"
    assert none.value.fate == Fate.REFUSED


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("(503) 555-0100", "+15035550100"),
        ("1 503 555 0100", "+15035550100"),
        ("+49 30 1234567", "+49301234567"),
        ("0049 30 1234567", "+49301234567"),
        ("555-0100", ""),
        ("call me", ""),
        ("", ""),
        ("+0123456789", ""),
    ],
)
def test_numbers_as_people_write_them(said: str, meant: str) -> None:
    assert sms.number(said) == meant
