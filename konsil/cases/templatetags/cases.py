"""The head of every page of a case: who it is, how far along, whose turn, and the tabs."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from konsil.cases import reasons, showing
from konsil.cases.access import Action, may
from konsil.cases.models import Case

register = template.Library()

TABS = (
    ("Overview", "web:case", Action.SEE_CASE),
    ("Records", "records:tab", Action.READ_RECORD),
    ("Messages", "messaging:threads", Action.SEE_CASE),
    ("Report", "opinions:report", Action.READ_REPORT),
    ("Payment", "billing:payment", Action.SEE_MONEY),
    ("Team", "web:team", Action.SEE_CASE),
    ("History", "web:history", Action.READ_HISTORY),
)


@register.inclusion_tag("cases/_head.html", takes_context=True)
def case_head(context: dict[str, Any]) -> dict[str, Any]:
    """The head for staff; a page's own view name tells which tab is open."""
    request, case = context["request"], context["case"]
    reviewer = showing.reviewer_of(case)
    kind, words = showing.due_words(case.due_at, timezone.now())
    return {
        "case": case,
        "banner": showing.banner(case.patient, case),
        "steps": showing.track(case),
        "turn": showing.whose_turn(case, request.roles, reviewer=reviewer),
        "due_kind": kind,
        "due_words": words,
        "tabs": tabs(request, case),
    }


def tabs(request: Any, case: Case) -> list[dict[str, Any]]:
    """The tabs that this actor may open; a room that is not there has none."""
    match = request.resolver_match
    here = f"{match.namespace}:{match.url_name}" if match else ""
    found = []
    for label, name, action in TABS:
        if not may(action, request.roles):
            continue
        try:
            url = reverse(name, args=[case.pk])
        except NoReverseMatch:
            continue
        found.append({"label": label, "url": url, "current": name == here})
    return found


@register.filter
def moment(at: Any) -> str:
    """A date and a time in words: Nov 24, 8:51."""
    return showing.moment(at) if at else ""


@register.filter
def day(moment: Any) -> str:
    """A date in words: Nov 24."""
    return showing.day(moment)


@register.filter
def why(event: Any) -> str:
    """The reason of an event in words."""
    return reasons.words(event.verb, str(event.facts.get("reason", "")))
