"""The doors of doctors without an account: public page, mailed link, the hospital’s check."""

from typing import Any
from uuid import UUID, uuid4

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from konsil.cases.access import Action
from konsil.cases.doorway import (
    CaseRequest,
    DoorRequest,
    case_view,
    door,
    hold_pass,
)
from konsil.cases.models import Case
from konsil.cases.scope import scope
from konsil.people.models import Institution, Membership, Pass
from konsil.people.roles import Role
from konsil.referrals import doctors, treating
from konsil.referrals.doctor_forms import BornForm, PhysicianForm, PublicReferralForm
from konsil.referrals.models import Doctor, Finding, Referral, Treating

CHECKS = (Role.COORDINATOR, Role.NURSE, Role.DIRECTOR)
NAMES = {Role.PATIENT, Role.PROXY, Role.COORDINATOR, Role.NURSE}
DESK = {Role.COORDINATOR, Role.NURSE, Role.DIRECTOR}


@never_cache
@door("GET", "POST", public=True, tenant=Institution.front)
def refer(request: DoorRequest) -> HttpResponse:
    """The public page: one form, then a mail to the doctor (F2.12)."""
    hospital = Institution.front()
    sent = request.POST if request.method == "POST" else None
    form = PublicReferralForm(sent, tenant=hospital, today=timezone.localdate())
    context: dict[str, Any] = {"form": form, "key": request.POST.get("key") or uuid4()}
    page = "referrals/public.html"
    if request.method != "POST" or not form.is_valid():
        return render(request, page, context, status=422 if form.errors else 200)
    if not ratelimit.consume(request, action="public_referral"):
        form.add_error(None, _("Many referrals came from your network. Wait an hour, or call us."))
        return render(request, page, context, status=429)
    try:
        made = doctors.begin(
            form.letter(),
            doctor=form.doctor(),
            tenant=hospital,
            form_key=UUID(str(context["key"])),
            at=timezone.now(),
        )
    except doctors.NotBegun as refusal:
        form.add_error("doctor_email", str(refusal))
        return render(request, page, context, status=429)
    except ValueError as nonsense:
        raise Http404 from nonsense
    return render(request, "referrals/public_sent.html", {"email": made.email})


@never_cache
@door("GET", "POST", public=True)
def link(request: DoorRequest, token: str) -> HttpResponse:
    """A doctor's mailed link: opening it changes nothing (F1.8)."""
    held = Pass.find(token)
    if held is None:
        raise Http404
    with scope([held.tenant_id]):
        case = treating.case_behind(held)
        doctor = Doctor.objects.filter(held=held).first()
        row = Treating.objects.filter(held=held).first()
        if doctor is None and row is None:
            raise Http404
        if not held.open_at(timezone.now()):
            return render(request, "referrals/doctor_ended.html", status=410)
        if case is not None and row is not None:
            return _open(request, case, held, row)
        if doctor is None:
            return render(request, "referrals/doctor_ended.html", status=410)
        if request.method == "POST":
            doctor = doctors.prove(doctor, at=timezone.now())
        return render(request, "referrals/doctor_status.html", _status(doctor))


def _status(doctor: Doctor) -> dict[str, Any]:
    """Where it stands, and nothing of the patient: not even the number of the case (F2.12)."""
    referral = Referral.objects.select_related("case").filter(doctor=doctor).first()
    case = referral.case if referral else None
    waits = bool(case and case.submitted_at is None and case.is_open)
    return {
        "doctor": doctor,
        "state": doctor.state,
        "waits_for_patient": waits,
        "agreed": bool(case and case.submitted_at),
        "over": bool(case and not case.is_open and case.submitted_at is None),
    }


def _open(request: DoorRequest, case: Case, held: Pass, row: Treating) -> HttpResponse:
    """The second thing to know: the birth date, five tries."""
    form = BornForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "row": row}
    if request.method != "POST":
        return render(request, "referrals/doctor_open.html", context)
    if not form.is_valid():
        return render(request, "referrals/doctor_open.html", context, status=422)
    held = held.for_a_try()
    if not held.open_at(timezone.now()):
        return render(request, "referrals/doctor_ended.html", status=410)
    if form.cleaned_data["birth_date"] != case.patient.birth_date:
        context["left"] = held.miss()
        if not context["left"]:
            return render(request, "referrals/doctor_ended.html", status=410)
        form.add_error("birth_date", _("This is not the birth date of the patient we mean"))
        return render(request, "referrals/doctor_open.html", context, status=422)
    Pass.objects.filter(pk=held.pk).update(misses=0)
    if row.opened_at is None:
        Treating.objects.filter(pk=row.pk).update(opened_at=timezone.now())
    if request.user.is_authenticated:
        logout(request)  # one browser, one part: a link is never opened in somebody else's name
    hold_pass(request, held)
    return redirect("web:treating", case.pk)


