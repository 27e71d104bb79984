"""The doors without a case: the provider's messages, and the list of all payments."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from konsil.billing import configured, hearing
from konsil.billing.life import PAID, UNPAID, State
from konsil.billing.models import Payment
from konsil.billing.provider import BadSignature
from konsil.cases.doorway import DoorRequest, door
from konsil.people.roles import Role

LONGEST = 512 * 1024
PAGE = 50
STAFF = {Role.BILLING, Role.DIRECTOR, Role.COORDINATOR, Role.NURSE}
SHOWS: dict[str, tuple[str, tuple[State, ...]]] = {
    "all": ("All", tuple(State)),
    "open": ("Not paid yet", UNPAID),
    "trouble": ("Not charged", (State.FAILED,)),
    "paid": ("Paid", PAID),
    "institutions": ("Institutions", (State.INSTITUTION_BILLED,)),
    "waived": ("Waived", (State.WAIVED,)),
}


@csrf_exempt
@door("POST", public=True)
def webhook(request: HttpRequest) -> HttpResponse:
    """A message of the card provider: its signature is checked, it is kept once, then heeded."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        return HttpResponse("Too long", status=413, content_type="text/plain")
    if not settings.STRIPE["webhook_secret"]:  # with an empty secret everybody can sign
        return HttpResponse("Not believed", status=400, content_type="text/plain")
    now = timezone.now()
    try:
        event = configured.provider().read_event(
            request.body, request.headers.get("Stripe-Signature", ""), at=now
        )
    except BadSignature:
        return HttpResponse("Not believed", status=400, content_type="text/plain")
    hearing.keep(event, at=now)
    return HttpResponse("Kept", content_type="text/plain")


@door()
def payments(request: DoorRequest) -> HttpResponse:
    """Money only: case number, payer, amount, state; no illness, no service (trust.md §2)."""
    roles = request.actor.user.roles if request.actor.user else set()
    if roles.isdisjoint(STAFF):
        raise PermissionDenied("This list is for the billing desk.")
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in SHOWS else "all"
    rows = (
        Payment.objects.visible_to(request.actor)
        .filter(state__in=SHOWS[chosen][1])
        .exclude(frozen_at=None)
        .select_related("case__patient", "case__referred_by")
        .order_by("-frozen_at")
    )
    pages = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": [line(row) for row in pages],
        "pages": pages,
        "chosen": chosen,
        "shows": [(key, label) for key, (label, _states) in SHOWS.items()],
    }
    return render(request, "billing/payments.html", context)


def line(payment: Payment) -> dict[str, Any]:
    """One row of the list."""
    case = payment.case
    billed = payment.state == State.INSTITUTION_BILLED and case.referred_by
    kind = {State.FAILED: "bad"}.get(State(payment.state), "ok" if payment.paid_at else "")
    return {
        "url": f"/cases/{case.pk}/payment/",
        "number": case.number,
        "payer": str(case.referred_by) if billed else str(case.patient),
        "amount": str(payment.amount),
        "state": State(payment.state).label,
        "kind": kind,
        "since": payment.paid_at or payment.due_since or payment.frozen_at,
    }
