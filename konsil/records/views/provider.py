"""The provider's link: whom it concerns, the form, the upload, and four answers of equal ease."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import logout
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, address_of, case_view, door, hold_pass
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case, Seat, SeatScope
from konsil.cases.scope import scope
from konsil.core.prose.letter import day
from konsil.parcels.models import Filing, Parcel
from konsil.parcels.views import open_parcel
from konsil.people.actors import Actor
from konsil.people.models import Pass
from konsil.records.asking import answer_request, ask_for_new_link, open_link
from konsil.records.forms import AnswerForm, BirthDateForm
from konsil.records.life import Answer, State
from konsil.records.models import RecordRequest
from konsil.records.views.releases import signed_pdf


@door("GET", "POST", public=True)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET explains and changes nothing (mail scanners come first); POST opens by a birth date."""
    held = Pass.find(token)
    if held is None:
        raise Http404
    with scope([held.tenant_id]):
        seat = Seat.objects.filter(held=held, scope=SeatScope.PUT).first()
        rows = RecordRequest.objects.select_related("case__patient", "case__tenant", "release")
        asked = rows.filter(pk=seat.scope_id).first() if seat else None
        if asked is None:
            raise Http404
        alive = held.open_at(timezone.now()) and asked.case.is_open
        if not alive:
            return _dead(request, asked, held)
        if request.method != "POST":
            return _ask(request, asked, BirthDateForm())
        return _open(request, asked, held)


def _ask(
    request: HttpRequest,
    asked: RecordRequest,
    form: BirthDateForm,
    *,
    status: int = 200,
    left: int | None = None,
) -> HttpResponse:
    context = {
        "asked": asked,
        "form": form,
        "left": left,
        "hospital": asked.case.tenant,
        "number": asked.case.number,
    }
    return render(request, "records/link.html", context, status=status)


def _open(request: HttpRequest, asked: RecordRequest, held: Pass) -> HttpResponse:
    form = BirthDateForm(request.POST)
    if not form.is_valid():
        return _ask(request, asked, form, status=422)
    born = asked.case.patient.birth_date
    held = held.for_a_try()
    if not held.open_at(timezone.now()):
        return _dead(request, asked, held)
    if born is None or form.cleaned_data["birth_date"] != born:
        left = held.miss()
        others = asked.links().exclude(pk=held.pk)
        others.update(misses=F("misses") + 1)  # a guess at one door is a guess at all of them
        if not left:
            return _dead(request, asked, held)
        form.add_error("birth_date", "This is not the birth date of the patient we mean")
        return _ask(request, asked, form, status=422, left=left)
    asked.links().update(misses=0)
    if request.user.is_authenticated:
        logout(request)  # one browser, one part: a link is never opened in somebody else's name
    hold_pass(request, held)
    by = Actor.holding(held, address=address_of(request))
    open_link(asked, by=by, at=timezone.now())
    return redirect("records:sending", asked.case_id, asked.pk)


def _dead(request: HttpRequest, asked: RecordRequest, held: Pass) -> HttpResponse:
    """410: what happened in a sentence, and the way to a new link, unless it was withdrawn."""
    now = timezone.now()
    withdrawn = asked.state == State.REVOKED
    locked = held.misses >= Pass.MISSES_ALLOWED
    wants = request.method == "POST" and "new_link" in request.POST
    open_case = asked.case.is_open and not withdrawn
    if wants and open_case:
        ask_for_new_link(asked, by=Actor.holding(held, address=address_of(request)), at=now)
    context = {
        "asked": asked,
        "hospital": asked.case.tenant,
        "number": asked.case.number,
        "withdrawn": withdrawn,
        "locked": locked,
        "ended": not asked.case.is_open,
        "replaced": asked.held_id != held.pk and asked.link_alive(now),
        "when": held.revoked_at or held.expires_at,
        "wants": wants and open_case,
    }
    return render(request, "records/link_dead.html", context, status=410)


def find(request: CaseRequest, case: Case, request_id: UUID) -> RecordRequest:
    """The one request that this link reaches; 404 for any other."""
    rows = RecordRequest.objects.visible_to(request.actor).select_related(
        "holder", "release", "case__patient", "case__tenant", "held"
    )
    found: RecordRequest = get_object_or_404(rows, case=case, pk=request_id)
    return found


