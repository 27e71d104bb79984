"""The billing desk's own settings: the price list, the rules of money, discount codes (F10.1)."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.billing import pricing
from konsil.billing.desks import SETTERS, hospital_of
from konsil.billing.models import Discount, Item, MoneyRules, Price
from konsil.billing.settings_forms import DiscountForm, PriceForm, RulesForm
from konsil.cases.doorway import DoorRequest, door
from konsil.cases.models import ServiceLine
from konsil.people.models import Institution

HISTORY = 40


NO_ROW = UUID(int=0)


def _as_id(words: str) -> UUID:
    """The id in an address or a form; one that no row has for whatever is no id."""
    try:
        return UUID(words)
    except ValueError:
        return NO_ROW


def today_at(hospital: Institution) -> date:
    return timezone.localdate(timezone=ZoneInfo(hospital.time_zone))


@door("GET", "POST")
def prices(request: DoorRequest) -> HttpResponse:
    """The price list as it holds and as it was; a new price, or one that is taken out."""
    hospital = hospital_of(request, SETTERS)
    form = PriceForm(request.POST if request.method == "POST" else None, hospital=hospital)
    if request.method != "POST":
        return _price_page(request, hospital, form)
    if request.POST.get("act") == "drop":
        return _drop(request, hospital)
    if not form.is_valid():
        return _price_page(request, hospital, form, status=422)
    try:
        pricing.save(form.price(), by=request.actor.user, at=timezone.now())
    except pricing.NotAPriceList as error:
        form.add_error("starts", str(error))
        return _price_page(request, hospital, form, status=422)
    pricing.publish(hospital, on=today_at(hospital))
    messages.success(request, "The price is saved. Cases that were sent before keep theirs.")
    return redirect("billing_out:prices")


def _drop(request: DoorRequest, hospital: Institution) -> HttpResponse:
    wanted = Price.objects.filter(tenant=hospital, retired_at=None)
    row = wanted.filter(pk=_as_id(request.POST.get("price", ""))).first()
    try:
        if row is not None:
            pricing.drop(row, by=request.actor.user, at=timezone.now())
            pricing.publish(hospital, on=today_at(hospital))
            messages.success(request, "The price is taken out of the list.")
    except pricing.NotAPriceList as error:
        messages.error(request, str(error))
    return redirect("billing_out:prices")


def _price_page(
    request: DoorRequest, hospital: Institution, form: PriceForm, *, status: int = 200
) -> HttpResponse:
    today, listed = today_at(hospital), pricing.rows(hospital)
    items = [
        {"label": item.label, "rows": [_shown(row, today) for row in listed if row.item == item]}
        for item in Item
        if item != Item.DISCOUNT
    ]
    past = Price.objects.filter(tenant=hospital).exclude(retired_at=None)
    context = {
        "form": form,
        "items": items,
        "lines": [
            {"line": line, "price": pricing.find(line, today, "", None)}
            for line in ServiceLine.objects.filter(tenant=hospital, active=True)
        ],
        "past": past.select_related(
            "service_line", "institution", "retired_by", "made_by"
        ).order_by("-retired_at")[:HISTORY],
    }
    return render(request, "billing/prices.html", context, status=status)


def _shown(row: Price, today: date) -> dict[str, Any]:
    later = row.starts > today
    over = row.ends is not None and row.ends < today
    return {"row": row, "state": "begins later" if later else ("over" if over else "holds")}


@door("GET", "POST")
def rules(request: DoorRequest) -> HttpResponse:
    """When the price is taken, what goes back, what papers say; each change is a new version."""
    hospital = hospital_of(request, SETTERS)
    now = MoneyRules.of(hospital)
    typed = request.POST if request.method == "POST" else None
    start = {"reviewer": f"{now.reviewer_minor / 100:.2f}"} if now.reviewer_minor else {}
    form = RulesForm(typed, instance=now, initial=start)
    if typed is not None and form.is_valid():
        made = form.save(commit=False)
        made.pk, made._state.adding = MoneyRules().pk, True
        made.reviewer_minor = form.cleaned_data["reviewer"] or 0
        made.made_by, made.made_at = request.actor.user, timezone.now()
        made.save()
        messages.success(request, "Saved. It holds for requests that are sent from now on.")
        return redirect("billing_out:rules")
    versions = MoneyRules.objects.filter(tenant=hospital).select_related("made_by")[:HISTORY]
    context = {"form": form, "versions": versions}
    return render(request, "billing/rules.html", context, status=200 if typed is None else 422)


@door("GET", "POST")
def codes(request: DoorRequest) -> HttpResponse:
    """Discount codes: those there are, how often each was used, and a new one."""
    hospital = hospital_of(request, SETTERS)
    typed = request.POST if request.method == "POST" else None
    if typed is not None and typed.get("act") == "stop":
        wanted = Discount.objects.filter(tenant=hospital, pk=_as_id(typed.get("code", "")))
        wanted.filter(stopped_at=None).update(stopped_at=timezone.now())
        return redirect("billing_out:codes")
    form = DiscountForm(typed, hospital=hospital)
    if typed is not None and form.is_valid():
        given = form.cleaned_data
        Discount.objects.create(
            tenant=hospital,
            code=given["code"],
            percent=given["percent"],
            minor=given["amount"],
            starts=given["starts"],
            ends=given["ends"],
            most_uses=given["most_uses"],
            made_by=request.actor.user,
            made_at=timezone.now(),
        )
        messages.success(request, f"The code {given['code']} is ready.")
        return redirect("billing_out:codes")
    context = {"form": form, "rows": _codes_of(hospital)}
    return render(request, "billing/codes.html", context, status=200 if typed is None else 422)


def _codes_of(hospital: Institution) -> list[dict[str, Any]]:
    today = today_at(hospital)
    rows = Discount.objects.filter(tenant=hospital).prefetch_related("uses")
    return [{"row": r, "used": len(r.uses.all()), "holds": r.holds_on(today)} for r in rows]
