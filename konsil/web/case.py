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
from konsil.cases.spending import spent
from konsil.cases.verbs import Verb
from konsil.parcels.deciding import undecided
from konsil.people.roles import Role
from konsil.web import steps
from konsil.web.holding import rest_of
from konsil.web.home import patient_home
from konsil.web.looks import told
from konsil.web.referrer import referrer_page

DESK = {Role.COORDINATOR, Role.NURSE, Role.DIRECTOR, Role.BILLING}
READING = {Role.REVIEWER, Role.COLLEAGUE}
OUTSIDE = {Role.REFERRER, Role.CHILD_ADMIN}
A_LIST_OF_LOOKS = 500
BOOKKEEPING = (
    Verb.SEATED,
    Verb.UNSEATED,
    Verb.TASK_SET,
    Verb.TASK_DONE,
    Verb.PARCEL_BEGUN,
    Verb.KEY_IMAGE_TAKEN,
)
"""Stands in the whole history, not in the short one beside the case."""


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
    open_steps = steps.open_to(request, case)
    turn = showing.whose_turn(case, request.roles, reviewer=showing.reviewer_of(case))
    context = {
        "case": case,
        "questions": Question.objects.visible_to(request.actor).filter(case=case),
        "shows_clinical": shows_clinical,
        "tasks": Task.objects.visible_to(request.actor).filter(case=case, done_at=None),
        "news": recent(request, case),
        "steps_open": open_steps,
        "moves": case.stage in {Stage.FILE_COMPLETE, Stage.OFFERED}
        or any(not step.reasons for step in open_steps),
        "turn": turn,
        "checks": checks(case, urgent=turn.you) if may(Action.RUN_CASE, request.roles) else [],
        "money_only": not shows_clinical and may(Action.SEE_MONEY, request.roles),
        "undecided": undecided(case) if may(Action.DECIDE_IDENTITY, request.roles) else [],
        "ended": not case.is_open,
        **rest_of(request, case),
        "spells": spent(case, at=timezone.now()),
    }
    return render(request, "web/overview.html", context)


def recent(request: CaseRequest, case: Case) -> Any:
    """The last things that happened, without the bookkeeping."""
    rows = Event.objects.visible_to(request.actor).filter(case=case)
    return rows.exclude(verb__in=BOOKKEEPING).order_by("-at", "-created_at")[:8]


def checks(case: Case, *, urgent: bool) -> list[tuple[str, str]]:
    """(kind, words): what the guards of the next steps say, before anybody presses a button.

    What somebody else has still to do is waited for; only in one's own turn is it `urgent`.
    """
    from konsil.cases import guards
    from konsil.cases.life import MOVES

    ahead = [
        name for move in MOVES if Stage(case.stage) in move.starts for name in move.guards
    ] or (["identity_settled"] if case.stage == Stage.GATHERING else [])
    found = []
    for name in dict.fromkeys(ahead):
        words = guards.refusal(case, [name])
        found.append(("bad" if urgent else "soon", words) if words else ("ok", GOOD.get(name, "")))
    return [each for each in found if each[1]]


GOOD = {
    "payment_settled": "The payment is settled",
    "licence_allows": "The law where the patient is allows an opinion",
    "identity_settled": "Every record bears the patient’s name, or somebody has decided",
    "request_complete": "The request is complete",
}


def _asked(case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "questions": Question.objects.filter(case=case),
        "banner": showing.banner(case.patient, case),
        "due": showing.due_words(case.due_at, timezone.now()),
        "reasons": steps.OFFER_DECLINES,
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
    if not may(Action.READ_RECORD, request.roles):
        seats = seats.filter(held=None)  # who holds earlier records is part of them
    return render(
        request,
        "web/team.html",
        {
            "case": case,
            "seats": seats,
            "may_assign": may(Action.ASSIGN, request.roles),
            "may_readdress": may(Action.CHANGE_CONTACT, request.roles),
        },
    )


@case_view(Action.READ_HISTORY)
def history(request: CaseRequest, case: Case) -> HttpResponse:
    """Everything that happened, and everybody who looked (F1.5)."""
    events = (
        Event.objects.visible_to(request.actor).filter(case=case).order_by("-at", "-created_at")
    )
    looks = told(Look.objects.visible_to(request.actor).filter(case=case)[:A_LIST_OF_LOOKS])
    patient = bool(request.roles & {Role.PATIENT, Role.PROXY})
    template = "web/history_patient.html" if patient else "web/history.html"
    return render(request, template, {"case": case, "events": events, "looks": looks})
