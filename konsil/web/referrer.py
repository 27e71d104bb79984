"""A referring clinic's page of one case: where it stands, what is missing, and the report."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from konsil.cases import showing
from konsil.cases.access import Action, may
from konsil.cases.doorway import CaseRequest
from konsil.cases.life import DELIVERED, Stage
from konsil.cases.models import Case, Event, Exhibit, Question, Seat
from konsil.messaging.models import Audience, Message
from konsil.people.roles import Role
from konsil.records.checklist import checklist
from konsil.referrals import worklist
from konsil.referrals.models import ReferenceNumber, Referral
from konsil.web.telling import NEXT_FOR_CLINIC, RESTS_NEXT

WANTING = {Stage.DRAFT, Stage.SCREENING, Stage.NEEDS_INFO, Stage.GATHERING, Stage.MORE_INFO}
LATEST = 2
NEWS = 8


def referrer_page(request: CaseRequest, case: Case) -> HttpResponse:
    """What the clinic sees: no payment, no internal note; clinical words only for a clinician."""
    clinical = may(Action.READ_RECORD, request.roles)
    writes = may(Action.REFERRER_THREAD, request.roles)
    reads = may(Action.READ_REPORT, request.roles) and _reads(request, case)
    tasks = list(worklist.open_tasks(request.actor, [case]))
    context: dict[str, Any] = {
        "case": case,
        "stage": worklist.in_words(case),
        "next": RESTS_NEXT if case.held_until else NEXT_FOR_CLINIC[Stage(case.stage)],
        "referral": Referral.objects.visible_to(request.actor).filter(case=case).first(),
        "ours": [task for task in tasks if task.role == Role.REFERRER],
        "others": [task for task in tasks if task.role != Role.REFERRER],
        "turn": showing.whose_turn(case, request.roles),
        "clinical": clinical,
        "wanted": wanted(request, case) if clinical else [],
        "questions": Question.objects.visible_to(request.actor).filter(case=case),
        "news": Event.objects.visible_to(request.actor)
        .filter(case=case)
        .order_by("-at", "-created_at")[:NEWS],
        "ready": reads and case.stage in DELIVERED,
        "kept": clinical and not reads and case.stage in DELIVERED,
        "may_add": may(Action.ADD_RECORD, request.roles) and case.is_open,
        "may_write": writes,
        "says": last_words(request, case) if writes else [],
        "unconfirmed": case.stage == Stage.DRAFT,
        "number": _number(case),
        "may_invite": Role.REFERRER in request.roles,
        "now": timezone.now(),
        **_expected(case),
    }
    return render(request, "web/referrer.html", context)


def _expected(case: Case) -> dict[str, Any]:
    """The range in which the report is expected, once the request has come."""
    coming = case.is_open and bool(case.submitted_at) and showing.milestone(case) < 6
    low, high = showing.expected(case)
    return {"expects": coming, "low": low, "high": high}


def _reads(request: CaseRequest, case: Case) -> bool:
    """Whether policy and patient let the clinic read the report (F12.4)."""
    seats = Seat.objects.held_by(request.actor).filter(case=case, role=Role.REFERRER)
    return bool(seats.filter(reads_report=True).exists())


def _number(case: Case) -> ReferenceNumber | None:
    """The number that the patient can be given, as long as she has not sent her request."""
    if case.stage != Stage.DRAFT:
        return None
    rows = ReferenceNumber.objects.filter(case=case, for_whom=ReferenceNumber.For.PATIENT)
    return next((row for row in rows if row.open_at(timezone.now())), None)


def wanted(request: CaseRequest, case: Case) -> list[str]:
    """The records that a case of this kind needs and that are not there yet."""
    if case.stage not in WANTING:
        return []
    exhibits = Exhibit.objects.visible_to(request.actor).filter(case=case)
    return [line.name for line in checklist(case, exhibits) if not line.settled]


def last_words(request: CaseRequest, case: Case) -> list[Message]:
    """The last messages between the clinic and the practice, oldest first."""
    rows = Message.objects.visible_to(request.actor).filter(
        case=case, thread__audience=Audience.REFERRER
    )
    return list(rows.order_by("-at")[:LATEST])[::-1]
