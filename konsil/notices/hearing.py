"""What comes back: a letter that nobody takes, a text message that arrived, somebody who says STOP.

Whoever tells us signs it (`X-Konsil-Signature: t=<Unix seconds>,v1=<HMAC-SHA256 of "t.body">`).
"""

import hmac
import re
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from typing import Any
from uuid import UUID

from django.conf import settings

from konsil.cases.outside import outsider_of, tasks_of
from konsil.cases.scope import scope
from konsil.core import sms
from konsil.notices import aftermath
from konsil.notices.models import Letter, Reach
from konsil.people.actors import SYSTEM

FRESH_SECONDS = 300
STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "alto", "parar"})
START = frozenset({"start", "unstop", "yes"})
_KEY = re.compile(r"\b([0-9a-f]{32})\.([0-9a-f]{32})\b")


def is_signed(body: bytes, signature: str, *, at: datetime) -> bool:
    """Whether whoever shares the secret said this, within the last five minutes."""
    parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
    stamp = parts.get("t", "")
    if not settings.POST_SECRET or not re.fullmatch(r"\d{1,12}", stamp):
        return False
    if abs(at.timestamp() - int(stamp)) > FRESH_SECONDS:
        return False
    fits: bool = hmac.compare_digest(sign(body, int(stamp)), parts.get("v1", ""))
    return fits


def sign(body: bytes, stamp: int) -> str:
    """The signature of a body at a time, in hex."""
    secret: str = settings.POST_SECRET
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()


def heed(news: dict[str, Any], *, at: datetime) -> bool:
    """Act upon what a gateway tells; False for what we do not understand."""
    what = news.get("what")
    if what == "reply":
        return hear_reply(str(news.get("from", "")), str(news.get("text", "")), at=at)
    if what == "failed":
        return came_back(str(news.get("key", "")), str(news.get("reason", "")), at=at)
    return arrived(str(news.get("key", ""))) if what == "arrived" else False


def hear_reply(number: str, text: str, *, at: datetime) -> bool:
    """STOP ends text messages to that number at once, START lets them begin again."""
    word = re.sub(r"[^a-z]", "", text.casefold())
    rows = Reach.objects.filter(phone=sms.number(number) or None)
    if word in STOP:
        rows.filter(stopped_at=None).update(stopped_at=at)
    elif word in START:
        rows.update(stopped_at=None)
    return bool(rows.exists())


def came_back(key: str, reason: str, *, at: datetime) -> bool:
    """The letter of that key was not delivered; False for a key that we never gave."""
    if not (found := _KEY.search(key)):
        return False
    tenant, named = UUID(found[1]), UUID(found[2])
    with scope([tenant]):
        rows = Letter.objects.select_for_update(of=("self",)).filter(tenant=tenant, pk=named)
        if (letter := rows.first()) is not None:
            aftermath.fail(letter, reason.strip()[:200] or "It came back.", at=at)
            return True
        waiting = list(tasks_of(named).select_related("case__tenant"))
        for task in waiting:
            if (outsider := outsider_of(task)) is not None:
                outsider.came_back(task, by=SYSTEM, at=at)
        return bool(waiting)


def arrived(key: str) -> bool:
    """The letter of that key reached its number."""
    if not (found := _KEY.search(key)):
        return False
    with scope([UUID(found[1])]):
        rows = Letter.objects.filter(pk=UUID(found[2]), state=Letter.State.SENT)
        return bool(rows.update(state=Letter.State.ARRIVED))


def read_return(raw: bytes) -> tuple[str, str] | None:
    """(key, reason) of a delivery report about a letter of ours (RFC 3464), if it says “failed”."""
    report = message_from_bytes(raw)
    if report.get_content_type() != "multipart/report":
        return None
    failed, reason, key = False, "", ""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in _blocks(part):
                failed = failed or str(block.get("Action", "")).strip().lower() == "failed"
                reason = reason or str(block.get("Diagnostic-Code", ""))[:200]
        elif found := _KEY.search(str(part.get("Message-ID", ""))):
            key = found[0]
        elif part.get_content_type() == "text/rfc822-headers":
            said = part.get_payload(decode=True)
            found = _KEY.search(said.decode("ascii", "replace") if isinstance(said, bytes) else "")
            key = found[0] if found else key
    return (key, " ".join(reason.split())) if failed and key else None


def _blocks(part: Message) -> list[Message]:
    inside = part.get_payload()
    return (
        [each for each in inside if isinstance(each, Message)] if isinstance(inside, list) else []
    )
