"""A change in words: which values differ between two versions, as people read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from konsil.cases.models import Verdict, Version

LABELS = {
    "about": "In a sentence",
    "conditions": "Illnesses",
    "questions": "Questions on offer",
    "price_cents": "Price",
    "gathering_fee_cents": "Part kept for collecting records",
    "days_low": "Answer from, days",
    "days_high": "Answer until, days",
    "included": "What it includes",
    "checklist": "Record checklist",
    "sections": "Sections of the report",
    "release": "Release",
    "quality_check": "Quality check",
    "active": "On offer",
    "place": "State or country",
    "time_zone": "Time zone",
    "checked_on": "Checked on",
    "tls": "Encrypted",
    "user": "User name",
    "until": "Valid until",
    "opens": "Opens",
    "closes": "Closes",
}
WORDS: dict[str, dict[Any, str]] = {
    "release": {"at_once": "As soon as it is signed", "by_hand": "When the desk releases it"},
    "verdict": {**{verdict.value: verdict.label for verdict in Verdict}, "": "Not in the table"},
    "quality_check": {True: "A second physician reads it first", False: "None"},
    "active": {True: "Yes", False: "No"},
    "tls": {True: "Yes", False: "No"},
}
KINDS = {"study": "images", "paper": "paper", "slide": "slides", "data": "data"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Difference:
    """One value that changed: in words before and after, or what a list lost and gained."""

    label: str
    before: str = ""
    after: str = ""
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    moved: bool = False
    """The same entries in another order."""


def label(name: str) -> str:
    """The name of a value as the pages write it."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def in_words(name: str, value: Any) -> str:
    """One value as people read it."""
    if name in WORDS:
        return WORDS[name].get(value, str(value))
    if name.endswith("_cents"):
        return f"{value / 100:,.2f}"
    if isinstance(value, list):
        return ", ".join(_entry(name, each) for each in value)
    return str(value)


def _entry(name: str, each: Any) -> str:
    if name == "days" and isinstance(each, int):
        return DAYS[each]
    if not isinstance(each, dict):
        return str(each)
    words = str(each.get("name") or each.get("title") or "")
    kind = KINDS.get(each.get("kind", ""), "")
    extra = [word for word in (kind, each.get("modality")) if word]
    if each.get("required"):
        extra.append("required")
    if each.get("words"):
        extra.append(f"found by {', '.join(each['words'])}")
    return f"{words} ({', '.join(extra)})" if extra else words


def differences(before: Version | None, after: Version) -> list[Difference]:
    """What the later version changed; all its values for a first one."""
    old: dict[str, Any] = before.values if before else {}
    names = list(dict.fromkeys([*after.values, *old]))
    return [
        _difference(name, old.get(name), after.values.get(name))
        for name in names
        if old.get(name) != after.values.get(name)
    ]


def _difference(name: str, old: Any, new: Any) -> Difference:
    if isinstance(new, list) and isinstance(old, list | None):
        was, now = _entries(name, old or []), _entries(name, new)
        gone = tuple(each for each in was if each not in now)
        come = tuple(each for each in now if each not in was)
        return Difference(label(name), gone=gone, new=come, moved=not gone and not come)
    before = "" if old is None else in_words(name, old)
    return Difference(label(name), before, "" if new is None else in_words(name, new))


def _entries(name: str, values: Sequence[Any]) -> list[str]:
    return [_entry(name, each) for each in values]
