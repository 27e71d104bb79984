"""The licence table, a place on a page, and the physicians' licences."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from konsil.cases.models import Licence, LicenceRule, Mode, Verdict
from konsil.people.places import NAMES, name_of
from konsil.practice.licence_forms import LicenceForm, RuleForm
from konsil.practice.licensing import end_licence, line_of, physicians, set_licence, set_rule, table
from konsil.practice.offices import READS, REVIEWS, RUNS, OfficeRequest, office, sent
from konsil.practice.views.front import open_tasks, stale_after

SHORT = {
    Verdict.ALLOW: ("ok", "Direct"),
    Verdict.LOCAL_PHYSICIAN: ("soon", "Local physician"),
    Verdict.BLOCK: ("bad", "Not at all"),
}


@office(roles=READS)
def licences(request: OfficeRequest) -> HttpResponse:
    """The whole table: each place, each mode, what it says and since when it was not checked."""
    now, lines = timezone.localdate(), table(request.hospital)
    rows = [
        {
            "line": line,
            "cells": [(SHORT[rule.verdict], rule.known) for _mode, rule in line.rules],
            "old": line.written.checked_on and now - line.written.checked_on > stale_after(),
        }
        for line in lines
    ]
    known = len([line for line in lines if line.written.known])
    context = {"lines": rows, "known": known, "unknown": len(lines) - known, "modes": Mode}
    return render(request, "practice/licences.html", context)


@office("GET", "POST", roles=RUNS)
def licence_place(request: OfficeRequest, place: str) -> HttpResponse:
    """What the law of one place lets the hospital do, for each way of answering."""
    if place not in NAMES:
        raise Http404
    rows = {
        row.mode: row for row in LicenceRule.objects.filter(tenant=request.hospital, place=place)
    }
    forms = [_rule_form(request, mode, rows.get(mode)) for mode in Mode]
    if request.method == "POST" and all(form.is_valid() for form in forms):
        for form in forms:
            set_rule(
                request.hospital,
                place,
                form.mode,
                given=form.given(),
                by=request.actor,
                at=timezone.now(),
                note="Changed",
            )
        messages.success(request, f"{name_of(place)} is saved. It holds at once.")
        return redirect("practice_out:licences")
    context = {
        "place": place,
        "name": name_of(place),
        "forms": forms,
        "line": line_of(request.hospital, place),
        "wrong": next((form for form in forms if form.errors), None),
    }
    status = 422 if context["wrong"] else 200
    return render(request, "practice/licence_place.html", context, status=status)


def _rule_form(request: OfficeRequest, mode: Mode, row: LicenceRule | None) -> RuleForm:
    now = {"verdict": row.verdict if row else ""}
    if row is not None:
        now |= {"source": row.source, "owner": row.owner}
        now["checked_on"] = row.checked_on  # type: ignore[assignment]
    return RuleForm(sent(request), mode=mode, initial=now)


@office("GET", "POST", roles=READS)
def physicians_page(request: OfficeRequest) -> HttpResponse:
    """Who is licensed where until when; administrators and the director enter them."""
    people = physicians(request.hospital)
    given = request.POST if request.POST.get("act") == "enter" else None
    form = LicenceForm(given, physicians=people)
    if request.method == "POST":
        if not request.may_change:
            return HttpResponse("Ask the administrator or the director.", status=403)
        if _save_licence(request, form):
            return redirect("practice_out:physicians")
    rows = Licence.objects.filter(tenant=request.hospital, user__in=people)
    context = {
        "rows": [_row(row) for row in rows.select_related("user").order_by("user__name", "until")],
        "without": [user for user in people if user.pk not in {row.user_id for row in rows}],
        "form": form,
        "may_change": request.may_change,
    }
    return render(request, "practice/physicians.html", context, status=422 if form.errors else 200)


def _save_licence(request: OfficeRequest, form: LicenceForm) -> bool:
    now = timezone.now()
    if request.POST.get("act") == "remove":
        keys = request.POST.getlist("licence")[:1]
        licence = get_object_or_404(Licence, tenant=request.hospital, pk__in=keys)
        end_licence(licence, by=request.actor, at=now)
        return True
    if not form.is_valid():
        return False
    given = dict(form.cleaned_data)
    physician = given.pop("physician")
    given["checked_on"] = now.date() if given["source"] else None
    set_licence(request.hospital, physician, given=given, by=request.actor, at=now)
    messages.success(request, f"The licence of {physician} in {name_of(given['place'])} is saved.")
    return True


def _row(row: Licence) -> dict[str, Any]:
    left = (row.until - timezone.localdate()).days
    kind = "late" if left < 0 else "soon" if left <= 60 else "ok"
    words = f"Ended {-left} d ago" if left < 0 else f"{left} d left"
    return {"licence": row, "place": name_of(row.place), "kind": kind, "words": words}


@office(roles=REVIEWS)
def my_licences(request: OfficeRequest) -> HttpResponse:
    """A physician reads her own licences and what is said about their end."""
    rows = Licence.objects.filter(tenant=request.hospital, user=request.actor.user)
    context = {"rows": [_row(row) for row in rows], "tasks": open_tasks(request)}
    return render(request, "practice/my_licences.html", context)
