"""Signing, and signing something more later: the identity confirmed once more, in the same act."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.cases import showing
from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case
from konsil.core.prose.schema import NotProse, paragraphs
from konsil.opinions import drafting, frozen, signing
from konsil.opinions.identity import NotConfirmed, confirm, has_code
from konsil.opinions.models import Version, latest


@case_view(Action.SIGN_REPORT, "GET", "POST")
def signature(request: CaseRequest, case: Case) -> HttpResponse:
    """What signing means and what is missing; a signature, or why there is none."""
    drafting.open_report(case)
    if request.method == "POST":
        return _sign(request, case)
    if latest(case, request.actor):
        return redirect("opinions:report", case.pk)
    return render(request, "opinions/sign.html", _context(request, case))


def _sign(request: CaseRequest, case: Case) -> HttpResponse:
    person = request.actor.user
    if person is None or latest(case, request.actor):
        return redirect("opinions:report", case.pk)
    wanted = frozen.not_there(case)
    chosen = set(request.POST.getlist("not_available"))
    try:
        method = confirm(request, person)
        signing.sign(
            case,
            method=method,
            not_available=[name for name in wanted if name in chosen],
            by=request.actor,
            at=timezone.now(),
        )
    except NotConfirmed as refusal:
        return _again(request, case, identity_error=str(refusal))
    except ImpossibleMove as refusal:
        return _again(request, case, refusal=str(refusal))
    messages.success(request, "Signed. The opinion can no longer be changed.")
    return redirect("opinions:report", case.pk)


def _again(request: CaseRequest, case: Case, **words: str) -> HttpResponse:
    case.refresh_from_db()
    context = _context(request, case) | words
    return render(request, "opinions/sign.html", context, status=422)


def _context(request: CaseRequest, case: Case) -> dict[str, Any]:
    person = request.actor.user
    texts = drafting.texts(case)
    authors = {text.author for text in texts if text.author} | ({person} if person else set())
    opened = frozen.opened_by(case, authors)
    record = frozen.exhibits(case)
    return {
        "case": case,
        "banner": showing.banner(case.patient, case),
        "missing": drafting.missing(case),
        "writable": case.stage in drafting.SIGNABLE,
        "reviewed": [frozen.describe(each) for each in record if str(each.pk) in opened],
        "unopened": [frozen.describe(each) for each in record if str(each.pk) not in opened],
        "not_there": frozen.not_there(case),
        "person": person,
        "background": frozen.background(person) if person else {},
        "has_password": bool(person and person.has_usable_password()),
        "has_code": bool(person and has_code(person)),
    }


@case_view(Action.SIGN_REPORT, "GET", "POST")
def addenda(request: CaseRequest, case: Case) -> HttpResponse:
    """Add to a signed opinion, or correct it: a new version with its reason (F13.6)."""
    signed = latest(case, request.actor)
    if signed is None:
        return redirect("opinions:signature", case.pk)
    typed: dict[str, Any] = {"sort": Version.Sort.ADDENDUM.value}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("sort", "reason", "body", "text")}
        refusal = _add(request, case, typed)
        if not refusal:
            return redirect("opinions:report", case.pk)
        typed |= refusal
    context = _context(request, case) | {"version": signed, **typed}
    status = 422 if request.method == "POST" else 200
    return render(request, "opinions/add.html", context, status=status)


def _add(request: CaseRequest, case: Case, typed: dict[str, Any]) -> dict[str, str]:
    """Empty when it is signed, else the error in words."""
    person = request.actor.user
    later = (Version.Sort.ADDENDUM.value, Version.Sort.CORRECTION.value)
    sort = typed["sort"] if typed["sort"] in later else Version.Sort.ADDENDUM.value
    try:
        method = confirm(request, person) if person else ""
        signing.add(
            case,
            body=_body(typed),
            reason=typed["reason"],
            sort=Version.Sort(sort),
            method=method,
            by=request.actor,
            at=timezone.now(),
        )
    except NotConfirmed as refusal:
        return {"identity_error": str(refusal)}
    except (ImpossibleMove, NotProse) as refusal:
        return {"refusal": str(refusal)}
    messages.success(request, "Signed and added. Everybody who has the report is told.")
    return {}


def _body(typed: dict[str, Any]) -> object:
    """The editor's text, or the plain one where the editor did not start."""
    if not typed["body"]:
        return paragraphs(typed["text"])
    try:
        return json.loads(typed["body"])
    except (ValueError, RecursionError) as error:
        raise NotProse("The text did not arrive whole. Send it again.") from error
