"""The patient's home: the state in a sentence, her turn, what others owe, the way to the report."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from konsil.cases import showing
from konsil.cases.doorway import CaseRequest
from konsil.cases.life import DELIVERED, TAKES_RECORDS, Stage, moves_from
from konsil.cases.models import Case, Look, Task
from konsil.cases.verbs import Verb
from konsil.people.roles import Role
from konsil.web.telling import HAS_IT, HEADLINES, NEXT, RESTS, RESTS_NEXT

STOPS = (
    "Your request",
    "Checked and accepted",
    "Collecting your records",
    "Records complete",
    "Your expert reads and writes",
    "Report written",
    "Report with you",
    "Your later questions",
)
"""The eight stops of `MILESTONES`, as she would say them."""

UNASKED = {Stage.DRAFT, Stage.RELEASED, Stage.CONSULT}
"""What she sends then goes through the pages of the request, or is not what she came for."""

STOPS_BECAUSE = {
    "changed_mind": gettext_lazy("I changed my mind"),
    "elsewhere": gettext_lazy("I am treated elsewhere"),
    "too_long": gettext_lazy("It takes too long"),
}
"""Reasons of `reasons.LISTS`, as she would say them."""


def patient_home(request: CaseRequest, case: Case) -> HttpResponse:
    """What she reads when she opens her case."""
    stage = Stage(case.stage)
    tasks = list(Task.objects.visible_to(request.actor).filter(case=case, done_at=None))
    hers_now = hers(case, tasks)
    low, high = showing.expected(case)
    lookers = Look.objects.visible_to(request.actor).filter(case=case)
    context: dict[str, Any] = {
        "case": case,
        "headline": headline(case, stage),
        "next": RESTS_NEXT if case.held_until else NEXT[stage],
        "tasks": hers_now,
        "has_it": "" if hers_now or case.held_until else HAS_IT.get(stage, ""),
        "others": [task for task in tasks if task.role == Role.PROVIDER],
        "steps": way(case),
        "expects": case.is_open and bool(case.submitted_at) and showing.milestone(case) < 6,
        "low": low,
        "high": high,
        "people": lookers.values("actor_name").distinct().count(),
        "ready": stage in DELIVERED,
        "takes_records": stage in TAKES_RECORDS - UNASKED,
        "may_ask": stage in {Stage.RELEASED, Stage.FOLLOW_UP} and not case.held_until,
        "stops": stop_reasons(case, request.roles),
        "now": timezone.now(),
    }
    return render(request, "web/home.html", context)


def headline(case: Case, stage: Stage) -> str:
    """The state in a sentence; the expert has a name as soon as there is one."""
    if case.held_until:
        return str(RESTS).format(day=showing.day(case.held_until))
    reviewer = showing.reviewer_of(case) if stage == Stage.IN_REVIEW else ""
    if reviewer:
        return _("%(name)s is reading and writing.") % {"name": reviewer}
    return str(HEADLINES[stage])


def stop_reasons(case: Case, roles: set[Role]) -> list[tuple[str, Any]]:
    """Why she stops, to choose from; empty when it is too late for that."""
    verbs = {move.verb for move in moves_from(Stage(case.stage), roles)}
    return list(STOPS_BECAUSE.items()) if Verb.WITHDRAWN in verbs else []


def way(case: Case) -> list[dict[str, str]]:
    """The eight stops in her words."""
    return [{**step, "name": name} for step, name in zip(showing.track(case), STOPS, strict=True)]


def hers(case: Case, tasks: list[Task]) -> list[dict[str, str]]:
    """Her turn: the tasks that she has, and what the stage itself asks of her."""
    found = [
        {"title": task.what, "url": task.url, "verb": VERBS.get(task.key.split("-")[0], "Open")}
        for task in tasks
        if task.role in {Role.PATIENT, Role.PROXY}
    ]
    if case.stage == Stage.DRAFT:
        found.insert(
            0,
            {"title": "Finish your request", "url": f"/cases/{case.pk}/request/", "verb": "Go on"},
        )
    if case.stage in {Stage.RELEASED}:
        found.insert(
            0,
            {
                "title": "Read your report",
                "url": f"/cases/{case.pk}/report/",
                "verb": "Read my report",
            },
        )
    return found


VERBS = {
    "release": "Read and sign",
    "card": "Save a card",
    "pay": "Use another card",
    "answer": "Answer",
}
