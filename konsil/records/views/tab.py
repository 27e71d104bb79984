"""The records tab: what is here, what is missing, whose it is, and who was asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from konsil.cases.access import Action, may
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Case, Exhibit, Question, RecordHolder
from konsil.parcels.models import Filing, IdentityDecision, Parcel
from konsil.people.actors import Actor
from konsil.people.roles import Role
from konsil.records import asking
from konsil.records.checklist import Line, checklist, mark_line
from konsil.records.conflicts import Conflict, conflicts, shown_name
from konsil.records.forms import HolderForm, MarkForm
from konsil.records.life import State
from konsil.records.models import Document, RecordRequest, Release
from konsil.records.on_paper import accept_paper
from konsil.records.paper.validity import NotSignable

SCANS = {Exhibit.Sort.PAPER, Exhibit.Sort.PICTURE}
OUTSIDE = {Role.PATIENT, Role.PROXY, Role.REFERRER}
LOOKING = {Stage.DRAFT, Stage.SCREENING, Stage.NEEDS_INFO, Stage.GATHERING, Stage.MORE_INFO}
"""While records are looked for: after that nothing is called missing to a patient."""


@case_view(Action.READ_RECORD)
def tab(request: CaseRequest, case: Case) -> HttpResponse:
    """Each part reads it in its own hand: the patient and the referrer calmly, staff densely."""
    return _show(request, case)


def _show(
    request: CaseRequest, case: Case, *, holder: HolderForm | None = None, status: int = 200
) -> HttpResponse:
    context = _common(request, case)
    if request.roles & OUTSIDE:
        context |= _hers(request, case)
        return render(request, "records/tab_calm.html", context, status=status)
    desk = may(Action.SEND_LINK, request.roles)
    decides = may(Action.DECIDE_IDENTITY, request.roles)
    context |= {
        "desk": desk,
        "decides": decides,
        "conflicts": _doubts(case) if decides else [],
        "decisions": _decisions(request, case) if decides else [],
        "parcels": _parcels(request, case),
        "questions": Question.objects.visible_to(request.actor).filter(case=case),
        "holder_form": holder or HolderForm(),
        "here": request.path,
    }
    return render(request, "records/tab.html", context, status=status)


def _common(request: CaseRequest, case: Case) -> dict[str, Any]:
    rows = Exhibit.objects.visible_to(request.actor).filter(case=case)
    exhibits = list(rows.exclude(state=Exhibit.State.REMOVED).by_date_of_care())
    shown = [each for each in exhibits if each.state == Exhibit.State.SHOWN]
    lines = checklist(case, shown)
    requests = list(
        RecordRequest.objects.visible_to(request.actor)
        .filter(case=case)
        .select_related("holder", "release", "held", "case")
    )
    now = timezone.now()
    return {
        "case": case,
        "exhibits": [(each, address_of(case, each), thumb_of(case, each)) for each in shown],
        "lines": lines,
        "scans": [each for each in shown if each.sort in SCANS],
        "missing": [line for line in lines if not line.settled],
        "missing_words": missing_words(lines),
        "looking": case.stage in LOOKING,
        "settled": sum(line.settled for line in lines),
        "requests": [(each, each.link_alive(now)) for each in requests],
        "now": now,
    }


def missing_words(lines: list[Line]) -> str:
    """What is open, for the box beside the button that declares the file complete."""
    count = sum(not line.settled for line in lines)
    if count == 1:
        return "1 record is missing: you may leave it out"
    return f"{count} records are missing: you may leave them out"


def _hers(request: CaseRequest, case: Case) -> dict[str, Any]:
    patient = bool(request.roles & {Role.PATIENT, Role.PROXY})
    releases = Release.objects.visible_to(request.actor).filter(case=case)
    return {
        "patient": patient,
        "releases": releases.select_related("holder") if patient else [],
        "may_add": may(Action.ADD_RECORD, request.roles) and case.is_open,
    }


def address_of(case: Case, exhibit: Exhibit) -> str:
    """Where the record opens; "" while the room that shows it has no page."""
    if exhibit.sort != Exhibit.Sort.STUDY:
        return reverse("records:document", args=[case.pk, exhibit.pk])
    try:
        return reverse("imaging:viewer", args=[case.pk, exhibit.object_id])
    except NoReverseMatch:
        return ""


def thumb_of(case: Case, exhibit: Exhibit) -> str:
    """Its small picture, where there is one."""
    if exhibit.sort == Exhibit.Sort.STUDY:
        return reverse("imaging:thumb", args=[case.pk, exhibit.object_id])
    if exhibit.sort == Exhibit.Sort.PICTURE:
        return reverse("records:thumb", args=[case.pk, exhibit.pk])
    return ""


def _doubts(case: Case) -> list[Conflict]:
    """What is undecided, with the way to look at it, which is logged."""
    found = conflicts(case)
    for each in found:
        each.look = address_of(case, each.exhibit)
    return found


def _decisions(request: CaseRequest, case: Case) -> list[IdentityDecision]:
    """What was decided and may be undone, each with the name it was about."""
    rows = IdentityDecision.objects.visible_to(request.actor)
    found = list(rows.filter(case=case, undone_at=None).select_related("by"))
    for each in found:
        each.shown_name = shown_name(str(each.source.get("name") or "No name"))
    return found


def _parcels(request: CaseRequest, case: Case) -> Any:
    """Every delivery with its counts, and what was left out of it and why."""
    kept = Q(filings__state__in=[Filing.State.FILED, Filing.State.SET_ASIDE])
    rows = (
        Parcel.objects.visible_to(request.actor)
        .filter(case=case)
        .annotate(files=Count("filings"), kept=Count("filings", filter=kept))
        .filter(files__gt=0)
        .order_by("-created_at")
    )
    left = Filing.objects.filter(case=case).exclude(
        state__in=[Filing.State.FILED, Filing.State.SET_ASIDE]
    )
    by_parcel: dict[Any, list[Filing]] = {}
    for filing in left.order_by("state", "path")[:500]:
        by_parcel.setdefault(filing.parcel_id, []).append(filing)
    return [(parcel, by_parcel.get(parcel.pk, [])) for parcel in rows]


@case_view(Action.RUN_CASE, "POST")
def mark(request: CaseRequest, case: Case, line: str) -> HttpResponse:
    """The desk says that a record is not needed or does not exist, and why."""
    form = MarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("records:tab", case.pk)
    try:
        mark_line(
            case,
            line,
            form.cleaned_data["mark"],
            reason=form.cleaned_data["reason"],
            by=request.actor,
            at=timezone.now(),
        )
    except ImpossibleMove as refusal:
        messages.error(request, str(refusal))
    return redirect("records:tab", case.pk)


@case_view(Action.SEND_LINK, "POST")
def add_holder(request: CaseRequest, case: Case) -> HttpResponse:
    """The desk learns of somebody else who holds records: a form goes to the patient first."""
    form = HolderForm(request.POST)
    if not form.is_valid():
        return _show(request, case, holder=form, status=422)
    holder: RecordHolder = RecordHolder.objects.create(case=case, **form.cleaned_data)
    asking.ask_holder(case, holder, by=request.actor, at=timezone.now())
    messages.success(request, f"{case.patient} is asked to sign a form for {holder}.")
    return redirect("records:tab", case.pk)


@case_view(Action.SEND_LINK, "POST")
def act(request: CaseRequest, case: Case, request_id: UUID) -> HttpResponse:
    """One click: send (again), extend, end the link; or say how the request ends."""
    rows = RecordRequest.objects.visible_to(request.actor).select_related("holder", "case")
    asked = get_object_or_404(rows, case=case, pk=request_id)
    what, note = request.POST.get("act", ""), request.POST.get("note", "")
    try:
        words = _act(request, asked, what, note)
    except ImpossibleMove as refusal:
        messages.error(request, str(refusal))
    except OSError:
        messages.error(request, "The e-mail could not be handed over. Try again in a minute.")
    else:
        messages.success(request, words)
    return redirect("records:tab", case.pk)


def _act(request: CaseRequest, asked: RecordRequest, what: str, note: str) -> str:
    by, now = request.actor, timezone.now()
    if what == "send":
        _mend_address(asked, request.POST.get("email", ""))
        return _send(asked, by=by, at=now)
    if what == "extend":
        asking.extend_link(asked, by=by, at=now)
        return "The link works for 30 more days."
    if what == "end":
        asking.revoke_link(asked, by=by, at=now)
        return "The link no longer works. You can send a new one."
    if what == "paper":
        document = Document.objects.visible_to(by).filter(
            case=asked.case, exhibit=_uuid(request.POST.get("exhibit", ""))
        )
        if (scan := document.select_related("holding").first()) is None:
            raise ImpossibleMove("Choose the photograph or scan of the signed form.")
        try:
            accept_paper(asked.release, scan, by=by, at=now)
        except NotSignable as refusal:
            raise ImpossibleMove(str(refusal)) from None
        return "The form is signed. It goes out by itself once the case is accepted."
    if what in {"checked", "waived", "refused", "bounced"}:
        asking.settle(asked, what, note=note, by=by, at=now)
        return "Noted."
    raise PermissionDenied("There is no such step.")


def _send(asked: RecordRequest, *, by: Actor, at: datetime) -> str:
    sent = asking.send_request(asked, by=by, at=at, again=True)
    if sent.state == State.BOUNCED:
        raise ImpossibleMove(f"Nobody takes mail at {asked.holder.email}. Ask for another address.")
    return f"A new link is on its way to {asked.holder.email}. It works for 30 days."


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def _mend_address(asked: RecordRequest, email: str) -> None:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    if not email.strip() or email.strip() == asked.holder.email:
        return
    try:
        validate_email(email.strip())
    except ValidationError as wrong:
        raise ImpossibleMove(str(wrong.messages[0])) from None
    asked.holder.email = email.strip()
    asked.holder.save(update_fields=["email"])
