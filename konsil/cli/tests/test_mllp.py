"""HL7 v2 orders over MLLP: framed, passed on, answered (F12.7)."""

import socket
import threading
from typing import Any

import pytest

from konsil.cli import mllp
from konsil.exchange.referring.tests.orders import ORM


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A listener on a free port; what it passes on is answered by the test."""
    passed: list[bytes] = []

    def answer(message: bytes, _url: str, _token: str) -> bytes:
        passed.append(message)
        return b"MSH|^~\\&|K\rMSA|AA|" + message.split(b"|")[9] + b"\r"

    monkeypatch.setattr(mllp, "passed_on", answer)
    server = mllp.server(("127.0.0.1", 0), "http://unused.example", "token")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server.server_address, passed
    server.shutdown()
    server.server_close()
    thread.join()


def test_two_messages_over_one_line(listening: Any) -> None:
    """MLLP: each framed, each answered, in the order in which they came."""
    address, passed = listening
    with socket.create_connection(address[:2], timeout=5) as line:
        for name in (b"MSG1", b"MSG2"):
            message = ORM.encode().replace(b"MSG1", name)
            framed = b"\r\n" + mllp.START + message + mllp.END
            line.sendall(framed[:50])
            line.sendall(framed[50:])
            answer = b""
            while not answer.endswith(mllp.END):
                answer += line.recv(4096)
            assert answer.startswith(mllp.START)
            assert b"MSA|AA|" + name in answer
    assert [each.split(b"|")[9] for each in passed] == [b"MSG1", b"MSG2"]


def test_a_hospital_that_is_away_is_said_so() -> None:
    told = mllp.passed_on(ORM.encode(), "http://127.0.0.1:9", "token").decode()
    assert "MSA|AE|MSG1|The hospital cannot be reached" in told
