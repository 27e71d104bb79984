"""How far two spellings of a person's name are apart: case, accents, particles, order, typing.

Symmetric in its two names. A DICOM name (PS3.5 §6.2: ``Family^Given^Middle^Prefix^Suffix``, up to
three spellings joined by ``=``), ``Family, Given`` and ``Given Family`` are all understood.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

FAR = 9
"""A cost that no kindness bridges."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _set("dr prof mr mrs ms miss mister herr frau hr fr med mme mlle sr sra srta dona dipl")
_PARTICLES = _set(
    "van von vom der den de di da do du dos das del della la le las los el al bin ibn bint ben "
    "ter ten te zu zum zur af av y e und and st abd abu"
)
_NOBODY = _set(
    "anon anonym anonymous anonymized anonymised anonymize unknown unbekannt patient pat name "
    "noname nobody none no na nil null test removed deidentified deid id subject volunteer phantom "
    "xxx xx x qa"
)
_GENERATIONS = {
    **dict.fromkeys(("jr", "jun", "junior", "ii", "2nd"), "ii"),
    **dict.fromkeys(("sr", "sen", "senior", "i", "1st"), "i"),
    **dict.fromkeys(("iii", "3rd"), "iii"),
}
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
)
_QUIET = re.compile("['\u2019\u02bc`\u00b4.]")
_GAP = re.compile(r"[\W\d_]+")


class Name(NamedTuple):
    """One spelling in plain letters. `generation` is "i", "ii", "iii" or empty."""

    family: tuple[str, ...]
    given: tuple[str, ...]
    generation: str

    @property
    def whole(self) -> tuple[str, ...]:
        return self.family + self.given


@lru_cache(maxsize=4096)
def spellings(name: str) -> tuple[Name, ...]:
    """Every spelling that says something; none for blank and stand-in names such as ANON."""
    found = [_parse(each, spare) for each in name.split("=") for spare in (True, False)]
    says = [each for each in found if each.whole and not set(each.whole) <= _NOBODY]
    return tuple(dict.fromkeys(says))


def distance(one: str, other: str) -> int:
    """0 the same, 1 or 2 a slip of typing or a part left out, `FAR` another name; see `spellings`.

    The cheapest pair of spellings counts, with family and given name in either order.
    """
    pairs = [_pair(a, b) for a in spellings(one) for b in spellings(other)]
    return min(pairs, default=FAR)


def same_given(one: str, other: str) -> bool:
    """Only the family name differs: a marriage, perhaps."""
    pairs = [(a.given, b.given) for a in spellings(one) for b in spellings(other)]
    return any(_given(a, b) == 0 for a, b in pairs if a and b)


def _parse(spelling: str, spare: bool) -> Name:
    """With `spare`, particles are left out: van den Berg is Berg as well as Vandenberg."""
    family, given, suffix = _halves(spelling)
    words = _words(family), _words(given)
    generation = next((_GENERATIONS[each] for each in _words(suffix) if each in _GENERATIONS), "")
    if not generation:
        ends = [half[-1] for half in words if len(half) > 1]
        generation = next((_GENERATIONS[each] for each in ends if each in _GENERATIONS), "")
    left = _TITLES | _PARTICLES if spare else _TITLES
    return Name(_plain(words[0], left), _plain(words[1], left), generation)


def _halves(spelling: str) -> tuple[str, str, str]:
    if "^" in spelling:
        parts = [*spelling.split("^"), "", "", "", ""]
        return parts[0], f"{parts[1]} {parts[2]}", parts[4]
    family, comma, given = spelling.partition(",")
    if comma:
        return family, given, ""
    words = spelling.split()
    if len(words) > 2 and _fold(words[-1]) in _GENERATIONS:
        return words[-2], " ".join(words[:-2]), words[-1]
    return " ".join(words[-1:]), " ".join(words[:-1]), ""


def _words(text: str) -> list[str]:
    return [word for word in _GAP.split(_fold(text)) if word]


def _fold(text: str) -> str:
    """Small letters without accents; ue, oe, ae as ü, ö, ä are written where there is no umlaut."""
    text = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = _QUIET.sub("", text.casefold())
    return text.replace("ue", "u").replace("oe", "o").replace("ae", "a")


def _plain(words: list[str], spare: frozenset[str]) -> tuple[str, ...]:
    """Without what is spare and the generation, unless nothing else would be left."""
    ends = {each for each in words[1:] if each in _GENERATIONS}
    left = [word for word in words if word not in spare | ends]
    return tuple(left or words)


def _pair(one: Name, other: Name) -> int:
    cost = min(
        _sum(_family(one.family, other.family), _given(one.given, other.given)),
        _sum(_crossed(one.family, other.given), _crossed(one.given, other.family)),
        0 if sorted(one.whole) == sorted(other.whole) else FAR,
        0 if _joined(one.whole) == _joined(other.whole) else FAR,
    )
    older_and_younger = one.generation and other.generation and one.generation != other.generation
    return _sum(cost, 1 if older_and_younger else 0)


def _sum(*costs: int) -> int:
    total = sum(costs)
    return total if total <= 2 else FAR


def _crossed(family: tuple[str, ...], given: tuple[str, ...]) -> int:
    return min(_family(family, given), _given(family, given))


def _family(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    if sorted(one) == sorted(other) or _joined(one) == _joined(other):
        return 0
    if one and other and (set(one) < set(other) or set(other) < set(one)):
        return 1  # one half of a double name
    return _typing(_joined(one), _joined(other))


def _given(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """First names: further names may be missing or initials, the first may not."""
    if not one or not other:
        return 0 if one == other else 1
    if _joined(one) == _joined(other) or (one[0] == other[0] and _agree(one[1:], other[1:])):
        return 0
    if _prefix(one, other) or _prefix(other, one):
        return 0
    if one[0] in other or other[0] in one or one[0] == other[0]:
        return 1  # the second name is used, or second names contradict
    if one[0][0] == other[0][0] and 1 in (len(one[0]), len(other[0])):
        return 1  # an initial
    return _typing(one[0], other[0])


def _prefix(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Anne-Marie and Annemarie Luise: the joined first names of one begin the other."""
    return len(one) > 1 and any(_joined(one[:n]) == other[0] for n in range(2, len(one) + 1))


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return all(a.startswith(b) or b.startswith(a) for a, b in zip(one, other, strict=False))


def _joined(words: tuple[str, ...]) -> str:
    return "".join(words)


def _typing(one: str, other: str) -> int:
    """Slips of the fingers: up to 1 in a name of 3 to 5 letters, 2 in a longer one, else FAR."""
    shorter = min(len(one), len(other))
    allowed = 0 if shorter < 3 else 1 if shorter < 6 else 2
    if abs(len(one) - len(other)) > allowed:
        return FAR
    slips = _slips(one, other)
    return slips if slips <= allowed else FAR


def _slips(one: str, other: str) -> int:
    """Letters added, left out, changed, or two neighbours swapped (optimal string alignment)."""
    before, row = list[int](), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row, above = row, [i], before
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
