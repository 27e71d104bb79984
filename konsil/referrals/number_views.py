"""The pages on which a reference number ties patient and doctor, in either order (F2.8)."""

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, DoorRequest, case_view, door
from konsil.cases.life import ENDED, Stage
from konsil.cases.models import Case
from konsil.core.fields import ThreeBoxDateField
from konsil.people.models import Institution
from konsil.people.roles import Role
from konsil.referrals.actions import NotSent
from konsil.referrals.desks import clinics_of
from konsil.referrals.models import ReferenceNumber, Referral
from konsil.referrals.numbering import number_of, take_back
from konsil.referrals.relation import clinic_of, end_part, let_read, policy_lets_read
from konsil.referrals.tying import NotTied, NotTiedHere, tie_clinic, tie_patient


class NumberForm(forms.Form):
    """The number as it was told, and whose it is."""

    number = forms.CharField(
        label=gettext_lazy("Reference number"),
        help_text=gettext_lazy("Ten letters and figures, like 7K3QM-9XW2D. Case does not matter."),
        max_length=40,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Write the number that you were given")},
    )
    birth_date = ThreeBoxDateField(
        label=gettext_lazy("Date of birth of the patient"),
        error_messages={"required": gettext_lazy("Give day, month and year of birth")},
    )


class PatientNumberForm(NumberForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the patient"),
        help_text=gettext_lazy("The link to go on goes there, unless the doctor gave us another."),
        error_messages={"required": gettext_lazy("Write an address at which you read mail")},
    )


class ClinicNumberForm(NumberForm):
    physician = forms.CharField(
        label=gettext_lazy("Physician who takes part"),
        max_length=120,
        error_messages={"required": gettext_lazy("Name the physician who takes part")},
    )
    own_reference = forms.CharField(
        label=gettext_lazy("Your own reference"), max_length=60, required=False
    )


def often(request: DoorRequest, form: forms.Form) -> bool:
    """Whether too many numbers were tried from here; said on the form then."""
    if ratelimit.consume(request, action="reference_number"):
        return False
    form.add_error(None, _("Many numbers were tried from your network. Wait an hour, or call us."))
    return True


@never_cache
@door("GET", "POST", public=True, tenant=Institution.front)
def referred(request: DoorRequest) -> HttpResponse:
    """The doctor registered first: the patient types the number, and gets her link by mail."""
    form = PatientNumberForm(request.POST if request.method == "POST" else None)
    page = "referrals/referred.html"
    if request.method != "POST" or not form.is_valid():
        return render(request, page, {"form": form}, status=422 if form.errors else 200)
    if often(request, form):
        return render(request, page, {"form": form}, status=429)
    given = form.cleaned_data
    try:
        sent = tie_patient(
            given["number"],
            given["birth_date"],
            given["email"],
            by=request.actor,
            at=timezone.now(),
        )
        if sent is None:
            raise NotTied
    except (NotTied, NotSent) as refusal:
        form.add_error(None, str(refusal))
        return render(request, page, {"form": form}, status=422)
    context = {"email": given["email"], "other": sent.casefold() != given["email"].casefold()}
    return render(request, "referrals/referred_sent.html", context)


@never_cache
@door("GET", "POST")
def by_number(request: DoorRequest) -> HttpResponse:
    """The patient asked first: her clinic types the number that she gave, and takes part."""
    clinics = clinics_of(request.actor, Role.REFERRER)
    user = request.actor.user
    sent = request.POST if request.method == "POST" else None
    form = ClinicNumberForm(sent, initial={"physician": str(user)})
    context: dict[str, Any] = {"form": form, "clinics": clinics}
    page = "referrals/by_number.html"
    if request.method != "POST" or not form.is_valid():
        return render(request, page, context, status=422 if form.errors else 200)
    if often(request, form):
        return render(request, page, context, status=429)
    asked = request.POST.get("institution", str(clinics[0].pk))
    clinic = next((each for each in clinics if str(each.pk) == asked), None)
    if clinic is None:
        raise Http404
    given = form.cleaned_data
    try:
        tied = tie_clinic(
            given["number"],
            given["birth_date"],
            institution=clinic,
            physician=given["physician"],
            own_reference=given["own_reference"],
            by=request.actor,
            at=timezone.now(),
        )
        if tied is None:
            raise NotTied
    except (NotTied, NotTiedHere) as refusal:
        form.add_error(None, str(refusal))
        return render(request, page, context, status=422)
    messages.success(request, _("You take part in this request now."))
    return redirect("web:case", tied)


@never_cache
@case_view(Action.WITHDRAW, "GET", "POST")
def clinic(request: CaseRequest, case: Case) -> HttpResponse:
    """The patient's page: which clinic takes part, what it reads, a number for her doctor."""
    if request.roles.isdisjoint({Role.PATIENT, Role.PROXY}):
        raise PermissionDenied(_("The patient decides which clinic takes part."))
    if request.method == "POST":
        messages.success(request, _decide(request, case))
        return redirect("referrals:clinic", case.pk)
    there = clinic_of(case)
    now = timezone.now()
    rows = ReferenceNumber.objects.filter(case=case, for_whom=ReferenceNumber.For.CLINIC)
    numbers = [row for row in rows if row.used_at is None and row.open_at(now)]
    context = {
        "case": case,
        "clinic": there,
        "referral": Referral.objects.visible_to(request.actor).filter(case=case).first(),
        "policy": there is None or policy_lets_read(there),
        "number": numbers[0] if numbers else None,
        "open": Stage(case.stage) not in ENDED,
    }
    return render(request, "referrals/clinic.html", context)


def _decide(request: CaseRequest, case: Case) -> str:
    """Do what she chose; what to tell then."""
    act, by, at = request.POST.get("act"), request.actor, timezone.now()
    if act == "end":
        end_part(case, by=by, at=at)
        return _("The clinic sees this case no longer. What it did stays in your history.")
    if act in {"read", "withhold"}:
        let_read(case, reads=act == "read", by=by, at=at)
        return _("Saved.")
    if act == "number" and clinic_of(case) is None and Stage(case.stage) not in ENDED:
        number_of(case, ReferenceNumber.For.CLINIC, by=by, at=at)
        return _("Give this number to your doctor.")
    if act == "take_back":
        take_back(case, at=at)
        return _("The number ties nothing any more.")
    raise Http404
