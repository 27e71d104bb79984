"""The threads of a case, and the inbox of those that wait for an answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.cases.access import Action, may
from konsil.cases.doorway import CaseRequest, DoorRequest, case_view, door
from konsil.cases.models import Case, Seat
from konsil.messaging.models import ASKS, Audience, Message, NotSent, Reading, Thread
from konsil.people.roles import Role

PATIENT = {Role.PATIENT, Role.PROXY}
LATEST = 2
INBOX = 50


def readers_in_words(case: Case, audience: Audience) -> str:
    """Who will read this, said above the box (F9.1)."""
    given = case.patient.given_name or "the patient"
    referrer = case.referred_by.name if case.referred_by else "the referrer"
    return {
        Audience.PATIENT: f"{given} and the team of this case will read this.",
        Audience.REFERRER: f"{referrer} and the team of this case will read this. "
        f"{given.capitalize()} will not.",
        Audience.TREATING: f"The treating physician and the team of this case will read this. "
        f"{given.capitalize()} will not.",
        Audience.INTERNAL: "Only the team and the reviewers will read this. "
        f"{given.capitalize()} will not.",
    }[audience]


def open_audiences(request: CaseRequest, case: Case) -> list[Audience]:
    """The audiences that this actor belongs to; no referrer, no referrer's thread."""
    treated = Seat.objects.filter(case=case, role=Role.TREATING).exists()
    there = {Audience.REFERRER: case.referred_by is not None, Audience.TREATING: treated}
    return [
        audience
        for audience, action in ASKS.items()
        if may(action, request.roles) and there.get(audience, True)
    ]


@case_view(Action.SEE_CASE, "GET", "POST")
def threads(request: CaseRequest, case: Case) -> HttpResponse:
    """Read one thread and write into it; the audience stands above the box."""
    audiences = open_audiences(request, case)
    if not audiences:
        return render(request, "messaging/none.html", {"case": case}, status=403)
    asked = request.POST.get("audience") or request.GET.get("to")
    chosen = next((one for one in audiences if one == asked), audiences[0])
    draft, problem = "", ""
    if request.method == "POST":
        problem = _act(request, case, chosen, asked)
        if not problem:
            return redirect(f"{request.path}?to={chosen.value}#last")
        draft = request.POST.get("text", "")
    thread = Thread.of(case, chosen)
    _read(request, thread)
    context: dict[str, Any] = {
        "case": case,
        "audiences": audiences,
        "chosen": chosen,
        "thread": thread,
        "says": Message.objects.visible_to(request.actor).filter(thread=thread),
        "readers": readers_in_words(case, chosen),
        "draft": draft,
        "problem": problem,
        "may_settle": thread.waits_for == "desk" and not request.roles & PATIENT,
    }
    outside = request.roles & {*PATIENT}
    page = "messaging/patient.html" if outside else "messaging/threads.html"
    if getattr(request, "htmx", False):
        page = "messaging/_says.html"
    return render(request, page, context, status=422 if problem else 200)


def _act(request: CaseRequest, case: Case, chosen: Audience, asked: str | None) -> str:
    """Send, or settle a thread; returns what is wrong, or ""."""
    if asked and asked != chosen:
        return "Choose who should read this."
    thread = Thread.of(case, chosen)
    if request.POST.get("settle"):
        thread.needs_no_answer(by=request.actor, at=timezone.now())
        return ""
    try:
        thread.write(request.POST.get("text", ""), by=request.actor, at=timezone.now())
    except NotSent as refusal:
        return str(refusal)
    messages.success(request, "Sent.")
    return ""


def _read(request: CaseRequest, thread: Thread) -> None:
    if request.actor.user is not None:
        Reading.objects.update_or_create(
            case=thread.case,
            thread=thread,
            user=request.actor.user,
            defaults={"until": timezone.now()},
        )


@case_view(Action.PATIENT_THREAD, logged=False)
def latest(request: CaseRequest, case: Case) -> HttpResponse:
    """The last messages to the patient, for her home (a fragment)."""
    rows = Message.objects.visible_to(request.actor).filter(
        case=case, thread__audience=Audience.PATIENT
    )
    says = list(rows.order_by("-at")[:LATEST])[::-1]
    return render(request, "messaging/_latest.html", {"case": case, "says": says})


@door()
def inbox(request: DoorRequest) -> HttpResponse:
    """Threads that wait for the practice, the longest waiting first."""
    rows = (
        Thread.objects.visible_to(request.actor)
        .exclude(last_at=None)
        .select_related("case__patient", "case__service_line")
    )
    roles = request.actor.user.roles if request.actor.user else set()
    side = "desk" if roles - {Role.REVIEWER, Role.REFERRER} else "outside"
    waiting = rows.filter(waits_for=side).order_by("due_at")[:INBOX]
    others = rows.exclude(waits_for=side).order_by("-last_at")[:INBOX]
    context = {"waiting": waiting, "others": others, "now": timezone.now()}
    return render(request, "messaging/inbox.html", context)
