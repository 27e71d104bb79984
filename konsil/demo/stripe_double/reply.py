"""One answer over HTTP, and the few kinds of it that the double gives."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

#: Pages take styles, fonts and nothing else; where a form leads is the merchant's own address.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes = b""
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def answer(thing: Any, status: int = 200, **headers: str) -> Reply:
    """JSON with Stripe's two-space indent."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(thing, indent=2).encode(), headers=named)


def page(html: str, status: int = 200) -> Reply:
    headers = {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Reply(status, html.encode(), "text/html; charset=utf-8", headers)


def redirect(url: str) -> Reply:
    return Reply(303, b"", "text/plain", {"Location": url, "Cache-Control": "no-store"})


def static(body: bytes, kind: str) -> Reply:
    return Reply(200, body, kind, {"Cache-Control": "max-age=3600"})
