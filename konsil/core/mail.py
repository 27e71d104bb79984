"""Mail goes out here and nowhere else, so that one place keeps health data out of it (F1.6)."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def send(*, to: str, subject: str, body: str) -> None:
    """Send one plain text message. The caller's words come from a template without case facts."""
    EmailMessage(subject=subject, body=body, to=[to]).send()


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
