"""What a case of this kind needs: lines that tick themselves when the record arrives (F3.15)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case, Exhibit
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.models import User
from konsil.records.models import ChecklistMark

_WORD = re.compile(r"[a-z]{3,}")
_EMPTY = {
    *("the", "and", "with", "from", "images", "image", "report", "reports", "newest", "earlier"),
    *("last", "note", "notes", "letter", "letters", "result", "results", "test", "tests", "file"),
    *("copy", "scan", "scans", "pages", "document"),
}
PAPERS = {Exhibit.Sort.PAPER, Exhibit.Sort.PICTURE, Exhibit.Sort.DATA, Exhibit.Sort.OTHER}


@dataclass(frozen=True)
class Line:
    """One line: what is wanted, what ticks it, or what somebody said about it."""

    key: str
    name: str
    exhibit: Exhibit | None
    mark: ChecklistMark | None

    @property
    def state(self) -> str:
        """ "here", "missing", "not_needed" or "not_there"."""
        if self.exhibit is not None:
            return "here"
        if self.mark is None or self.mark.mark == ChecklistMark.Mark.OPEN:
            return "missing"
        return str(self.mark.mark)

    @property
    def settled(self) -> bool:
        """Nobody has to look for it any more."""
        return self.state != "missing"


def checklist(case: Case, exhibits: Iterable[Exhibit]) -> list[Line]:
    """The lines of the service line, each with the record that ticks it; one record, one line."""
    marks: dict[str, ChecklistMark] = {}
    for mark in ChecklistMark.objects.filter(case=case).select_related("by", "exhibit"):
        marks[mark.line] = mark
    free = [each for each in exhibits if each.state == Exhibit.State.SHOWN]
    lines = []
    for item in case.terms.checklist:
        key, said = str(item.get("key", "")), marks.get(str(item.get("key", "")))
        found = next((each for each in free if fits(item, each)), None)
        if said is not None and said.mark in {
            ChecklistMark.Mark.NOT_NEEDED,
            ChecklistMark.Mark.NOT_THERE,
        }:
            found = None
        elif found is None and said is not None and said.mark == ChecklistMark.Mark.HERE:
            found = said.exhibit
        if found in free:
            free.remove(found)
        lines.append(Line(key, str(item.get("name", key)), found, said))
    return lines


def fits(item: dict[str, Any], exhibit: Exhibit) -> bool:
    """Whether a record is what the line asks for: its sort, its modality, the words of its title.

    A line is {key, name, kind ("study" or "paper"), modality?, words?}.
    """
    if item.get("kind") == "study":
        return _study_fits(item, exhibit)
    if exhibit.sort not in PAPERS:
        return False
    wanted = _words(" ".join([str(item.get("name", "")), *map(str, item.get("words", []))]))
    return bool(wanted & _words(exhibit.title))


def _study_fits(item: dict[str, Any], exhibit: Exhibit) -> bool:
    if exhibit.sort != Exhibit.Sort.STUDY:
        return False
    modality = str(item.get("modality", ""))
    return not modality or modality in exhibit.modality.split(",")


def _words(text: str) -> set[str]:
    """The telling words, by their stems: pathology and pathologist are near enough."""
    return {word[:7] for word in _WORD.findall(text.casefold()) if word not in _EMPTY}


@transaction.atomic
def mark_line(
    case: Case,
    line: str,
    mark: str,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    exhibit: Exhibit | None = None,
) -> ChecklistMark:
    """The desk says that a line is not needed, does not exist, is here, or is wanted after all."""
    keys = {str(item.get("key", "")) for item in case.terms.checklist}
    if line not in keys:
        raise ImpossibleMove("There is no such line in the checklist. Reload the page.")
    if mark != ChecklistMark.Mark.OPEN and not reason.strip():
        raise ImpossibleMove("Say in a few words why. The reviewer reads it.")
    if not isinstance(by.user, User):
        raise ImpossibleMove("Only somebody who is signed in can decide this.")
    made: ChecklistMark = ChecklistMark.objects.create(
        case=case,
        line=line,
        mark=mark,
        reason=reason.strip()[:200],
        exhibit=exhibit,
        by=by.user,
        at=at,
    )
    case.tell(Verb.CHECKLIST_CHANGED, by=by, at=at, line=line, mark=str(mark))
    return made
