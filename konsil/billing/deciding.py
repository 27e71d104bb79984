"""The billing desk's page of a case: where the money stands, and what can be decided."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.billing import actions, refunding
from konsil.billing.forms import ReasonForm, RefundForm
from konsil.billing.life import PAID, UNPAID, State
from konsil.billing.models import ChargeTry, Payment
from konsil.billing.money import Money
from konsil.billing.showing import money_of
from konsil.cases.access import Action, may
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case, Task

Forms = dict[str, Any]


def staff_page(
    request: CaseRequest, case: Case, *, forms: Forms | None = None, status: int = 200
) -> HttpResponse:
    """The tab “Payment”: facts, tries, history, and the decisions that this actor may take."""
    payment = actions.quote(case, at=timezone.now())
    decides = may(Action.DECIDE_MONEY, request.roles)
    context = {
        **money_of(case, payment),
        "state": State(payment.state),
        "tries": payment.tries.order_by("-at"),
        "refunds": refunds_of(payment),
        "tasks": Task.objects.visible_to(request.actor).filter(
            case=case, done_at=None, where__startswith="payment/"
        ),
        "forms": (forms or forms_for(case, payment)) if decides else {},
        "may_charge": decides and payment.state == State.FAILED and bool(payment.due_since),
    }
    return render(request, "billing/desk.html", context, status=status)


def refunds_of(payment: Payment) -> Any:
    """Every wish to give back, newest first."""
    from konsil.billing.models import Refund

    rows = Refund.objects.filter(charge__payment=payment).select_related("asked_by")
    return rows.order_by("-at")


def forms_for(case: Case, payment: Payment, data: Mapping[str, Any] | None = None) -> Forms:
    """The decisions that are open in this state, by name."""
    act = data.get("act") if data else None
    found: Forms = {}
    if payment.state in UNPAID:
        found["waive"] = ReasonForm(data if act == "waive" else None, prefix="waive")
        if case.referred_by:
            found["institution"] = ReasonForm(
                data if act == "institution" else None, prefix="institution"
            )
    left = left_of(payment)
    if payment.state in PAID and left:
        rule = payment.terms.due_back(actions.how_far(case), left)
        found["refund"] = RefundForm(
            data if act == "refund" else None, payment=payment, by_rule=rule, left=left
        )
    return found


def left_of(payment: Payment) -> Money:
    """What can still be given back."""
    attempt = payment.tries.filter(state=ChargeTry.State.CAPTURED).first()
    return refunding.left_of(attempt) if attempt else Money.zero(payment.currency)


@case_view(Action.DECIDE_MONEY, "POST")
def decide(request: CaseRequest, case: Case) -> HttpResponse:
    """Waive, bill the institution, charge again or give back; a refusal comes back in words."""
    payment = actions.quote(case, at=timezone.now())
    forms = forms_for(case, payment, request.POST)
    act = request.POST.get("act", "")
    form = forms.get(act)
    if form is not None and not form.is_valid():
        return staff_page(request, case, forms=forms, status=422)
    try:
        messages.success(request, _carry_out(request, case, act, form))
    except ImpossibleMove as refusal:
        messages.error(request, str(refusal))
    return redirect("billing:payment", case.pk)


def _carry_out(request: CaseRequest, case: Case, act: str, form: Any) -> str:
    """Do it, and say what was done."""
    by, now = request.actor, timezone.now()
    if act == "charge":
        actions.charge_again(case, by=by, at=now)
        return "The card is being charged."
    if form is None:
        raise ImpossibleMove("This cannot be done now. Reload the page.")
    reason = form.cleaned_data["reason"]
    if act == "waive":
        actions.waive(case, reason=reason, by=by, at=now)
        return "The fee is waived. The patient sees it on her page."
    if act == "institution":
        actions.bill_institution(case, reason=reason, by=by, at=now)
        return f"{case.referred_by} is billed. The patient pays nothing."
    actions.give_back(case, form.cleaned_data["money"], why=reason, by=by, at=now)
    return f"{form.cleaned_data['money']} goes back to the card."
