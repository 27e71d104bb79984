"""The case and what several rooms share."""

from konsil.cases.models.calendars import Holiday, PracticeCalendar
from konsil.cases.models.case import Case, CaseQuerySet
from konsil.cases.models.events import Event, Look
from konsil.cases.models.exhibits import Exhibit
from konsil.cases.models.licences import Licence, LicenceRule, Mode, Rule, Verdict, rule_for
from konsil.cases.models.owned import CaseOwned, CaseOwnedQuerySet
from konsil.cases.models.practice import Programme, ServiceLine
from konsil.cases.models.seats import Seat, SeatQuerySet, SeatScope
from konsil.cases.models.spells import Hold, HoldReason, Spell
from konsil.cases.models.versions import Version
from konsil.cases.models.work import Question, RecordHolder, Representative, Task

__all__ = [
    "Case",
    "CaseOwned",
    "CaseOwnedQuerySet",
    "CaseQuerySet",
    "Event",
    "Exhibit",
    "Hold",
    "HoldReason",
    "Holiday",
    "Licence",
    "LicenceRule",
    "Look",
    "Mode",
    "PracticeCalendar",
    "Programme",
    "Question",
    "RecordHolder",
    "Representative",
    "Rule",
    "Seat",
    "SeatQuerySet",
    "SeatScope",
    "ServiceLine",
    "Spell",
    "Task",
    "Verdict",
    "Version",
    "rule_for",
]
