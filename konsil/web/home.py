"""The patient's home: the state in a sentence, her turn, what others owe, the way to the report."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from konsil.cases import showing
from konsil.cases.doorway import CaseRequest
from konsil.cases.life import Stage
from konsil.cases.models import Case, Look, Task
from konsil.people.roles import Role

HEADLINES = {
    Stage.DRAFT: "Your request is not sent yet.",
    Stage.SCREENING: "We have your request and are checking it.",
    Stage.NEEDS_INFO: "We have a question before we go on.",
    Stage.GATHERING: "We are collecting your records.",
    Stage.FILE_COMPLETE: "Your records are complete.",
    Stage.OFFERED: "Your records are complete. We are asking the right expert.",
    Stage.IN_REVIEW: "Your expert is reading and writing.",
    Stage.MORE_INFO: "Your expert asked for one more thing.",
    Stage.SIGNED: "Your opinion is written.",
    Stage.RELEASED: "Your report is here.",
    Stage.FOLLOW_UP: "Your report is here. You can still ask.",
    Stage.CLOSED: "This case is closed. Your report stays here.",
    Stage.DECLINED: "We could not take this case.",
    Stage.WITHDRAWN: "This request was withdrawn.",
    Stage.EXPIRED: "This request has lapsed.",
}


def patient_home(request: CaseRequest, case: Case) -> HttpResponse:
    """What she reads when she opens her case."""
    stage = Stage(case.stage)
    tasks = list(Task.objects.visible_to(request.actor).filter(case=case, done_at=None))
    low, high = showing.expected(case)
    lookers = Look.objects.visible_to(request.actor).filter(case=case)
    context: dict[str, Any] = {
        "case": case,
        "headline": HEADLINES[stage],
        "tasks": hers(case, tasks),
        "others": [task for task in tasks if task.role == Role.PROVIDER],
        "steps": showing.track(case),
        "expects": case.is_open and bool(case.submitted_at) and showing.milestone(case) < 6,
        "low": low,
        "high": high,
        "people": lookers.values("actor_name").distinct().count(),
        "ready": stage in {Stage.RELEASED, Stage.FOLLOW_UP, Stage.CLOSED},
        "open": case.is_open,
        "now": timezone.now(),
    }
    return render(request, "web/home.html", context)


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
