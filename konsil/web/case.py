"""The page of one case: each part in it sees its own, at the same address."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.cases import showing
from konsil.cases.access import Action, may
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import Stage
from konsil.cases.models import Case, Event, Look, Question, Seat, Task
from konsil.parcels.deciding import undecided
from konsil.people.roles import Role
from konsil.web import steps
from konsil.web.home import patient_home
from konsil.web.referrer import referrer_page

DESK = {Role.COORDINATOR, Role.NURSE, Role.DIRECTOR, Role.BILLING}
READING = {Role.REVIEWER, Role.COLLEAGUE}
OUTSIDE = {Role.REFERRER, Role.CHILD_ADMIN}


@case_view(Action.SEE_CASE)
def case_page(request: CaseRequest, case: Case) -> HttpResponse:
    """Staff see where it stands and what to do; the patient her way; a reviewer what is asked."""
    if request.roles & {Role.PATIENT, Role.PROXY}:
        return patient_home(request, case)
    if request.roles & DESK:
        return overview(request, case)
    if request.roles & READING:
        return redirect("web:reading", case.pk)
    if request.roles <= OUTSIDE:
        return referrer_page(request, case)
    if Role.ASKED in request.roles:
        return render(request, "web/asked.html", _asked(case))
    return overview(request, case)


def overview(request: CaseRequest, case: Case) -> HttpResponse:
    """Where it stands, whose turn it is, what they ask, and the next step."""
    shows_clinical = may(Action.READ_RECORD, request.roles)
    context = {
        "case": case,
        "questions": Question.objects.visible_to(request.actor).filter(case=case),
        "shows_clinical": shows_clinical,
        "tasks": Task.objects.visible_to(request.actor).filter(case=case, done_at=None),
        "news": recent(request, case),
        "steps_open": steps.open_to(request, case),
        "checks": checks(case) if request.roles & DESK else [],
        "undecided": undecided(case) if may(Action.DECIDE_IDENTITY, request.roles) else [],
        "ended": not case.is_open,
    }
    return render(request, "web/overview.html", context)


def recent(request: CaseRequest, case: Case) -> Any:
    """The last things that happened."""
    return Event.objects.visible_to(request.actor).filter(case=case).order_by("-at")[:8]


def checks(case: Case) -> list[tuple[str, str]]:
    """(kind, words): what the guards of the next steps say, before anybody presses a button."""
    from konsil.cases import guards
    from konsil.cases.life import MOVES

    ahead = [
        name for move in MOVES if Stage(case.stage) in move.starts for name in move.guards
    ] or (["identity_settled"] if case.stage == Stage.GATHERING else [])
    found = []
    for name in dict.fromkeys(ahead):
        words = guards.refusal(case, [name])
        found.append(("bad", words) if words else ("ok", GOOD.get(name, "")))
    return [each for each in found if each[1]]


GOOD = {
    "payment_settled": "The payment is settled",
    "licence_allows": "The place of the patient allows an opinion",
    "identity_settled": "Every record bears her name, or somebody has decided",
    "request_complete": "The request is complete",
}


def _asked(case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "questions": Question.objects.filter(case=case),
        "banner": showing.banner(case.patient, case),
        "due": showing.due_words(case.due_at, timezone.now()),
    }


@case_view(Action.SEE_CASE)
def team(request: CaseRequest, case: Case) -> HttpResponse:
    """Who sits at this case, in which part, since when."""
    seats = (
        Seat.objects.in_force()
        .filter(case=case)
        .select_related("user", "institution", "held")
        .order_by("role", "since")
    )
    return render(
        request,
        "web/team.html",
        {"case": case, "seats": seats, "may_assign": may(Action.ASSIGN, request.roles)},
    )


@case_view(Action.READ_HISTORY)
def history(request: CaseRequest, case: Case) -> HttpResponse:
    """Everything that happened, and everybody who looked (F1.5)."""
    events = Event.objects.visible_to(request.actor).filter(case=case).order_by("-at")
    looks = Look.objects.visible_to(request.actor).filter(case=case)[:200]
    patient = bool(request.roles & {Role.PATIENT, Role.PROXY})
    template = "web/history_patient.html" if patient else "web/history.html"
    return render(request, template, {"case": case, "events": events, "looks": looks})
