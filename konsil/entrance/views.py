"""The pages for what is lost, and of emergency access."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, DoorRequest, case_view, door
from konsil.cases.models import Case
from konsil.entrance import glass, lost
from konsil.entrance.forms import AddressForm, EmergencyForm, ResetForm
from konsil.entrance.fresh import freshly_proved
from konsil.entrance.models import EmergencyAccess, FactorReset
from konsil.people.roles import Role

SHOWN = 100


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, even if it is empty; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def _only(request: DoorRequest, *roles: Role) -> None:
    held = request.actor.user.roles if request.actor.user else set()
    if held.isdisjoint(roles):
        raise PermissionDenied("This page belongs to another desk.")


@door("GET", "POST")
def reset_factor(request: DoorRequest) -> HttpResponse:
    """The administrator lets a colleague set up a new second factor."""
    _only(request, Role.ADMIN)
    return _reset_factor(request)


@freshly_proved
def _reset_factor(request: DoorRequest) -> HttpResponse:
    form = ResetForm(_sent(request))
    if form.is_bound and form.is_valid():
        try:
            made = lost.reset_factors(
                form.cleaned_data["email"],
                checked=FactorReset.Checked(form.cleaned_data["checked"]),
                words=form.cleaned_data["words"],
                by=request.actor,
                at=timezone.now(),
            )
        except lost.NotDone as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(
                request, f"{made.user} sets up a new second proof at the next sign-in."
            )
            return redirect("entrance_out:account")
    status = 422 if form.errors else 200
    return render(request, "entrance/reset_factor.html", {"form": form}, status=status)


@case_view(Action.CHANGE_CONTACT, "GET", "POST")
def address(request: CaseRequest, case: Case) -> HttpResponse:
    """The desk gives a patient who lost her mailbox another one."""
    form = AddressForm(_sent(request))
    if form.is_bound and form.is_valid():
        try:
            lost.change_address(
                case,
                email=form.cleaned_data["email"],
                born=form.cleaned_data["born"],
                why=lost.Why(form.cleaned_data["why"]),
                by=request.actor,
                at=timezone.now(),
            )
        except lost.NotDone as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The address is changed. Both addresses were told.")
            return redirect("web:case", case.pk)
    context = {"case": case, "form": form}
    return render(request, "entrance/address.html", context, status=422 if form.errors else 200)


@door("GET", "POST")
def emergency(request: DoorRequest) -> HttpResponse:
    """Privacy officers open a case; they and the directors read who did, when and why."""
    _only(request, *glass.OVERSEE)
    may_open = bool(glass.hospitals_of(request.actor.user, Role.PRIVACY))
    if request.method == "POST" and not may_open:
        raise PermissionDenied("Only a privacy officer opens a case this way.")
    return _emergency(request) if may_open else _list(request, None)


@freshly_proved
def _emergency(request: DoorRequest) -> HttpResponse:
    form = EmergencyForm(_sent(request))
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            access = glass.break_glass(
                given["number"],
                reason=EmergencyAccess.Reason(given["reason"]),
                words=given["words"],
                term=timedelta(minutes=given["minutes"]),
                by=request.actor,
                at=timezone.now(),
            )
        except glass.NotOpened as refusal:
            form.add_error("number", str(refusal))
        else:
            end = timezone.localtime(access.until)
            words = (
                f"Emergency access until {end:%H:%M}. Whatever you open is on the patient’s list."
            )
            messages.warning(request, words)
            return redirect("web:case", access.case_id)
    return _list(request, form)


def _list(request: DoorRequest, form: EmergencyForm | None) -> HttpResponse:
    context = {
        "form": form,
        "accesses": glass.accesses(request.actor.user)[:SHOWN],
        "now": timezone.now(),
    }
    status = 422 if form and form.errors else 200
    return render(request, "entrance/emergency.html", context, status=status)


@door("POST")
def give_back(request: DoorRequest) -> HttpResponse:
    """The officer ends her own access before its term."""
    key = request.POST.get("access", "")
    rows = EmergencyAccess.objects.filter(user=request.actor.user_id, until__gt=timezone.now())
    found = [row for row in rows if str(row.pk) == key]
    for access in found:
        glass.give_back(access, at=timezone.now())
    return redirect("entrance_out:emergency" if found else "/start/")
