"""The live endpoint: server-sent events over one LISTEN connection (a bare ASGI application).

Nothing but topics passes here, so a page that hears of a change asks for it through its doorway,
where its rights are checked as ever.
"""

import asyncio
import contextlib
import json
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "konsil.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from konsil.core.live import CHANNEL, LASTS, channels_of  # noqa: E402

PING = 15.0
WAITING = 100
RETRY = 2.0
MOST = 2000
MOST_A_TICKET = 8
"""So many streams at once: a page that is loaded again and again leaves some open for a while."""

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Hub:
    """Fans out what the database notifies to the pages that may hear of it."""

    def __init__(self) -> None:
        self.pages: dict[asyncio.Queue[str], frozenset[str]] = {}
        self.tickets: Counter[str] = Counter()
        self.listening: asyncio.Task[None] | None = None

    def is_full(self, ticket: str) -> bool:
        return len(self.pages) >= MOST or self.tickets[ticket] >= MOST_A_TICKET

    def join(self, ticket: str, channels: list[str]) -> asyncio.Queue[str]:
        if self.listening is None or self.listening.done():
            self.listening = asyncio.create_task(self._listen())
        queue: asyncio.Queue[str] = asyncio.Queue(WAITING)
        self.pages[queue] = frozenset(channels)
        self.tickets[ticket] += 1
        return queue

    def leave(self, ticket: str, queue: asyncio.Queue[str]) -> None:
        self.pages.pop(queue, None)
        self.tickets[ticket] -= 1
        if not self.tickets[ticket]:
            del self.tickets[ticket]

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except psycopg.Error:
                await asyncio.sleep(RETRY)  # the database restarts; pages stay connected

    async def _hear(self) -> None:
        parameters = connections["default"].get_connection_params()
        for ours in ("context", "cursor_factory", "prepare_threshold"):
            parameters.pop(ours, None)
        line = await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
        async with line:
            await line.execute(f"LISTEN {CHANNEL}")
            async for notice in line.notifies():
                self._pass_on(json.loads(notice.payload))

    def _pass_on(self, news: dict[str, str]) -> None:
        for queue, channels in self.pages.items():
            if news["channel"] in channels:
                with contextlib.suppress(asyncio.QueueFull):
                    queue.put_nowait(json.dumps({"topic": news["topic"]}))


hub = Hub()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """GET /live/<ticket>: an event stream; anything else is not here."""
    if scope["type"] != "http":
        return
    path: str = scope["path"]
    ticket = path.removeprefix("/live/") if path.startswith("/live/") else ""
    channels = channels_of(ticket) if ticket else []
    if not channels or scope["method"] != "GET":
        await _refuse(404, send)
    elif hub.is_full(ticket):
        await _refuse(503, send)
    else:
        await _stream(ticket, channels, receive, send)


async def _refuse(status: int, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _stream(ticket: str, channels: list[str], receive: Receive, send: Send) -> None:
    """Until the page is gone, at most as long as a ticket lasts: then it asks for its right."""
    headers = {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Accel-Buffering": "no",
        "Access-Control-Allow-Origin": settings.PUBLIC_URL,
        "Access-Control-Allow-Credentials": "true",
    }
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    ends = asyncio.get_running_loop().time() + LASTS
    queue = hub.join(ticket, channels)
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": pairs})
        await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})
        while not gone.done() and asyncio.get_running_loop().time() < ends:
            piece = await _next(queue, gone)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        hub.leave(ticket, queue)
        gone.cancel()


async def _next(queue: "asyncio.Queue[str]", gone: "asyncio.Future[None]") -> bytes:
    waiting = asyncio.ensure_future(queue.get())
    either: set[asyncio.Future[Any]] = {waiting, gone}
    await asyncio.wait(either, timeout=PING, return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        return f"data: {waiting.result()}\n\n".encode()
    waiting.cancel()
    return b": ping\n\n"


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
