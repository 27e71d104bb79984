"""The doors without a case: the provider's messages, and the list of all payments."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from konsil.billing import configured, hearing, worklist
from konsil.billing.desks import SETTERS
from konsil.billing.provider import BadSignature
from konsil.cases.doorway import DoorRequest, door
from konsil.people.roles import Role

LONGEST = 512 * 1024
PAGE = 50
STAFF = {Role.BILLING, Role.DIRECTOR, Role.COORDINATOR, Role.NURSE}


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
    chosen = worklist.choose(request.GET.get("show", "all"))
    pages = Paginator(worklist.rows(request.actor, chosen), PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": [worklist.line(row) for row in pages],
        "pages": pages,
        "chosen": chosen.key,
        "picks": worklist.picks(request.actor, chosen),
        "more": not roles.isdisjoint(SETTERS),
    }
    return render(request, "billing/payments.html", context)
