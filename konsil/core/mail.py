"""Mail goes out here and nowhere else, so that one place keeps health data out of it (F1.6)."""

import hashlib
import json
import smtplib
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from konsil.core.delivery import Fate, NotSent


def send(*, to: str, subject: str, body: str, key: str = "") -> None:
    """Send one plain text message. The caller's words come from a template without case facts.

    `key` becomes the Message-ID, so that whoever hands a returned letter back can name it. Raises
    `NotSent` (an OSError) with the reason in words.
    """
    headers = {"Auto-Submitted": "auto-generated"}
    if key:
        headers["Message-ID"] = f"<{key}@{our_domain()}>"
    letter = EmailMessage(subject=subject, body=body, to=[to], headers=headers)
    try:
        letter.send()
    except OSError as trouble:
        raise _in_words(trouble) from trouble


def our_domain() -> str:
    """The domain that our letters come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or settings.PUBLIC_HOST


def _in_words(trouble: OSError) -> NotSent:
    """What the post office's answer means for us (RFC 5321 4.2.1: 4yz later, 5yz never)."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        code = next(iter(trouble.recipients.values()))[0] if trouble.recipients else 550
        return _refused(code, "The post office does not know this address.")
    if isinstance(trouble, smtplib.SMTPServerDisconnected | TimeoutError) and not isinstance(
        trouble, smtplib.SMTPConnectError
    ):
        return NotSent("The line broke. The message may or may not be out.", Fate.UNSURE)
    if isinstance(trouble, smtplib.SMTPResponseException):
        return _refused(trouble.smtp_code, "The post office does not take this message.")
    if isinstance(trouble, ConnectionRefusedError | socket.gaierror | FileNotFoundError):
        return NotSent("The post office cannot be reached.", Fate.LATER)
    return NotSent("The message could not be handed over.", Fate.UNSURE)


def _refused(code: int, words: str) -> NotSent:
    if 400 <= code < 500 or code in {530, 534, 535}:
        return NotSent("The post office is busy and takes it later.", Fate.LATER)
    return NotSent(words, Fate.REFUSED)


class FolderBackend(BaseEmailBackend):
    """The demo's post office: each message becomes a file that the demo's mail page shows."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            letter: dict[str, Any] = {
                "at": datetime.now(UTC).isoformat(),  # noqa: TID251 a post office stamps its letters
                "to": message.to,
                "subject": message.subject,
                "body": message.body,
            }
            text = json.dumps(letter)
            mark = hashlib.sha256(text.encode()).hexdigest()[:12]
            (folder / f"{letter['at'].replace(':', '')}-{mark}.json").write_text(text)
        return len(email_messages)
