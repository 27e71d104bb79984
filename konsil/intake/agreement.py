"""The words that a patient agrees to, with their version, and the hash that proves them later."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"


@dataclass(frozen=True)
class Topic:
    """One tick: its key, its sentence, the page where the whole text stands."""

    key: str
    words: Any
    page: str
    template: str

    @property
    def sha256(self) -> str:
        """Hex SHA-256 over the sentence as shown and the source of the page that it names."""
        source = getattr(get_template(self.template), "template", None)
        whole = f"{self.words}\n{getattr(source, 'source', '')}"
        return sha256(whole.encode()).hexdigest()


TOPICS = (
    Topic(
        "terms",
        _("I agree to the terms. I know the price, and what is given back if I stop."),
        "/terms/",
        "legal/terms.html",
    ),
    Topic(
        "privacy",
        _(
            "I agree that the hospital and the specialists who work on this case "
            "use the records for the second opinion, as the privacy page says."
        ),
        "/privacy/",
        "legal/privacy.html",
    ),
    Topic(
        "emergency",
        _(
            "I know that this is no emergency service. If it gets worse, I call a doctor "
            "or the emergency number."
        ),
        "/emergencies/",
        "legal/emergencies.html",
    ),
)
KEYS = tuple(topic.key for topic in TOPICS)
