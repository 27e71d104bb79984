"""The case and what several rooms share."""

from konsil.cases.models.case import Case, CaseQuerySet
from konsil.cases.models.events import Event, Look
from konsil.cases.models.exhibits import Exhibit
from konsil.cases.models.owned import CaseOwned, CaseOwnedQuerySet
from konsil.cases.models.practice import LicenceRule, ServiceLine, Verdict
from konsil.cases.models.seats import Seat, SeatQuerySet, SeatScope
from konsil.cases.models.work import Question, RecordHolder, Representative, Task

__all__ = [
    "Case",
    "CaseOwned",
    "CaseOwnedQuerySet",
    "CaseQuerySet",
    "Event",
    "Exhibit",
    "LicenceRule",
    "Look",
    "Question",
    "RecordHolder",
    "Representative",
    "Seat",
    "SeatQuerySet",
    "SeatScope",
    "ServiceLine",
    "Task",
    "Verdict",
]
