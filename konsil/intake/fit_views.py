"""The landing page, “can we help you?”, and its answer; open to everybody."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from konsil.cases.doorway import DoorRequest, door
from konsil.cases.models import ServiceLine, Verdict
from konsil.cases.pricing import list_price
from konsil.intake import visits
from konsil.intake.fit import ASKS, KEYS, Fits, choices_of, first_open, judge
from konsil.intake.forms import AskForm
from konsil.intake.money import expected_days, price_range
from konsil.people.models import Institution
from konsil.people.places import name_of


@door("GET", public=True, tenant=Institution.front)
def landing(request: DoorRequest) -> HttpResponse:
    """What it is, what it costs, how long it takes, and what it is not (F2.2)."""
    lines = visits.lines()
    return render(request, "intake/landing.html", {"lines": lines, "price": price_range(lines)})


@door("GET", public=True, tenant=Institution.front)
def can_you_help(request: DoorRequest) -> HttpResponse:
    """Go on with the six questions where they were left."""
    key = first_open(visits.given(request))
    if not key:
        return redirect("intake_out:answer")
    return redirect("intake_out:ask", KEYS.index(key) + 1)


@door("GET", "POST", public=True, tenant=Institution.front)
def ask(request: DoorRequest, number: int) -> HttpResponse:
    """One of the six questions; the answer is posted and kept in the session (F2.1)."""
    if not 1 <= number <= len(ASKS):
        raise Http404
    asked, given = ASKS[number - 1], visits.given(request)
    form = AskForm(
        request.POST if request.method == "POST" else None,
        ask=asked,
        choices=choices_of(asked, visits.lines()),
        given=given.get(asked.key, ""),
    )
    if request.method == "POST" and form.is_valid():
        visits.remember(request, asked.key, form.cleaned_data["answer"])
        return redirect(_next(number, visits.given(request)))
    back = (
        reverse("intake_out:ask", args=[number - 1])
        if number > 1
        else reverse("intake_out:landing")
    )
    context = {"form": form, "number": number, "of": len(ASKS), "back": back}
    return render(request, "intake/ask.html", context, status=422 if form.errors else 200)


def _next(number: int, given: dict[str, str]) -> str:
    """The question after this one, or the answer when all are answered or one ends it early."""
    key = first_open(given)
    if not key:
        return reverse("intake_out:answer")
    following = number + 1
    if following > len(ASKS):
        following = KEYS.index(key) + 1
    return reverse("intake_out:ask", args=[min(following, len(ASKS))])


@door("GET", public=True, tenant=Institution.front)
def answer(request: DoorRequest) -> HttpResponse:
    """Yes, Yes with your doctor, or No; with the reason, the price and what comes next."""
    given = visits.given(request)
    if key := first_open(given):
        return redirect("intake_out:ask", KEYS.index(key) + 1)
    line, verdict = visits.line_of(given), visits.verdict_of(given)
    where = name_of(given.get("place", ""))
    said = judge(given, line=line, verdict=verdict, where=where)
    context: dict[str, Any] = {"said": said, "line": line, "yes": said.fits != Fits.NO}
    context["back"] = reverse("intake_out:ask", args=[KEYS.index(said.stops or KEYS[-1]) + 1])
    if line:
        today = timezone.localdate()
        context["low"], context["high"] = expected_days(line, today)
        context["price"] = list_price(line, on=today, place=given.get("place", ""))
    return render(request, "intake/answer.html", context)


def may_start(given: dict[str, str]) -> ServiceLine | None:
    """The line for which these answers let a request begin; None where the answer is No."""
    line = visits.line_of(given)
    if first_open(given) or line is None:
        return None
    verdict: Verdict = visits.verdict_of(given)
    return line if judge(given, line=line, verdict=verdict).fits != Fits.NO else None