@never_cache
@door("GET", "POST")
def waiting(request: DoorRequest) -> HttpResponse:
    """The hospital's check: who began a referral alone; call the practice, then say yes or no."""
    desks = Membership.objects.in_force().filter(
        user=request.actor.user, role__in=CHECKS, institution__parent=None
    )
    if request.actor.user is None or not desks.exists():
        raise PermissionDenied(_("The practice checks who refers."))
    rows = Doctor.objects.filter(tenant__in=desks.values("institution"))
    if request.method == "POST":
        messages.success(request, _check(request, rows))
        return redirect("referrals_out:doctors")
    proven = list(rows.filter(state=Doctor.State.PROVEN).order_by("proven_at"))
    for doctor in proven:
        doctor.patient = f"{doctor.letter['given_name']} {doctor.letter['family_name']}"  # type: ignore[attr-defined]
    recent = rows.exclude(decided_at=None).select_related("decided_by").order_by("-decided_at")
    context = {"proven": proven, "recent": recent[:20]}
    return render(request, "referrals/doctors.html", context)


def _check(request: DoorRequest, rows: Any) -> str:
    try:
        doctor = rows.filter(pk=UUID(request.POST.get("who", ""))).first()
    except ValueError as nonsense:
        raise Http404 from nonsense
    if doctor is None:
        raise Http404
    by, at = request.actor, timezone.now()
    if request.POST.get("act") == "accept":
        case = doctors.accept(doctor, by=by, at=at)
        if case is None:
            return _("Somebody else has decided this already.")
        return _("%(number)s is open. The patient gets the link.") % {"number": case.number}
    if request.POST.get("act") == "refuse":
        doctors.refuse(doctor, why=request.POST.get("why", ""), by=by, at=at)
        return _("Not accepted. What was written about the patient is deleted.")
    raise Http404


@never_cache
@case_view(Action.SEE_CASE, "GET", "POST")
def physicians(request: CaseRequest, case: Case) -> HttpResponse:
    """The treating physicians of a case: send a link, end one, read what they found."""
    if request.roles.isdisjoint(NAMES | DESK):
        raise PermissionDenied(_("The patient and the practice name the treating physician."))
    form = PhysicianForm(request.POST if request.POST.get("act") == "name" else None)
    if request.method == "POST":
        if request.roles.isdisjoint(NAMES):
            raise PermissionDenied(_("The patient and the practice name the treating physician."))
        if _name_or_end(request, case, form):
            return redirect("referrals:physicians", case.pk)
    staff = bool(request.roles & DESK)
    context = {
        "case": case,
        "form": form,
        "rows": Treating.objects.visible_to(request.actor).filter(case=case),
        "findings": Finding.objects.visible_to(request.actor)
        .filter(case=case)
        .select_related("treating"),
        "may_name": bool(request.roles & NAMES),
    }
    page = "referrals/physicians_desk.html" if staff else "referrals/physicians.html"
    return render(request, page, context, status=422 if form.errors else 200)


def _name_or_end(request: CaseRequest, case: Case, form: PhysicianForm) -> bool:
    """Do it; False when the form has to be shown again."""
    by, at = request.actor, timezone.now()
    if request.POST.get("act") == "end":
        rows = Treating.objects.visible_to(by).filter(case=case)
        row = next((each for each in rows if str(each.pk) == request.POST.get("who")), None)
        if row is None:
            raise Http404
        treating.end_link(row, by=by, at=at)
        messages.success(request, _("The link opens nothing any more."))
        return True
    if not form.is_valid():
        return not form.is_bound  # another act than the page knows changes nothing
    try:
        treating.name_physician(case, **form.cleaned_data, by=by, at=at)
    except treating.NotNamed as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The link is on its way to %(name)s.") % form.cleaned_data)
    return True
