"""Is what arrived about this case's person? Match, a look by a person, or a conflict.

One soft difference (a slip of typing, a married name, a missing or swapped birth date, another
sex) needs a look; two of them, another birth date or another name are a conflict. PatientID is
never compared: it means nothing outside of whoever issued it.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from konsil.core.finding import Identity
from konsil.parcels.names import FAR, distance, same_given, spellings

Verdict = Literal["match", "needs_look", "conflict", "no_identity"]
Difference = tuple[str, str, str]

STAND_INS = frozenset({"1111-11-11", "1800-01-01", "1899-12-30", "1900-01-01", "1901-01-01"})
"""Birth dates that programs write when they know none."""

_SEXES = {"m": "M", "male": "M", "f": "F", "female": "F", "w": "F"}
_PART_OF_DATE = re.compile(r"(\d{4})(?:-?(\d\d))?(?:-?(\d\d))?").match


@dataclass(frozen=True)
class Person:
    """Whom the case is about. `names`: the present name first, then former and other ones.

    A name may be ``Family^Given``, ``Family, Given`` or ``Given Family``; the caret is surest.
    """

    names: tuple[str, ...]
    birth_date: date | None
    sex: str = ""


class Decision(NamedTuple):
    """`differences` are (field, ours, theirs) as written; `notes` explain them to the person."""

    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()


class _Seen(NamedTuple):
    """How one field compares: `weight` 0 same or silent, 1 soft, `FAR` another person."""

    weight: int
    difference: Difference | None = None
    note: str = ""


_SAME = _Seen(0)


def compare(person: Person, found: Identity | None) -> Decision:
    """Compare the person of the case with what a file says. Decides nothing about the file."""
    if found is None or _says_nothing(found):
        return Decision("no_identity")
    born = _birth_date(person, found)
    seen = [_name(person, found, born=born), born, _sex(person, found)]
    weight = sum(each.weight for each in seen)
    verdict: Verdict = "match" if weight == 0 else "needs_look" if weight == 1 else "conflict"
    differences = tuple(each.difference for each in seen if each.difference)
    return Decision(verdict, differences, tuple(each.note for each in seen if each.note))


def _says_nothing(found: Identity) -> bool:
    return not spellings(found["name"]) and not _known(found["birth_date"])


def _known(written: str | None) -> str:
    """The birth date's figures as far as they are given, as ISO 8601; stand-ins say nothing."""
    if not written or not (parts := _PART_OF_DATE(written)) or parts.group() in STAND_INS:
        return ""
    known = "-".join(part for part in parts.groups() if part)
    return "" if known in STAND_INS else known


def _name(person: Person, found: Identity, *, born: _Seen) -> _Seen:
    theirs = found["name"]
    ours = [name for name in person.names if spellings(name)]
    if not spellings(theirs) or not ours:
        return _Seen(1, ("name", _first(person), theirs), "There is no name to compare")
    nearest = min(distance(name, theirs) for name in ours)
    if nearest == 0:
        return _SAME
    difference = ("name", _first(person), theirs)
    if nearest < FAR:
        return _Seen(1, difference, "The name is written differently")
    if born.weight == 0 and any(same_given(name, theirs) for name in ours):
        return _Seen(1, difference, "The family name is another. A former or married name?")
    return _Seen(FAR, difference, "The name is another")


def _first(person: Person) -> str:
    return person.names[0] if person.names else ""


def _birth_date(person: Person, found: Identity) -> _Seen:
    ours = person.birth_date.isoformat() if person.birth_date else ""
    theirs = _known(found["birth_date"])
    if person.birth_date and found["birth_date"] == ours:
        return _SAME  # also where a real birth date looks like a stand-in
    difference = ("birth_date", ours, found["birth_date"] or "")
    if not ours or not theirs:
        return _Seen(1, difference, "There is no birth date to compare")
    if ours == theirs:
        return _SAME
    if len(theirs) < len(ours) and ours.startswith(theirs):
        return _Seen(1, difference, "The birth date is not complete")
    if theirs == f"{ours[:4]}-{ours[8:]}-{ours[5:7]}":
        return _Seen(1, difference, "Day and month of the birth date are swapped")
    return _Seen(FAR, difference, "The birth date is another")


def _sex(person: Person, found: Identity) -> _Seen:
    ours, theirs = (_SEXES.get(each.strip().lower(), "") for each in (person.sex, found["sex"]))
    if not ours or not theirs or ours == theirs:
        return _SAME
    return _Seen(1, ("sex", person.sex, found["sex"]), "The sex is another")
