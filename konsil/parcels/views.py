"""The upload page, what a parcel holds, and the decision whose record something is."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.models import Case, Exhibit
from konsil.cases.verbs import Verb
from konsil.parcels.deciding import decide_identity, undo_decision
from konsil.parcels.filing import finish
from konsil.parcels.jobs import read_soon
from konsil.parcels.looking_after import is_late
from konsil.parcels.models import Filing, IdentityDecision, Parcel, Upload
from konsil.parcels.tus import closed, forget_unfinished, parcel_of
from konsil.people.roles import Role


def open_parcel(request: CaseRequest, case: Case, *, door: str, request_id: UUID | None) -> Parcel:
    """The sender's parcel that is not sent yet, or a new one."""
    actor = request.actor
    mine = {"by_pass": actor.held} if actor.held else {"by_user": actor.user}
    found: Parcel | None = Parcel.objects.filter(
        case=case, sent_at=None, request_id=request_id, **mine
    ).first()
    if found:
        return found
    made: Parcel = Parcel.objects.create(
        case=case, door=door, sender=actor.name[:120], request_id=request_id, **mine
    )
    case.tell(Verb.PARCEL_BEGUN, by=actor, at=timezone.now(), parcel=str(made.pk))
    return made


@case_view(Action.ADD_RECORD)
def upload_page(request: CaseRequest, case: Case) -> HttpResponse:
    """Where patient, referrer and desk send what they have; a link has its own page (C2)."""
    if request.roles <= {Role.PROVIDER}:
        raise PermissionDenied("Send your records from the page of your link.")
    if words := closed(request, case):
        messages.error(request, words)
        return redirect(f"/cases/{case.pk}/")
    parcel = open_parcel(request, case, door=Parcel.Door.PAGE, request_id=None)
    context = {
        "case": case,
        "parcel": parcel,
        "back": _came_from(request, case),
        "patient": bool(request.roles & {Role.PATIENT, Role.PROXY}),
    }
    return render(request, "parcels/upload.html", context)


def _came_from(request: CaseRequest, case: Case) -> str:
    """Where the sender goes back to: a page of this very case, else its first page."""
    asked, home = request.GET.get("next", ""), f"/cases/{case.pk}/"
    climbs = ".." in asked.split("/") or "\\" in asked
    return asked if asked.startswith(home) and not climbs else home


@case_view(Action.ADD_RECORD, "POST", logged=False)
def parcel(request: CaseRequest, case: Case, parcel_id: UUID) -> HttpResponse:
    """The sender says “that is all”."""
    found = parcel_of(request, case, str(parcel_id))
    if found.sent_at is None:
        forget_unfinished(found)
        found.sent_at = timezone.now()
        found.save(update_fields=["sent_at"])
        read_soon(found)
    return redirect("parcels:state", case.pk, found.pk)


@case_view(Action.ADD_RECORD, logged=False)
def manifest(request: CaseRequest, case: Case, parcel_id: UUID) -> JsonResponse:
    """What we have of the sender's own parcel, so that a page that was closed can go on."""
    found = parcel_of(request, case, str(parcel_id))
    rows = found.uploads.values_list("path", "size", "state")
    files = [{"path": path, "size": size, "state": state} for path, size, state in rows]
    return JsonResponse({"files": files})


@case_view(Action.ADD_RECORD, logged=False)
def state(request: CaseRequest, case: Case, parcel_id: UUID) -> HttpResponse:
    """What was recognised so far, and what was kept aside and why (a fragment)."""
    found = parcel_of(request, case, str(parcel_id))
    finish(found, at=timezone.now())
    found.refresh_from_db()
    waiting = found.uploads.exclude(state=Upload.State.READ).count()
    aside = found.filings.exclude(state=Filing.State.FILED).order_by("state", "path")
    exhibits = (
        Exhibit.objects.filter(filings__parcel=found, filings__state=Filing.State.FILED)
        .annotate(files=Count("filings"))
        .order_by("care_date", "title")
    )
    context = {
        "case": case,
        "parcel": found,
        "waiting": waiting,
        "late": bool(waiting) and is_late(found, at=timezone.now()),
        "done": bool(found.read_at),
        "exhibits": exhibits,
        "aside": aside,
    }
    return render(request, "parcels/_state.html", context)


@case_view(Action.DECIDE_IDENTITY, "POST")
def identity(request: CaseRequest, case: Case, exhibit_id: UUID) -> HttpResponse:
    """A person decides whether a record that bears another name is the patient's."""
    exhibit = get_object_or_404(Exhibit.objects.visible_to(request.actor), case=case, pk=exhibit_id)
    answer, reason = request.POST.get("answer"), request.POST.get("reason", "").strip()
    if answer not in {"hers", "not_hers"}:
        messages.error(request, "Choose whose record it is.")
    elif not reason:
        messages.error(request, "Write in a few words how you know. It stays with the record.")
    else:
        decide_identity(
            case,
            exhibit,
            is_patient=answer == "hers",
            reason=reason,
            by=request.actor,
            at=timezone.now(),
        )
    where = request.POST.get("next", "")
    inside = where.startswith(f"/cases/{case.pk}/")
    return redirect(where if inside else f"/cases/{case.pk}/")


@case_view(Action.DECIDE_IDENTITY, "POST")
def decision(request: CaseRequest, case: Case, decision_id: UUID) -> HttpResponse:
    """Undo such a decision."""
    rows = IdentityDecision.objects.visible_to(request.actor)
    undo_decision(
        get_object_or_404(rows, case=case, pk=decision_id, undone_at=None),
        by=request.actor,
        at=timezone.now(),
    )
    return redirect(f"/cases/{case.pk}/")
