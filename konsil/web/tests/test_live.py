"""The live endpoint: a ticket is the only way in, and the number of open streams is bounded."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from konsil.core.live import ticket_url
from konsil.web import live


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[live.Hub]:
    """A hub that hears no database."""

    class Deaf(live.Hub):
        async def _listen(self) -> None:
            await asyncio.sleep(60)

    made = Deaf()
    monkeypatch.setattr(live, "hub", made)
    yield made


def ticket(*channels: str) -> str:
    return ticket_url(channels).rpartition("/")[2]


def visit(path: str, *, news: str = "", method: str = "GET") -> list[dict[str, Any]]:
    """What the application sends to somebody who leaves after the first piece of news."""
    sent: list[dict[str, Any]] = []

    async def go() -> None:
        left = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)
            if message.get("body", b"").startswith(b": here"):
                if news:
                    live.hub._pass_on({"channel": news, "topic": "board"})
                else:
                    left.set()
            elif message.get("more_body"):
                left.set()

        scope = {"type": "http", "path": path, "method": method}
        await asyncio.wait_for(live.application(scope, receive, send), 10)

    asyncio.run(go())
    return sent


def test_a_page_hears_of_its_channel_and_of_no_other(
    hub: live.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G2: the ticket names what may be heard; only a topic passes, never what changed."""
    monkeypatch.setattr(live, "PING", 0.05)
    hers = visit(f"/live/{ticket('case:1')}", news="case:1")
    others = visit(f"/live/{ticket('case:1')}", news="case:2")

    assert b'{"topic": "board"}' in b"".join(each.get("body", b"") for each in hers)
    assert b"board" not in b"".join(each.get("body", b"") for each in others)
    assert not hub.pages
    assert not hub.tickets


@pytest.mark.parametrize("path", ["/live/", "/live/forged", "/", "/live/x:y:z"])
def test_without_a_ticket_there_is_nothing(hub: live.Hub, path: str) -> None:
    """G2: forged and absent tickets are refused before anything is opened."""
    assert visit(path)[0]["status"] == 404


def test_nobody_holds_more_streams_than_a_ticket_allows(hub: live.Hub) -> None:
    """G3: a ticket that got around, or a page in a loop, does not use up the room of others."""
    mine = ticket("case:1")
    hub.tickets[mine] = live.MOST_A_TICKET

    assert visit(f"/live/{mine}")[0]["status"] == 503
    assert visit(f"/live/{ticket('case:2')}")[0]["status"] == 200


def test_a_stream_ends_with_its_ticket(hub: live.Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A11: a right that ended is not heard of for ever on a line that was opened before."""
    monkeypatch.setattr(live, "LASTS", 0)

    sent = visit(f"/live/{ticket('case:1')}")

    assert sent[-1] == {"type": "http.response.body", "body": b""}
    assert not hub.pages
