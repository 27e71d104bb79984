"""Running cases from a file: send it, look at every row, take over, take back."""

import csv
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from konsil.practice.importing import (
    COLUMNS,
    NEEDED,
    STAGES,
    NotATable,
    read,
    take_back,
    take_over,
    touched,
)
from konsil.practice.models import CaseImport, ImportedCase
from konsil.practice.offices import TAKES_OVER, OfficeRequest, office, sent

SHOWN = 200


class FileForm(forms.Form):
    """The file."""

    table = forms.FileField(
        label="The table, as CSV",
        error_messages={"required": "Choose a file", "empty": "The file is empty"},
    )


@office("GET", "POST", roles=TAKES_OVER)
def imports(request: OfficeRequest) -> HttpResponse:
    """Send a table; what was sent before. `?example` is a table to fill in."""
    if "example" in request.GET:
        return _example()
    form = FileForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        table, now = form.cleaned_data["table"], timezone.now()
        try:
            rows = read(table.read(), hospital=request.hospital, today=timezone.localdate())
        except NotATable as words:
            form.add_error("table", str(words))
        else:
            made = CaseImport.objects.create(
                tenant=request.hospital,
                by_user=request.person,
                at=now,
                name=table.name[:200],
                rows=[row.as_kept() for row in rows],
            )
            return redirect("practice_out:import", made.pk)
    context = {
        "form": form,
        "made": CaseImport.objects.filter(tenant=request.hospital)[:20],
        "columns": COLUMNS,
        "needed": NEEDED,
        "stages": STAGES,
    }
    return render(request, "practice/imports.html", context, status=422 if form.errors else 200)


def _example() -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="running-cases.csv"'
    csv.writer(answer).writerow(COLUMNS)
    return answer


@office("GET", "POST", roles=TAKES_OVER)
def one(request: OfficeRequest, import_id: UUID) -> HttpResponse:
    """The preview with every fault in words; afterwards the cases, and the way back."""
    made = get_object_or_404(CaseImport, tenant=request.hospital, pk=import_id)
    if request.method == "POST":
        return _decide(request, made)
    bad = [row for row in made.rows if row["errors"]]
    good = [row for row in made.rows if not row["errors"]]
    rows = ImportedCase.objects.filter(source=made).select_related("case__patient")
    cases = [{"row": row, "touched": touched(row.case)} for row in rows.order_by("line")]
    context = {
        "made": made,
        "bad": bad,
        "good": good[:SHOWN],
        "good_count": len(good),
        "cases": cases,
        "can_undo": any(not each["touched"] for each in cases),
    }
    return render(request, "practice/import.html", context)


def _decide(request: OfficeRequest, made: CaseImport) -> HttpResponse:
    act, now = request.POST.get("act", ""), timezone.now()
    if act == "take":
        count = take_over(made, by=request.actor, at=now)
        messages.success(request, f"{count} cases are taken over. Nobody was written to.")
    elif act == "back":
        done, stay = take_back(made, by=request.actor, at=now)
        messages.success(request, f"{done} cases are taken back.")
        if stay:
            words = ", ".join(stay[:8])
            messages.warning(request, f"Somebody has worked on these, so they stay: {words}.")
    elif act == "forget" and made.state == CaseImport.State.PREVIEW:
        made.delete()
        return redirect("practice_out:imports")
    return redirect("practice_out:import", made.pk)
