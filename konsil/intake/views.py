"""The pages of a request: one question each, the review, and what happens after sending."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view, log_look
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Case, Event
from konsil.cases.pricing import price_of
from konsil.cases.verbs import Verb
from konsil.intake import actions, plan
from konsil.intake.answering import mark_answered
from konsil.intake.checking import missing, request_of
from konsil.intake.forms import BY_STEP
from konsil.intake.models import Request
from konsil.intake.money import expected_days
from konsil.intake.showing import summary
from konsil.intake.steps import StepForm
from konsil.people.actors import ActorKind


@case_view(Action.FILL_REQUEST, "GET")
def request_page(request: CaseRequest, case: Case) -> HttpResponse:
    """Go on at the first question without an answer, on whatever device (F2.4)."""
    if case.stage != Stage.DRAFT:
        return redirect("intake:sent", case.pk)
    key = plan.go_on_at(case, paper_for(request, case), request.roles)
    if key == "check":
        return redirect("intake:check", case.pk)
    return redirect("intake:step", case.pk, key)


def paper_for(request: CaseRequest, case: Case) -> Request:
    """The request’s paper; a patient who is signed in has thereby shown that she reads her mail."""
    paper = request_of(case)
    actor = request.actor
    asking = set(actions.ASKING) & request.roles
    if paper.proven_at is None and actor.kind == ActorKind.USER and actor.user and asking:
        actions.prove_mailbox(case, user=actor.user, by=actor, at=timezone.now())
        paper.refresh_from_db()
    return paper


@case_view(Action.FILL_REQUEST, "GET", "POST", logged=False)
def step(request: CaseRequest, case: Case, key: str) -> HttpResponse:
    """One question: shown, kept while it is typed, kept for good (F2.4, F2.5)."""
    _refuse_others(request, key)
    if case.stage != Stage.DRAFT:
        return redirect("intake:sent", case.pk)
    paper = paper_for(request, case)
    form = _form(request, case, paper, key)
    if request.method != "POST":
        log_look(request, case, Action.FILL_REQUEST)
        return _page(request, case, paper, key, form)
    if request.headers.get("X-Autosave"):
        return _autosave(request, form)
    act = request.POST.get("act", "")
    if not form.is_valid() and not act.startswith("remove"):
        return _page(request, case, paper, key, form)
    if act and form.act(act, by=request.actor, at=timezone.now()):
        return redirect("intake:step", case.pk, key)
    if not form.is_valid():
        return _page(request, case, paper, key, form)
    form.keep(by=request.actor, at=timezone.now())
    return _forth(request, case, paper, key, form)


def _refuse_others(request: CaseRequest, key: str) -> None:
    """A clinic that refers a patient does not agree in the patient's place, nor say who asks."""
    if key not in BY_STEP:
        raise Http404
    if key in plan.HERS and not set(actions.ASKING) & request.roles:
        raise PermissionDenied("The patient answers this page.")


def _form(request: CaseRequest, case: Case, paper: Request, key: str) -> StepForm:
    return BY_STEP[key](
        request.POST if request.method == "POST" else None,
        case=case,
        paper=paper,
        name=request.actor.name,  # never the account’s: this browser may have proved nothing
        today=timezone.localdate(),
    )


def _autosave(request: CaseRequest, form: StepForm) -> HttpResponse:
    if not form.is_valid():
        words = next(iter(form.errors.values()))[0]
        return HttpResponse(str(words), status=422, content_type="text/plain; charset=utf-8")
    form.keep(by=request.actor, at=timezone.now())
    return HttpResponse(status=204)


def _forth(
    request: CaseRequest, case: Case, paper: Request, key: str, form: StepForm
) -> HttpResponse:
    """Mark the page as answered, then on: to the next one, the review, or the upload."""
    mark_answered(case, key)
    paper.refresh_from_db()
    if key == "records" and form.cleaned_data["when"] == "now":
        back = reverse("intake:request", args=[case.pk])
        return redirect(f"{reverse('parcels:page', args=[case.pk])}?next={back}")
    steps = plan.steps_of(case, paper, request.roles)
    if request.POST.get("then") == "check":
        return redirect("intake:request", case.pk)
    following = plan.after(key, steps)
    if following == "check":
        return redirect("intake:request", case.pk)
    return redirect("intake:step", case.pk, following)


def _page(
    request: CaseRequest, case: Case, paper: Request, key: str, form: StepForm
) -> HttpResponse:
    steps = plan.steps_of(case, paper, request.roles)
    earlier = plan.before(key, steps)
    changing = "change" in request.GET or request.POST.get("then") == "check"
    if changing:
        back = reverse("intake:check", args=[case.pk])
    elif earlier:
        back = reverse("intake:step", args=[case.pk, earlier])
    else:
        back = reverse("web:case", args=[case.pk])
    part, number, of = plan.position(key, steps)
    context: dict[str, Any] = {
        "case": case,
        "paper": paper,
        "form": form,
        "field": form[form.single] if form.single else None,
        "back": back,
        "part": part,
        "number": number,
        "of": of,
        "changing": changing,
    }
    return render(request, form.template, context, status=422 if form.errors else 200)


@case_view(Action.FILL_REQUEST, "GET", "POST")
def check(request: CaseRequest, case: Case) -> HttpResponse:
    """Everything on one page, each with a way to change it; then it is sent, once (F2.6)."""
    paper = paper_for(request, case)
    if request.method == "POST":
        try:
            actions.submit(case, by=request.actor, at=timezone.now())
            return redirect("intake:sent", case.pk)
        except ImpossibleMove as refusal:
            messages.error(request, str(refusal))
            return redirect("intake:check", case.pk)
    if case.stage != Stage.DRAFT:
        return redirect("intake:sent", case.pk)
    steps = plan.steps_of(case, paper, request.roles)
    lacking = missing(case)
    context = {
        "case": case,
        "paper": paper,
        "parts": summary(case, paper, steps),
        "missing": lacking,
        "card": Event.objects.filter(case=case, verb__in=actions.PAID).exists(),
        "price": price_of(case, on=timezone.localdate()),
        "asking": bool(set(actions.ASKING) & request.roles),
    }
    return render(request, "intake/check.html", context)


@case_view(Action.FILL_REQUEST, "GET")
def sent(request: CaseRequest, case: Case) -> HttpResponse:
    """We have it: since when, what happens next, and the way to the case."""
    if case.stage == Stage.DRAFT:
        return redirect("intake:request", case.pk)
    low, high = expected_days(case.terms, timezone.localdate(case.submitted_at))
    card = Event.objects.filter(case=case, verb__in=actions.PAID).exists()
    context = {"case": case, "low": low, "high": high, "card": card}
    return render(request, "intake/sent.html", context)


@case_view(Action.FILL_REQUEST, "GET", "POST")
def same(request: CaseRequest, case: Case) -> HttpResponse:
    """There is an open request already: go on with that one, or say that this differs (F2.9)."""
    others = actions.same_requests(case, request.actor, at=timezone.now())
    if not others or case.stage != Stage.DRAFT:
        return redirect("intake:request", case.pk)
    if request.method != "POST":
        return render(request, "intake/same.html", {"case": case, "other": others[0]})
    if request.POST.get("act") == "another":
        Request.objects.filter(case=case).update(another=True)
        return redirect("intake:request", case.pk)
    case.move(Verb.WITHDRAWN, by=request.actor, at=timezone.now(), reason="twice")
    draft = others[0].stage == Stage.DRAFT
    return redirect("intake:request" if draft else "web:case", others[0].pk)
