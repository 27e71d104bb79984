"""Text messages go out here and nowhere else: a small interface, three gateways behind it.

`KONSIL_SMS` chooses: "" (none), "console", "file" (the demo's), or the https address of a gateway.
The contract with a gateway over HTTP, which any provider's adapter can keep:

    POST <address>
    Authorization: Bearer <KONSIL_SMS_TOKEN>
    Idempotency-Key: <key>
    Content-Type: application/json
    {"to": "+15035550100", "text": "…", "key": "<key>"}

2xx: taken. The same key twice is one message. 408, 425, 429 and 5xx: not taken, we ask again later.
Any other answer: this number will not get it. A delivery, a failure or a reply comes back signed to
/notices/heard/ (konsil/notices/README.md).
"""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib import error, request

from django.conf import settings

from konsil.core.delivery import Fate, NotSent

PATIENCE = 10
"""Seconds until a gateway that says nothing is left."""
LATER = {408, 425, 429}
LONGEST = 459
"""Three parts of 153 characters (GSM 03.38 with a header for joined parts)."""


class Gateway(Protocol):
    """Whoever carries a text message."""

    def send(self, *, to: str, text: str, key: str) -> None:
        """Hand it over once for a key, or raise `NotSent`."""


class Console:
    """Prints them where the server's own words go: for a developer."""

    def send(self, *, to: str, text: str, key: str) -> None:
        sys.stderr.write(f"SMS to {to}: {text}\n")


class Folder:
    """Writes each into a file beside the demo's mail."""

    def send(self, *, to: str, text: str, key: str) -> None:
        folder = Path(settings.SMS_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        at = datetime.now(UTC).isoformat()  # noqa: TID251 a post office stamps what it carries
        name = re.sub(r"[^\w.-]", "_", key)
        letter = {"at": at, "to": to, "text": text, "key": key}
        (folder / f"{name}.json").write_text(json.dumps(letter))


class Http:
    """A gateway over HTTP, by the contract above."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def send(self, *, to: str, text: str, key: str) -> None:
        said = json.dumps({"to": to, "text": text, "key": key}).encode()
        heads = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key,
        }
        asked = request.Request(self.address, data=said, headers=heads, method="POST")  # noqa: S310 the hospital's own setting
        try:
            with request.urlopen(asked, timeout=PATIENCE):  # noqa: S310
                return
        except error.HTTPError as answer:
            answer.close()
            if answer.code in LATER or answer.code >= 500:
                raise NotSent("The text gateway takes it later.", Fate.LATER) from None
            raise NotSent("The text gateway does not take this number.", Fate.REFUSED) from None
        except (error.URLError, TimeoutError, ConnectionError):
            # The same key twice is one message, so asking again is safe even when it got through.
            raise NotSent("The text gateway cannot be reached.", Fate.LATER) from None


def gateway() -> Gateway | None:
    """The gateway of this house; None when it sends no text messages."""
    chosen: str = settings.SMS
    if chosen == "console":
        return Console()
    if chosen == "file":
        return Folder()
    return Http(chosen, settings.SMS_TOKEN) if chosen else None


def send(*, to: str, text: str, key: str) -> None:
    """Send one text message; the words come from a template without case facts."""
    found = gateway()
    if found is None:
        raise NotSent("This hospital sends no text messages.", Fate.REFUSED)
    found.send(to=to, text=text[:LONGEST], key=key)


def number(said: str) -> str:
    """A telephone number as gateways want it (E.164), or "" when it cannot be one.

    A number without a country is taken for one of North America.
    """
    digits = re.sub(r"[\s().\-/]", "", said)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if re.fullmatch(r"[2-9]\d{9}", digits):
        digits = "+1" + digits
    elif re.fullmatch(r"1[2-9]\d{9}", digits):
        digits = "+" + digits
    return digits if re.fullmatch(r"\+[1-9]\d{6,14}", digits) else ""
