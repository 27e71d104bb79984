"""The clinic's pages: its patients, referring one, its people; and the referral of one case."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, DoorRequest, case_view, door
from konsil.cases.models import Case
from konsil.people.models import Institution, User
from konsil.people.roles import Role
from konsil.referrals import worklist as telling
from konsil.referrals.actions import Entry, NotSent, invite, made_by, open_here, refer
from konsil.referrals.desks import OUTSIDE, clinics_of
from konsil.referrals.forms import ReferralForm
from konsil.referrals.models import Referral

A_PAGE = 40
MAY_INVITE = {Role.REFERRER, Role.COORDINATOR, Role.NURSE}


@door()
def worklist(request: DoorRequest) -> HttpResponse:
    """The clinic's own patients, most urgent first; each filter says how many rows it has."""
    clinics = clinics_of(request.actor, *OUTSIDE)
    roles = _roles(request)
    rows = telling.own_patients(request.actor)
    named = {key: where for key, _label, where in telling.FILTERS}
    chosen = request.GET.get("show", "")
    if chosen not in named:
        chosen = ""
    counts = rows.aggregate(**{f"n{key}": Count("pk", filter=q) for key, q in named.items()})
    picks = [
        {"key": key, "label": label, "count": counts[f"n{key}"], "on": key == chosen}
        for key, label, _where in telling.FILTERS
    ]
    words = request.GET.get("q", "").strip()[:60]
    found = _named(rows, words) if words else rows.filter(named[chosen])
    order = (F("due_at").asc(nulls_last=True), "number")
    pages = Paginator(found.front().order_by(*order), A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "clinics": clinics,
        "lines": telling.lines(request.actor, list(page), roles, timezone.now()),
        "pages": page,
        "picks": picks,
        "chosen": chosen,
        "words": words,
        "may_refer": Role.REFERRER in roles,
        "may_see_people": Role.CHILD_ADMIN in roles,
    }
    return render(request, "referrals/worklist.html", context)


def _roles(request: DoorRequest) -> set[Role]:
    """The parts in which the user looks at this list."""
    return request.actor.user.roles & OUTSIDE if request.actor.user else set()


def _named(rows: Any, words: str) -> Any:
    """By name, by our number, or by the clinic's own reference."""
    for word in words.split():
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(patient__family_name__icontains=word)
            | Q(patient__given_name__icontains=word)
            | Q(referral__own_reference__icontains=word)
        )
    return rows


@never_cache
@door("GET", "POST")
def new(request: DoorRequest) -> HttpResponse:
    """Refer a patient on one page (F2.8)."""
    clinics = clinics_of(request.actor, Role.REFERRER)
    key = _key(request.POST.get("key", ""))
    if request.method == "POST" and (before := made_by(key)):
        return redirect("web:case", before.pk)
    assert isinstance(request.actor.user, User)
    form = ReferralForm(
        request.POST or None,
        user=request.actor.user,
        institutions=clinics,
        today=timezone.localdate(),
    )
    context: dict[str, Any] = {"form": form, "key": key, "clinics": clinics}
    if request.method != "POST" or not form.is_valid():
        return render(request, "referrals/new.html", context, status=422 if form.errors else 200)
    clinic = form.cleaned_data.get("institution") or clinics[0]
    same = open_here(form.cleaned_data, clinic)
    if same and not request.POST.get("another"):
        return render(request, "referrals/new.html", {**context, "same": same}, status=409)
    return _refer(request, form, clinic, key, context)


def _key(text: str) -> UUID:
    """The key that the form carried, or a new one."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _refer(
    request: DoorRequest,
    form: ReferralForm,
    clinic: Institution,
    key: UUID,
    context: dict[str, Any],
) -> HttpResponse:
    try:
        case = refer(
            form.letter(),
            institution=clinic,
            tenant=clinic.tenant,
            by=request.actor,
            at=timezone.now(),
            entry=Entry(form_key=key),
        )
    except NotSent as refusal:
        form.add_error("email", str(refusal))
        return render(request, "referrals/new.html", context, status=422)
    given = case.patient.given_name
    next_ = f"We sent {given} a link to confirm." if case.patient.email else f"We call {given}."
    messages.success(request, f"{case.number} is the number of this referral. {next_}")
    return redirect("web:case", case.pk)


@case_view(Action.SEE_CASE, logged=False)
def referral(request: CaseRequest, case: Case) -> HttpResponse:
    """Who referred, how to reach them, their own reference: a part of the case page, or a page."""
    if case.referred_by is None:
        raise Http404
    found = Referral.objects.visible_to(request.actor).filter(case=case).first()
    context = {
        "case": case,
        "clinic": case.referred_by,
        "referral": found,
        "may_invite": _may_invite(request, case),
    }
    htmx = getattr(request, "htmx", False)
    page = "referrals/_referral.html" if htmx else "referrals/referral.html"
    return render(request, page, context)


def _may_invite(request: CaseRequest, case: Case) -> bool:
    return bool(request.roles & MAY_INVITE) and case.stage == "draft"


@case_view(Action.SEE_CASE, "POST")
def link(request: CaseRequest, case: Case) -> HttpResponse:
    """Send the patient a new link to confirm."""
    if request.roles.isdisjoint(MAY_INVITE):
        raise PermissionDenied("The clinic or the practice sends this link.")
    if case.referred_by is None:
        raise Http404
    try:
        invite(case, by=request.actor, at=timezone.now())
        messages.success(request, "A new link is on its way. The earlier one works as well.")
    except NotSent as refusal:
        messages.error(request, str(refusal))
    return redirect("web:case", case.pk)