@case_view(Action.FILL_LINK)
def sending(request: CaseRequest, case: Case, request_id: UUID) -> HttpResponse:
    """Whom and what it concerns, the signed form, the upload, and what else can be said."""
    return _sending(request, case, find(request, case, request_id), AnswerForm())


def _sending(
    request: CaseRequest, case: Case, asked: RecordRequest, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    wrong = asked.state == State.WRONG_PROVIDER
    parcel = None
    if not wrong:
        parcel = open_parcel(request, case, door=Parcel.Door.LINK, request_id=asked.pk)
    context = {
        "case": case,
        "asked": asked,
        "wrong": wrong,
        "parcel": parcel,
        "form": form,
        "wanted": wanted(asked),
        "parcels": _own(request, case, asked),
        "answers": Answer,
        "hospital": case.tenant,
    }
    return render(request, "records/sending.html", context, status=status)


def wanted(asked: RecordRequest) -> dict[str, Any]:
    """What the signed form asks for, in its words."""
    form = asked.release.form
    kinds = [str(kind) for kind in form.get("kinds", [])]
    if asked.release.private_notes:
        kinds = ["The private notes of a therapist"]
    return {
        "kinds": kinds,
        "subject": form.get("subject", ""),
        "from": _in_words(form.get("from_date")),
        "to": _in_words(form.get("to_date")),
        "all_dates": form.get("all_dates", False),
    }


def _in_words(said: str | None) -> str:
    return day(date.fromisoformat(said)) if said else ""


def _own(request: CaseRequest, case: Case, asked: RecordRequest) -> Any:
    """What came through this link, counted."""
    here = Q(filings__state__in=[Filing.State.FILED, Filing.State.SET_ASIDE])
    rows = Parcel.objects.visible_to(request.actor).filter(case=case, request_id=asked.pk)
    return (
        rows.filter(by_pass=request.actor.held, sent_at__isnull=False)
        .annotate(
            files=Count("filings", distinct=True),
            kept=Count("filings", filter=here, distinct=True),
            things=Count("filings__exhibit", distinct=True),
        )
        .order_by("sent_at")
    )


@case_view(Action.FILL_LINK, "POST")
def answer(request: CaseRequest, case: Case, request_id: UUID) -> HttpResponse:
    """Later, by mail, none, or the wrong practice: each one press, each stops the reminders."""
    asked = find(request, case, request_id)
    form = AnswerForm(request.POST)
    if form.is_valid() and form.cleaned_data["answer"] == Answer.LATER:
        until = form.cleaned_data["until"]
        if until is None or until <= timezone.localdate():
            form.add_error("until", "Say by which day, from tomorrow on")
    if not form.is_valid():
        return _sending(request, case, asked, form, status=422)
    data = form.cleaned_data
    try:
        answer_request(
            asked,
            Answer(data["answer"]),
            until=data["until"],
            note=data["note"],
            by=request.actor,
            at=timezone.now(),
        )
    except ImpossibleMove as refusal:
        form.add_error(None, str(refusal))
        return _sending(request, case, asked, form, status=422)
    return redirect("records:sending", case.pk, asked.pk)


@case_view(Action.FILL_LINK)
def form_pdf(request: CaseRequest, case: Case, request_id: UUID) -> HttpResponseBase:
    """The signed form that allows it."""
    asked = find(request, case, request_id)
    if not asked.release.in_force(timezone.now()):
        raise Http404
    return signed_pdf(asked.release)


@case_view(Action.FILL_LINK)
def receipt(request: CaseRequest, case: Case, request_id: UUID) -> HttpResponse:
    """What was sent, when, how many: for the sender's own disclosure log (F3.12)."""
    asked = find(request, case, request_id)
    context = {
        "case": case,
        "asked": asked,
        "parcels": _own(request, case, asked),
        "wanted": wanted(asked),
        "hospital": case.tenant,
        "now": timezone.now(),
    }
    return render(request, "records/receipt.html", context)
