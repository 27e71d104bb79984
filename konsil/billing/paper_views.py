"""The patient's papers as PDF, her yes to a new price, and her discount code."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from konsil.billing import bill, papers
from konsil.billing.desks import as_pdf
from konsil.billing.life import PAID
from konsil.billing.models import Paper
from konsil.billing.paper.draw import pdf_of
from konsil.billing.quoting import quote
from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case


@case_view(Action.SEE_MONEY)
def estimate(request: CaseRequest, case: Case) -> HttpResponse:
    """The newest estimate (F10.2)."""
    last = (
        Paper.objects.visible_to(request.actor).filter(case=case, sort=Paper.Sort.ESTIMATE).last()
    )
    if last is None:
        raise Http404
    return as_pdf(papers.pdf(last), f"estimate-{case.number}-{last.version}.pdf")


@case_view(Action.SEE_MONEY)
def receipt(request: CaseRequest, case: Case) -> HttpResponse:
    """The receipt as it stands now: who paid what, what went back; no illness (F10.7)."""
    paid = quote(case, at=timezone.now())
    if paid.paid_at is None or paid.state not in PAID:
        raise Http404
    content = papers.receipt(paid, at=timezone.now())
    return as_pdf(pdf_of(content), f"receipt-{case.number}.pdf")


@case_view(Action.SEE_MONEY)
def refund_receipt(request: CaseRequest, case: Case, paper_id: UUID) -> HttpResponse:
    """The receipt of one refund."""
    found = (
        Paper.objects.visible_to(request.actor)
        .filter(case=case, sort=Paper.Sort.REFUND, pk=paper_id)
        .first()
    )
    if found is None:
        raise Http404
    return as_pdf(papers.pdf(found), f"refund-{case.number}-{found.version}.pdf")


@case_view(Action.PAY, "POST")
def agree(request: CaseRequest, case: Case) -> HttpResponse:
    """Her yes to the price that stood on the page."""
    seen = request.POST.get("seen", "")
    try:
        bill.agree(case, _figure(seen), by=request.actor, at=timezone.now())
        messages.success(request, _("Thank you. You have agreed to the price."))
    except ImpossibleMove as refusal:
        messages.warning(request, str(refusal))
    return redirect("billing:payment", case.pk)


def _figure(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else -1


@case_view(Action.PAY, "POST")
def code(request: CaseRequest, case: Case) -> HttpResponse:
    """A discount code; what is wrong with it is said in words."""
    try:
        bill.use_code(case, request.POST.get("code", "")[:60], by=request.actor, at=timezone.now())
        messages.success(request, _("The discount is taken off the price."))
    except ImpossibleMove as refusal:
        messages.warning(request, str(refusal))
    return redirect("billing:payment", case.pk)
