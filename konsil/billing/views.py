"""The payment pages of a case: what it costs, the way to the card page and back, the receipt."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.billing import cards, confirming
from konsil.billing.bill import CHANGEABLE
from konsil.billing.deciding import staff_page
from konsil.billing.ledger import given_back, held
from konsil.billing.models import CardVisit, Item
from konsil.billing.papers import paid_by
from konsil.billing.provider import CardRefused, ProviderAway, RequestRefused, SavedCard
from konsil.billing.quoting import quote
from konsil.billing.showing import money_of
from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Case
from konsil.core.headers import content_policy
from konsil.people.roles import Role

PATIENT = {Role.PATIENT, Role.PROXY}
NO_CARD_SAVED = "No card was saved. Nothing was taken."
SEE_OTHER = 303


@case_view(Action.SEE_MONEY)
def payment(request: CaseRequest, case: Case) -> HttpResponse:
    """What it costs, when it is taken, what goes back; for staff also what they can decide."""
    if request.roles & PATIENT:
        paid = quote(case, at=timezone.now())
        may_code = paid.state in CHANGEABLE and not paid.items.filter(item=Item.DISCOUNT).exists()
        context = money_of(case, paid) | {"may_code": may_code}
        return render(request, "billing/payment.html", context)
    return staff_page(request, case)


@case_view(Action.PAY, "GET", "POST")
def card(request: CaseRequest, case: Case) -> HttpResponse:
    """Before the provider's page: what it is for. POST leads there."""
    if request.method == "POST":
        return _to_card_page(request, case)
    context = money_of(case, quote(case, at=timezone.now()))
    context["left"] = "left" in request.GET
    return render(request, "billing/card.html", context)


def _to_card_page(request: CaseRequest, case: Case) -> HttpResponse:
    now = timezone.now()
    try:
        visit = cards.open_visit(case, at=now)
        if left := cards.card_left_on(visit):  # saved there, but she never came back here
            return _welcome(request, case, visit, left)
        return lead_to(request, case, cards.page_of(visit))
    except ImpossibleMove as refusal:
        messages.info(request, str(refusal))
        return redirect("billing:payment", case.pk)
    except ProviderAway:
        return away(request, case, again="billing:card")
    except RequestRefused:
        return away(request, case, again="billing:card")


@case_view(Action.PAY)
def card_back(request: CaseRequest, case: Case) -> HttpResponse:
    """Back from the provider's page: is there a card? The address alone proves nothing."""
    visit = (
        CardVisit.objects.visible_to(request.actor)
        .filter(case=case, session_id=request.GET.get("session", ""))
        .exclude(session_id="")
        .first()
    )
    if visit is None:
        messages.warning(request, NO_CARD_SAVED)
        return redirect("billing:card", case.pk)
    try:
        left = cards.card_left_on(visit)
    except (ProviderAway, RequestRefused):
        return away(request, case, again="")
    if left is None:
        messages.warning(request, NO_CARD_SAVED)
        return redirect("billing:card", case.pk)
    return _welcome(request, case, visit, left)


def _welcome(request: CaseRequest, case: Case, visit: CardVisit, left: SavedCard) -> HttpResponse:
    cards.end_visit(visit, left, by=request.actor, at=timezone.now())
    messages.success(request, "Your card is saved.")
    if case.stage == Stage.DRAFT:
        return redirect("intake:check", case.pk)
    return redirect("billing:payment", case.pk)


@case_view(Action.PAY, "GET", "POST")
def confirm(request: CaseRequest, case: Case) -> HttpResponse:
    """The bank asks the patient herself. POST leads to the bank's page."""
    if request.method != "POST":
        context = money_of(case, quote(case, at=timezone.now()))
        return render(request, "billing/confirm.html", context)
    try:
        url = confirming.page_of(case, at=timezone.now())
    except (ImpossibleMove, CardRefused) as refusal:
        messages.warning(request, str(refusal))
        return redirect("billing:payment", case.pk)
    except (ProviderAway, RequestRefused):
        return away(request, case, again="billing:confirm")
    return lead_to(request, case, url) if url else redirect("billing:payment", case.pk)


@case_view(Action.PAY)
def confirm_back(request: CaseRequest, case: Case) -> HttpResponse:
    """Back from the bank: the provider is asked what came of it."""
    try:
        confirming.look(case, at=timezone.now())
    except (ProviderAway, RequestRefused):
        return away(request, case, again="")
    return redirect("billing:payment", case.pk)


@case_view(Action.SEE_MONEY)
def receipt(request: CaseRequest, case: Case) -> HttpResponse:
    """A receipt to print: who, what for in neutral words, how much; no illness (F10.7)."""
    paid = quote(case, at=timezone.now())
    if paid.paid_at is None:
        messages.info(request, "There is no receipt yet: nothing was taken.")
        return redirect("billing:payment", case.pk)
    context = {
        **money_of(case, paid),
        "paid_by": paid_by(paid),
        "back": given_back(paid),
        "held": held(paid),
    }
    return render(request, "billing/receipt.html", context)


def lead_to(request: CaseRequest, case: Case, url: str) -> HttpResponse:
    """To a page elsewhere; a form may lead only to origins of our policy, a link to any."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" in content_policy().replace(";", " ").split():
        answer = redirect(url)
        answer.status_code = SEE_OTHER
        return answer
    return render(request, "billing/leave.html", {"case": case, "url": url})


def away(request: CaseRequest, case: Case, *, again: str) -> HttpResponse:
    """The card service is away: nothing is lost, and the same button can be pressed again."""
    context = {"case": case, "words": ProviderAway.words, "again": again}
    return render(request, "billing/away.html", context, status=503)
