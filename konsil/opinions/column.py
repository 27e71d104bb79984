"""The right column of the reading room: what is asked, what is written, what is still missing."""

import json
from typing import Any

from konsil.cases.access import Action, may
from konsil.cases.doorway import CaseRequest
from konsil.cases.models import Case
from konsil.opinions import drafting
from konsil.opinions.models import Answer, Section, latest


def column(request: CaseRequest, case: Case) -> dict[str, Any]:
    """The context of `opinions/_column.html`; opens the draft on the first look."""
    report = drafting.open_report(case)
    answers = (
        Answer.objects.visible_to(request.actor)
        .filter(report=report)
        .select_related("question", "author")
    )
    sections = (
        Section.objects.visible_to(request.actor).filter(report=report).select_related("author")
    )
    signed = latest(case, request.actor)
    return {
        "case": case,
        "answers": [{"row": each, "value": _value(each)} for each in answers],
        "sections": [{"row": each, "value": _value(each)} for each in sections],
        "given": sum(1 for each in answers if each.is_given),
        "missing": [] if signed else drafting.missing(case),
        "writable": signed is None and case.stage in drafting.WRITABLE,
        "signed": signed,
        "may_sign": may(Action.SIGN_REPORT, request.roles),
    }


def _value(written: Answer | Section) -> str:
    return json.dumps(written.body, ensure_ascii=False)
