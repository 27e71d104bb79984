"""The treating physician's one page behind the link: the report, a word back, a finding (F11.8)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.models import Case
from konsil.messaging.models import Audience, Message, NotSent, Thread
from konsil.opinions.models import latest
from konsil.parcels.models import Parcel
from konsil.parcels.views import open_parcel
from konsil.referrals import treating, worklist
from konsil.referrals.doctor_forms import FindingForm
from konsil.referrals.models import Finding, Treating


@never_cache
@case_view(Action.TREATING_THREAD, "GET", "POST")
def page(request: CaseRequest, case: Case) -> HttpResponse:
    """Only for the holder of the link; the practice answers in the threads of the case."""
    row = treating.of_pass(case, request.actor)
    if row is None:
        raise PermissionDenied(_("This page belongs to the holder of the physician’s link."))
    form = FindingForm(request.POST if request.POST.get("act") == "finding" else None)
    problem = ""
    if request.method == "POST":
        if form.is_bound and not form.is_valid():
            return _shown(request, case, row, form, problem, status=422)
        problem = _act(request, case, row, form)
        if not problem:
            return redirect("web:treating", case.pk)
    return _shown(request, case, row, form, problem, status=422 if problem else 200)


def _act(request: CaseRequest, case: Case, row: Treating, form: FindingForm) -> str:
    """Do what the button says; what is wrong, or ""."""
    act, by, at = request.POST.get("act"), request.actor, timezone.now()
    if act == "acknowledge" and latest(case, by) is not None:
        treating.acknowledge(row, by=by, at=at)
        messages.success(request, _("Thank you. Practice and patient see that you have it."))
    elif act == "ask":
        try:
            thread = Thread.of(case, Audience.TREATING)
            thread.write(request.POST.get("text", ""), by=by, at=at)
        except NotSent as refusal:
            return str(refusal)
        messages.success(request, _("Sent."))
    elif act == "finding":
        given = form.cleaned_data
        treating.add_finding(row, given["text"], found_on=given["found_on"], by=by, at=at)
        messages.success(request, _("Thank you. The practice reads it."))
    else:
        raise Http404
    return ""


def _shown(
    request: CaseRequest,
    case: Case,
    row: Treating,
    form: FindingForm,
    problem: str,
    *,
    status: int,
) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "row": row,
        "form": form,
        "problem": problem,
        "draft": request.POST.get("text", "") if problem else "",
        "stage": worklist.in_words(case),
        "report": latest(case, request.actor),
        "says": Message.objects.visible_to(request.actor).filter(
            case=case, thread__audience=Audience.TREATING
        ),
        "findings": Finding.objects.filter(case=case, treating=row),
        "parcel": open_parcel(request, case, door=Parcel.Door.LINK, request_id=row.pk),
    }
    return render(request, "web/treating.html", context, status=status)
