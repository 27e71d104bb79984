"""Words that depend on who asks for whom, and the languages that people can choose."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from konsil.intake.models import Request

Voiced = Any
"""One sentence for all, or a mapping {"me", "child", "other"} of sentences."""

LANGUAGES = [
    ("en", "English"),
    ("es", "Español (Spanish)"),
    ("ar", "العربية (Arabic)"),
    ("bn", "বাংলা (Bengali)"),
    ("zh", "中文 (Chinese)"),
    ("fa", "فارسی (Persian)"),
    ("fr", "Français (French)"),
    ("de", "Deutsch (German)"),
    ("ht", "Kreyòl ayisyen (Haitian Creole)"),
    ("hi", "हिन्दी (Hindi)"),
    ("it", "Italiano (Italian)"),
    ("ja", "日本語 (Japanese)"),
    ("ko", "한국어 (Korean)"),
    ("pl", "Polski (Polish)"),
    ("pt", "Português (Portuguese)"),
    ("ru", "Русский (Russian)"),
    ("so", "Soomaali (Somali)"),
    ("tl", "Tagalog"),
    ("uk", "Українська (Ukrainian)"),
    ("ur", "اردو (Urdu)"),
    ("vi", "Tiếng Việt (Vietnamese)"),
    ("ase", "American Sign Language"),
    ("und", _("Another language")),
]


def pick(words: Voiced, paper: Request) -> Any:
    """The sentence for this request; what a mapping lacks falls back to "other"."""
    if not isinstance(words, Mapping):
        return words
    return words.get(paper.for_whom) or words.get("other", "")


def language_name(code: str) -> Any:
    """The language as the list says it."""
    return dict(LANGUAGES).get(code, code)
