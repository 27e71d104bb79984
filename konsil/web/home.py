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

HEADLINES = {
    Stage.DRAFT: "Your request is not sent yet.",
    Stage.SCREENING: "We have your request and are checking it.",
    Stage.NEEDS_INFO: "We have a question before we go on.",
    Stage.GATHERING: "We are collecting your records.",
    Stage.FILE_COMPLETE: "Your records are complete.",
    Stage.OFFERED: "We are asking the right expert.",
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
HAS_IT = {
    Stage.SCREENING: "A nurse is reading your request. You need do nothing now.",
    Stage.GATHERING: "We ask your clinics, and look at what comes. You need do nothing now.",
    Stage.FILE_COMPLETE: "We are choosing the expert who fits best. You need do nothing now.",
    Stage.OFFERED: "Your records are complete. You need do nothing now.",
    Stage.IN_REVIEW: "We write to you the moment the report is here. You need do nothing now.",
    Stage.MORE_INFO: "We are getting it. If we need it from you, we write to you.",
    Stage.SIGNED: "We look it over once more and then hand it to you.",
    Stage.FOLLOW_UP: "Write to us if something is unclear.",
    Stage.DECLINED: "Nothing was taken from your card. What you sent stays yours.",
    Stage.WITHDRAWN: "All links to your records have ended. What you sent stays yours.",
    Stage.EXPIRED: "Nobody works on it any more. Call us if you want to go on.",
}
"""Who has it, where nothing is asked of her (principle 3)."""
TAKES_RECORDS = {
    Stage.SCREENING,
    Stage.NEEDS_INFO,
    Stage.GATHERING,
    Stage.FILE_COMPLETE,
    Stage.OFFERED,
    Stage.IN_REVIEW,
    Stage.MORE_INFO,
}


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
        "tasks": hers_now,
        "has_it": "" if hers_now else HAS_IT.get(stage, ""),
        "others": [task for task in tasks if task.role == Role.PROVIDER],
        "steps": way(case),
        "expects": case.is_open and bool(case.submitted_at) and showing.milestone(case) < 6,
        "low": low,
        "high": high,
        "people": lookers.values("actor_name").distinct().count(),
        "ready": stage in {Stage.RELEASED, Stage.FOLLOW_UP, Stage.CLOSED},
        "takes_records": stage in TAKES_RECORDS,
        "now": timezone.now(),
    }
    return render(request, "web/home.html", context)


def headline(case: Case, stage: Stage) -> str:
    """The state in a sentence; the expert has a name as soon as there is one."""
    reviewer = showing.reviewer_of(case) if stage == Stage.IN_REVIEW else ""
    return f"{reviewer} is reading and writing." if reviewer else HEADLINES[stage]


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
