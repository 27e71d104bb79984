"""Programmes and service lines: one page tells a line, one page for each decision about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from konsil.cases.life import ENDED
from konsil.cases.models import Case, Programme, ServiceLine, Version
from konsil.practice import line_forms as forms
from konsil.practice.changing import change, keep_now
from konsil.practice.lines import begin_line, lacks
from konsil.practice.offices import RUNS, OfficeRequest, office, sent
from konsil.practice.ready import BY_SLUG, READY
from konsil.practice.telling import in_words, label
from konsil.practice.views.front import back_to

PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "about": ("Name and specialty", ("name", "about", "specialty", "programme")),
    "conditions": ("Illnesses", ("conditions",)),
    "questions": ("Questions on offer", ("questions",)),
    "included": ("What it includes", ("included",)),
    "time": ("How long it takes", ("days_low", "days_high")),
    "checklist": ("Record checklist", ("checklist",)),
    "sections": ("Sections of the report", ("sections",)),
    "delivery": ("From signature to patient", ("release", "quality_check")),
}
"""What is decided on a page of its own: its title, and the values it sets."""
PLAIN: dict[str, Callable[..., Any]] = {
    "conditions": forms.ConditionsForm,
    "questions": forms.QuestionsForm,
    "included": forms.IncludedForm,
    "time": forms.TimeForm,
    "delivery": forms.DeliveryForm,
}
ROWS: dict[str, tuple[Any, Any]] = {
    "checklist": (forms.Checklist, forms.ChecklistRow),
    "sections": (forms.Sections, forms.SectionRow),
}


@office("GET", "POST", roles=RUNS)
def lines(request: OfficeRequest) -> HttpResponse:
    """All service lines by programme, and the programmes."""
    form = forms.ProgrammeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        programme, new = Programme.objects.get_or_create(
            tenant=request.hospital,
            name=form.cleaned_data["name"],
            defaults={"about": form.cleaned_data["about"]},
        )
        if new:
            keep_now(programme, by=request.actor, at=timezone.now(), note="Begun")
            return redirect("practice_out:lines")
        form.add_error("name", "There is a programme of this name already")
    rows = ServiceLine.objects.filter(tenant=request.hospital).select_related("programme")
    context = {
        "lines": [{"line": line, "lacks": lacks(line)} for line in rows],
        "programmes": Programme.objects.filter(tenant=request.hospital).annotate(n=Count("lines")),
        "form": form,
    }
    return render(request, "practice/lines.html", context, status=422 if form.errors else 200)


@office("GET", "POST", roles=RUNS)
def line_new(request: OfficeRequest) -> HttpResponse:
    """Begin a service line from a template."""
    form = forms.BeginLineForm(sent(request))
    choices: Any = form.fields["ready"]
    choices.choices = [(ready.slug, ready.name) for ready in READY]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        ready = BY_SLUG[given["ready"]]
        line = begin_line(
            request.hospital,
            ready,
            name=given["name"] or ready.name,
            price_cents=given["price"],
            by=request.actor,
            at=timezone.now(),
        )
        messages.success(request, "Look it through, then put it on offer.")
        return redirect("practice_out:line", line.pk)
    context = {"form": form, "title": "A new service line", "verb": "Begin with it"}
    context |= {"back": reverse("practice_out:lines"), "back_words": "Service lines"}
    return render(request, "practice/form.html", context, status=422 if form.errors else 200)


@office("GET", "POST", roles=RUNS)
def line(request: OfficeRequest, line_id: UUID) -> HttpResponse:
    """A line in words, each part with its own page; on offer or not."""
    found = _line(request, line_id)
    missing = lacks(found)
    if request.method == "POST":
        offer = request.POST.get("active") == "1"
        if offer and missing:
            messages.error(request, missing[0])
        else:
            change(found, {"active": offer}, by=request.actor, at=timezone.now())
            if offer:
                return back_to(request, "line", reverse("practice_out:line", args=[found.pk]))
        return redirect("practice_out:line", found.pk)
    latest = found.keep_version(by=request.actor, at=timezone.now())
    running = Case.objects.filter(service_line=found).exclude(stage__in=ENDED)
    counts = running.aggregate(all=Count("pk"), older=Count("pk", filter=~Q(began_with=latest)))
    context = {
        "line": found,
        "facts": [_fact(found, key) for key in PARTS],
        "lacks": missing,
        "version": latest,
        "running": counts,
        "price_url": _price_url(),
    }
    return render(request, "practice/line.html", context)


def _fact(found: ServiceLine, key: str) -> dict[str, Any]:
    title, names = PARTS[key]
    values = []
    for name in names:
        value = getattr(found, name)
        if name == "programme":
            value = f"Programme {value}" if value else ""
        words = in_words(name, value)
        if name == "quality_check":
            words = f"Quality check: {words.lower()}"
        if words and name not in {"days_low", "days_high"}:
            values.append(words)
    if key == "time":
        values = [f"{found.days_low} to {found.days_high} days"]
    url = reverse("practice_out:line_part", args=[found.pk, key])
    return {"label": title, "value": " · ".join(values) or "Nothing yet", "url": url}


def _price_url() -> str:
    try:
        return reverse("billing_out:prices")
    except NoReverseMatch:
        return ""


def _line(request: OfficeRequest, line_id: UUID) -> ServiceLine:
    rows = ServiceLine.objects.select_related("programme", "tenant")
    found: ServiceLine = get_object_or_404(rows, tenant=request.hospital, pk=line_id)
    return found


@office("GET", "POST", roles=RUNS)
def line_part(request: OfficeRequest, line_id: UUID, key: str) -> HttpResponse:
    """One decision about a line. What changes holds for new cases only."""
    found = _line(request, line_id)
    if key not in PARTS:
        raise Http404
    form = _form(request, found, key)
    if request.method == "POST" and form.is_valid():
        values = _values(form, key)
        if refusal := _refusal(values, key):
            messages.error(request, refusal)
        else:
            change(found, values, by=request.actor, at=timezone.now())
            messages.success(request, "Saved. It holds for new cases; running ones stay as begun.")
            return redirect("practice_out:line", found.pk)
    title, names = PARTS[key]
    history = f"?about={Version.About.SERVICE_LINE}&subject={found.pk}"
    context = {
        "line": found,
        "form": form,
        "title": title,
        "rows": key in ROWS,
        "key": key,
        "back": reverse("practice_out:line", args=[found.pk]),
        "back_words": found.name,
        "history": reverse("practice_out:changes") + history,
        "labels": [label(name) for name in names],
    }
    bad = request.method == "POST"
    return render(request, "practice/line_part.html", context, status=422 if bad else 200)


def _form(request: OfficeRequest, found: ServiceLine, key: str) -> Any:
    data = sent(request)
    if key in ROWS:
        formset, row = ROWS[key]
        return formset(data, initial=row.rows(getattr(found, key)), prefix="row")
    now = {name: getattr(found, name) for name in PARTS[key][1]}
    if key == "about":
        return forms.AboutForm(data, hospital=request.hospital, initial=now)
    if key == "delivery":
        now["quality_check"] = "1" if found.quality_check else ""
    return PLAIN[key](data, initial=now)


def _values(form: Any, key: str) -> dict[str, Any]:
    if key in ROWS:
        return {key: [entry for row in form if (entry := row.entry())]}
    return dict(form.cleaned_data)


def _refusal(values: dict[str, Any], key: str) -> str:
    """Two rows of one key would be one to the rest of the house."""
    if key not in ROWS:
        return ""
    rows = values[key]
    if key == "sections" and not any(row["required"] for row in rows):
        return "At least one section must be written before a report can be signed."
    keys = [row["key"] for row in rows]
    if len(set(keys)) < len(keys):
        return "Two rows have the same name. Tell them apart by their names."
    return ""
