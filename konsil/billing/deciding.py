"""The billing desk's page of a case: where the money stands, and what can be decided."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.billing import actions, bill, by_hand, refunding
from konsil.billing.card_numbers import is_card_number
from konsil.billing.forms import AddOnForm, HandForm, ReasonForm, RefundForm
from konsil.billing.life import PAID, UNPAID, State
from konsil.billing.models import ChargeTry, HandMove, Item, MoneyRules, Payment
from konsil.billing.models.prices import ADD_ONS
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
        "to_send": payment.by_hand.filter(done_at=None),
        "add_ons": payment.items.filter(dropped_at=None, item__in=ADD_ONS),
        "may_change": decides and payment.state in bill.CHANGEABLE,
        "owed": by_hand.owed(payment),
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
    act, rules = data.get("act") if data else None, MoneyRules.of(case.tenant)

    def typed(name: str) -> Mapping[str, Any] | None:
        return data if act == name else None

    found: Forms = {}
    if payment.state in UNPAID:
        found["waive"] = ReasonForm(typed("waive"), prefix="waive")
        if case.referred_by:
            found["institution"] = ReasonForm(typed("institution"), prefix="institution")
        if rules.invoice_later:
            found["later"] = ReasonForm(typed("later"), prefix="later")
    if payment.state == State.INVOICED or (rules.by_hand and payment.state in UNPAID):
        found["hand"] = HandForm(typed("hand"), prefix="hand")
    if payment.state in bill.CHANGEABLE and case.is_open:
        found["addon"] = AddOnForm(typed("addon"), prefix="addon")
    left = left_of(payment)
    if payment.state in PAID and left:
        rule = payment.terms.due_back(actions.how_far(case), left)
        found["refund"] = RefundForm(typed("refund"), payment=payment, by_rule=rule, left=left)
    return found


def left_of(payment: Payment) -> Money:
    """What can still be given back."""
    attempt = payment.tries.filter(state=ChargeTry.State.CAPTURED).first()
    return refunding.left_of(attempt) if attempt else by_hand.left_of(payment)


@case_view(Action.DECIDE_MONEY, "POST")
def decide(request: CaseRequest, case: Case) -> HttpResponse:
    """What the billing desk decides; a refusal comes back in words."""
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
    if act in SIMPLE:
        return SIMPLE[act](request, case)
    if form is None:
        raise ImpossibleMove("This cannot be done now. Reload the page.")
    return BY_FORM[act](request, case, form.cleaned_data)


def _charge(request: CaseRequest, case: Case) -> str:
    actions.charge_again(case, by=request.actor, at=timezone.now())
    return "The card is being charged."


def _drop(request: CaseRequest, case: Case) -> str:
    item = request.POST.get("item", "")
    if item not in ADD_ONS:
        raise ImpossibleMove("This is not on the bill any more. Reload the page.")
    bill.drop_add_on(case, Item(item), by=request.actor, at=timezone.now())
    return "It is taken off the bill."


def _sent(request: CaseRequest, case: Case) -> str:
    waits = HandMove.objects.visible_to(request.actor).filter(case=case, done_at=None)
    move = next((each for each in waits if str(each.pk) == request.POST.get("move")), None)
    reference = request.POST.get("reference", "").strip()
    if move is None or not reference or is_card_number(reference):
        raise ImpossibleMove("Type the number of the cheque or of the transfer.")
    by_hand.note_sent_back(move, reference=reference, by=request.actor, at=timezone.now())
    return f"Noted: {-move.amount} was sent back."


def _waive(request: CaseRequest, case: Case, given: Mapping[str, Any]) -> str:
    actions.waive(case, reason=given["reason"], by=request.actor, at=timezone.now())
    return "The fee is waived. The patient sees it on her page."


def _bill(request: CaseRequest, case: Case, given: Mapping[str, Any]) -> str:
    actions.bill_institution(case, reason=given["reason"], by=request.actor, at=timezone.now())
    return f"{case.referred_by} is billed. The patient pays nothing."


def _later(request: CaseRequest, case: Case, given: Mapping[str, Any]) -> str:
    actions.invoice_later(case, reason=given["reason"], by=request.actor, at=timezone.now())
    return "The invoice is made. The patient finds it on her page."


def _hand(request: CaseRequest, case: Case, given: Mapping[str, Any]) -> str:
    now = timezone.now()
    due = by_hand.owed(actions.quote(case, at=now))
    how, reference = HandMove.How(given["how"]), given["reference"]
    by_hand.note_paid(case, due, how=how, reference=reference, by=request.actor, at=now)
    return f"{due} is noted as paid."


def _add(request: CaseRequest, case: Case, given: Mapping[str, Any]) -> str:
    payment = bill.add_on(case, Item(given["item"]), by=request.actor, at=timezone.now())
    if payment.minor > payment.agreed_minor:
        return "It is on the bill. Nothing more is taken before the patient agrees."
    return "It is on the bill."


def _refund(request: CaseRequest, case: Case, given: Mapping[str, Any]) -> str:
    made = actions.give_back(
        case, given["money"], why=given["reason"], by=request.actor, at=timezone.now()
    )
    if isinstance(made, HandMove):
        return f"{given['money']} has to be sent back by hand. It stands among the tasks."
    return f"{given['money']} goes back to the card."


SIMPLE: dict[str, Callable[[CaseRequest, Case], str]] = {
    "charge": _charge,
    "drop": _drop,
    "sent": _sent,
}
BY_FORM: dict[str, Callable[[CaseRequest, Case, Mapping[str, Any]], str]] = {
    "waive": _waive,
    "institution": _bill,
    "later": _later,
    "hand": _hand,
    "addon": _add,
    "refund": _refund,
}
