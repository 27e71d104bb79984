"""Invoices, reviewers' pay and the money of each month, as pages and as sheets (F10.7, F10.9)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.billing import invoicing, reckoning
from konsil.billing.card_numbers import is_card_number
from konsil.billing.desks import DESK, as_csv, as_pdf, hospital_of
from konsil.billing.models import Invoice, ReviewerRate
from konsil.billing.settings_forms import PeriodForm, RateForm
from konsil.billing.settings_views import today_at
from konsil.cases.doorway import DoorRequest, door
from konsil.cases.life import ImpossibleMove
from konsil.people.models import Institution, Membership
from konsil.people.roles import Role

SHOWN = 200


@door("GET", "POST")
def invoices(request: DoorRequest) -> HttpResponse:
    """All invoices for the desk, which notes that one is paid; a clinic reads its own."""
    clinics = _own_clinics(request)
    if request.method != "POST" and clinics:
        rows = Invoice.objects.filter(institution__in=clinics).select_related("institution")
        return render(request, "billing/invoices.html", {"rows": rows[:SHOWN], "clinic": True})
    hospital = hospital_of(request, DESK)
    if request.method == "POST":
        return _act_on_invoices(request, hospital)
    rows = Invoice.objects.filter(tenant=hospital).select_related("institution")
    last = _last_month(today_at(hospital))
    return render(request, "billing/invoices.html", {"rows": rows[:SHOWN], "month": last})


def _own_clinics(request: DoorRequest) -> list[UUID]:
    """The clinics that the actor administers."""
    desks = Membership.objects.in_force().filter(
        user=request.actor.user, role=Role.CHILD_ADMIN, institution__parent__isnull=False
    )
    return list(desks.values_list("institution", flat=True)) if request.actor.user else []


def _last_month(today: date) -> date:
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def _act_on_invoices(request: DoorRequest, hospital: Institution) -> HttpResponse:
    now = timezone.now()
    if request.POST.get("act") == "make":
        month = _last_month(today_at(hospital))
        made = invoicing.invoice_month(hospital, month, at=now)
        words = f"{len(made)} made for {month:%B %Y}." if made else "Nothing is left to invoice."
        messages.success(request, words)
        return redirect("billing_out:invoices")
    number = request.POST.get("invoice", "")
    row = Invoice.objects.filter(
        tenant=hospital, number=int(number) if number.isdecimal() and len(number) < 9 else -1
    ).first()
    if row is None:
        messages.error(request, "There is no such invoice. Reload the page.")
        return redirect("billing_out:invoices")
    reference = request.POST.get("reference", "").strip()
    try:
        if not reference or is_card_number(reference):
            raise ImpossibleMove("Type the number of the cheque or of the transfer.")
        invoicing.note_invoice_paid(
            row, reference=reference, by=request.actor, at=now, on=today_at(hospital)
        )
        messages.success(request, f"Invoice {row} is paid.")
    except ImpossibleMove as refusal:
        messages.error(request, str(refusal))
    return redirect("billing_out:invoices")


@door()
def invoice_pdf(request: DoorRequest, invoice_id: UUID) -> HttpResponse:
    """One invoice; a clinic's administrator gets her clinic's, anybody else's is not there."""
    row = Invoice.objects.filter(pk=invoice_id).first()
    if row is None:
        raise Http404
    if row.institution_id not in _own_clinics(request):
        try:
            hospital = hospital_of(request, DESK)
        except PermissionDenied as refusal:
            raise Http404 from refusal
        if row.tenant_id != hospital.pk:
            raise Http404
    return as_pdf(invoicing.pdf(row), f"invoice-{row}.pdf")


@door("GET", "POST")
def pay(request: DoorRequest) -> HttpResponse:
    """What each reviewer is owed for signed opinions of a period; as a sheet with `as=csv`."""
    hospital = hospital_of(request, DESK)
    if request.method == "POST":
        return _new_rate(request, hospital)
    return _pay_page(request, hospital, RateForm(None, hospital=hospital))


def _new_rate(request: DoorRequest, hospital: Institution) -> HttpResponse:
    form = RateForm(request.POST, hospital=hospital)
    if not form.is_valid():
        return _pay_page(request, hospital, form, status=422)
    ReviewerRate.objects.create(
        tenant=hospital,
        user=form.cleaned_data["reviewer"],
        minor=form.cleaned_data["amount"],
        starts=form.cleaned_data["starts"],
        made_by=request.actor.user,
        made_at=timezone.now(),
    )
    messages.success(request, "The rate is saved.")
    return redirect("billing_out:pay")


def _pay_page(
    request: DoorRequest, hospital: Institution, rate: RateForm, *, status: int = 200
) -> HttpResponse:
    first = _last_month(today_at(hospital))
    usual = {"first": first, "last": today_at(hospital).replace(day=1) - timedelta(days=1)}
    period = PeriodForm(request.GET if "first" in request.GET else None, initial=usual)
    chosen: dict[str, Any] = usual
    if period.is_bound:
        chosen = period.cleaned_data if period.is_valid() else {}
        status = status if period.is_valid() else 422
    rows = reckoning.pay_list(hospital, chosen["first"], chosen["last"]) if chosen else []
    if chosen and request.GET.get("as") == "csv":
        head = ["Reviewer", "NPI", "Case", "Signed on", "Fee", "Currency"]
        cells = [[r.reviewer, r.npi, r.case, r.on, r.fee, r.fee.currency] for r in rows]
        return as_csv(reckoning.sheet(head, cells), f"pay-{chosen['first']}-{chosen['last']}.csv")
    context = {
        "period": period,
        "chosen": chosen,
        "rows": rows,
        "totals": reckoning.totals(rows),
        "rate": rate,
        "rates": ReviewerRate.objects.filter(tenant=hospital).select_related("user", "made_by"),
    }
    return render(request, "billing/pay.html", context, status=status)


@door()
def figures(request: DoorRequest) -> HttpResponse:
    """The money of each month, from the books; as a sheet with `as=csv`."""
    hospital = hospital_of(request, DESK)
    rows = reckoning.months(hospital)
    names = [name for name, _rule in reckoning.PARTS]
    if request.GET.get("as") == "csv":
        cells = [[f"{r['month']:%Y-%m}", r["currency"], *r["amounts"]] for r in rows]
        return as_csv(reckoning.sheet(["Month", "Currency", *names], cells), "money.csv")
    return render(request, "billing/figures.html", {"rows": rows, "names": names})
