"""The hospital's post office: its own settings where it has set them, else the environment's."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from konsil.cases.models import Version
from konsil.cases.scope import scope
from konsil.people.actors import Actor
from konsil.people.models import Institution
from konsil.practice.changing import keep
from konsil.practice.models import MailSettings


class Hospital(EmailBackend):
    """SMTP as the hospital's page says it. The environment fills what the page does not say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sender = ""
        hospital = Institution.objects.filter(parent=None).order_by("created_at").first()
        if hospital is None:
            return
        with scope([hospital.pk]):
            row = MailSettings.objects.filter(tenant=hospital).first()
        if row is not None:
            self.host, self.port, self.use_tls = row.host, row.port, row.tls
            self.username, self.password = row.user, opened(row.password)
            self.sender = row.sender

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if self.sender:
                message.from_email = self.sender
        return super().send_messages(email_messages) or 0


def sealed(words: str) -> bytes:
    """A password as it may lie in the database: readable only with the installation's secret."""
    return _lock().encrypt(words.encode()) if words else b""


def opened(kept: bytes | memoryview | None) -> str:
    """The password again; empty if the installation's secret was changed meanwhile."""
    from cryptography.fernet import InvalidToken

    try:
        return _lock().decrypt(bytes(kept)).decode() if kept else ""
    except InvalidToken:
        return ""


def _lock() -> Any:
    from base64 import urlsafe_b64encode

    from cryptography.fernet import Fernet

    key = hashlib.sha256(b"konsil post office" + settings.SECRET_KEY.encode()).digest()
    return Fernet(urlsafe_b64encode(key))


def set_mail(hospital: Institution, given: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Keep the settings; an empty password leaves the present one. The version holds none."""
    row = MailSettings.objects.filter(tenant=hospital).first() or MailSettings(tenant=hospital)
    for name in ("host", "port", "tls", "user", "sender"):
        setattr(row, name, given[name])
    if given.get("password"):
        row.password = sealed(given["password"])
    row.tested_at = None
    row.save()
    values = {name: given[name] for name in ("host", "port", "tls", "user", "sender")}
    about, title = Version.About.MAIL, "E-mail settings"
    keep(hospital, about, hospital.pk, title, values, by=by, at=at, note="Changed")
