"""The desk's page of a case's reminders: what goes when, what is put off, what became of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.clocks import Prod, Rung
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case, PracticeCalendar
from konsil.notices.forms import SnoozeForm
from konsil.notices.keeping import answer_since_snooze, plan_of, snooze, wake
from konsil.notices.models import Notice, Timer
from konsil.notices.people import escalation_of
from konsil.notices.texts import TEXTS
from konsil.people.roles import Role

STEPS = 6


@case_view(Action.RUN_CASE)
def page(request: CaseRequest, case: Case) -> HttpResponse:
    """Everything that is waited for, and when the next word goes to whom."""
    return _show(request, case)


def _show(
    request: CaseRequest,
    case: Case,
    *,
    wrong: tuple[UUID, SnoozeForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    sent = Notice.objects.visible_to(request.actor).filter(case=case)
    rows = sent.select_related("user", "letter", "timer__task").order_by("-queued_at")[:100]
    context = {
        "case": case,
        "lines": [_line(each, wrong) for each in _running(request, case)],
        "sent": [(each, TEXTS[each.words].subject, whom(each)) for each in rows],
    }
    return render(request, "notices/reminders.html", context, status=status)


@case_view(Action.RUN_CASE, logged=False)
def soon(request: CaseRequest, case: Case) -> HttpResponse:
    """“Valley Imaging: next reminder Thursday 9:00”, for the case's page (a fragment)."""
    shown = [each for each in _running(request, case) if each.due_at or each.snoozed_until]
    lines = [_line(each, None) for each in shown]
    return render(request, "notices/_soon.html", {"case": case, "lines": lines[:STEPS]})


@case_view(Action.RUN_CASE, "POST")
def timer(request: CaseRequest, case: Case, timer_id: UUID) -> HttpResponse:
    """Put its reminders off until a day, for a reason; or let them go on."""
    rows = Timer.objects.visible_to(request.actor).running().filter(case=case)
    found = get_object_or_404(rows.select_related("case__tenant", "case__patient"), pk=timer_id)
    now = timezone.now()
    if request.POST.get("act") == "wake":
        wake(found, by=request.actor, at=now)
        messages.success(request, "The reminders go on.")
        return redirect("notices:reminders", case.pk)
    form = SnoozeForm(request.POST, prefix=str(found.pk))
    if not form.is_valid():
        return _show(request, case, wrong=(found.pk, form), status=422)
    until = _opening(case, form.cleaned_data["until"])
    try:
        snooze(found, until=until, reason=form.cleaned_data["reason"], by=request.actor, at=now)
    except ImpossibleMove as refusal:
        form.add_error("until", str(refusal))
        return _show(request, case, wrong=(found.pk, form), status=422)
    messages.success(request, "Put off. What they answer meanwhile stands here.")
    return redirect("notices:reminders", case.pk)


def _opening(case: Case, day: date) -> datetime:
    """When the practice opens on that day, by its own clock."""
    calendar = PracticeCalendar.of(case.tenant)
    return datetime.combine(day, calendar.opens, calendar.zone)


def _running(request: CaseRequest, case: Case) -> list[Timer]:
    rows = Timer.objects.visible_to(request.actor).running().filter(case=case)
    found = rows.select_related("task", "case__tenant", "case__patient", "snoozed_by")
    return sorted(found, key=lambda each: (each.due_at is None, each.due_at or each.began_at))


def _line(each: Timer, wrong: tuple[UUID, SnoozeForm] | None) -> dict[str, Any]:
    now, case = timezone.now(), each.case
    form = wrong[1] if wrong and wrong[0] == each.pk else SnoozeForm(prefix=str(each.pk))
    plan = plan_of(each)
    zone = ZoneInfo(case.tenant.time_zone)
    return {
        "timer": each,
        "next": at_words(each.due_at, zone, now) if each.due_at else "",
        "does": in_words(plan[0][2], case) if plan and each.due_at else "",
        "plan": [(at_words(at, zone, now), in_words(rung, case)) for at, _n, rung in plan],
        "snoozed": each.is_snoozed(now),
        "answer": answer_since_snooze(each),
        "form": form,
        "open": bool(form.errors),
    }


def at_words(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Thursday 9:00 within a week, else Dec 3, 9:00; by the practice's clock."""
    here = at.astimezone(zone)
    clock = f"{here.hour}:{here:%M}"
    days = (here.date() - now.astimezone(zone).date()).days
    if days == 0:
        return f"today {clock}"
    return f"{here:%A} {clock}" if 0 < days < 7 else f"{here:%b} {here.day}, {clock}"


def in_words(rung: Rung, case: Case) -> str:
    """What the rung does, as the desk reads it."""
    if rung.how == Prod.TELEPHONE:
        return "a task to call"
    if rung.how == Prod.ESCALATE:
        return f"to {escalation_of(case) or 'the director'}"
    if rung.how == Prod.TELL:
        return "the patient hears that she may ask, too"
    return f"reminder to the {Role(rung.to).label.lower()}"


def whom(notice: Notice) -> str:
    """Who was told: a name, or whoever owed the task."""
    if notice.user is not None:
        return str(notice.user)
    return notice.timer.who if notice.timer else notice.email
