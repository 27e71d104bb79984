"""What Stripe's objects mean in our words: a charge, a refusal, a dispute, an event. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from konsil.billing.money import Money
from konsil.billing.provider import Charge, ChargeStatus, EventKind, RefundStatus

if TYPE_CHECKING:
    import stripe

REFUSED = "The card was refused. Nothing was taken."
_REASONS = {
    "insufficient_funds": "The card was refused: there is not enough money on it. "
    "Nothing was taken.",
    "expired_card": "The card has expired. Nothing was taken.",
    "processing_error": "The bank did not answer. Nothing was taken.",
    "authentication_required": "Your bank wants you to confirm this yourself. Nothing was taken.",
    "payment_intent_authentication_failure": "You did not confirm this to your bank. "
    "Nothing was taken.",
}
_ASKS_PATIENT = ("authentication_required", "payment_intent_authentication_failure")
_STATUS = {
    "succeeded": ChargeStatus.CAPTURED,
    "requires_action": ChargeStatus.NEEDS_PATIENT,
    "requires_payment_method": ChargeStatus.REFUSED,
    "canceled": ChargeStatus.REFUSED,
}
REFUND_STATUS = {
    "succeeded": RefundStatus.DONE,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
KINDS = {
    "checkout.session.completed": EventKind.CARD_SAVED,
    "checkout.session.expired": EventKind.PAGE_ENDED,
    "payment_intent.succeeded": EventKind.CHARGE_CAPTURED,
    "payment_intent.payment_failed": EventKind.CHARGE_REFUSED,
    "charge.refunded": EventKind.REFUNDED,
    "refund.failed": EventKind.REFUNDED,
    "charge.dispute.created": EventKind.DISPUTED,
    "charge.dispute.funds_withdrawn": EventKind.DISPUTE_MOVED,
    "charge.dispute.funds_reinstated": EventKind.DISPUTE_MOVED,
    "charge.dispute.closed": EventKind.DISPUTE_MOVED,
}


def refused_charge(refusal: stripe.CardError) -> Charge:
    """The bank's no as a charge; without one on the provider's side the error goes on."""
    body = refusal.json_body
    intent = body["error"].get("payment_intent") if isinstance(body, Mapping) else None
    if intent is None:
        raise refusal
    return charge_of(intent)


def charge_of(intent: Mapping[str, Any]) -> Charge:
    error = intent["last_payment_error"] or {}
    code = error.get("decline_code") or error.get("code")
    status = _STATUS.get(intent["status"], ChargeStatus.PENDING)
    if status == ChargeStatus.REFUSED and code in _ASKS_PATIENT:
        status = ChargeStatus.NEEDS_PATIENT
    paid = intent["latest_charge"]
    back = paid["amount_refunded"] if isinstance(paid, Mapping) else 0
    return Charge(
        id=intent["id"],
        status=status,
        reason=_reason_for(status, code),
        amount=money(intent["amount"], intent["currency"]),
        refunded=money(back, intent["currency"]),
        case_ref=intent["metadata"].get("case", ""),
    )


def taken_back(currency: str, disputes: Iterable[Mapping[str, Any]]) -> Money:
    """What disputes cost as they stand; an inquiry or a dispute that is won takes nothing."""
    lost = {
        "needs_response",
        "under_review",
        "lost",
        "appeal_needs_response",
        "appeal_under_review",
    }
    amounts = (
        money(each["amount"], each["currency"]) for each in disputes if each["status"] in lost
    )
    return Money.sum(amounts, currency.upper())


def _reason_for(status: ChargeStatus, code: str | None) -> str:
    if status == ChargeStatus.CAPTURED:
        return ""
    if status == ChargeStatus.PENDING:
        return "The bank has not answered yet."
    if status == ChargeStatus.NEEDS_PATIENT:
        return reason_of(code or "authentication_required")
    return reason_of(code)


def reason_of(code: str | None) -> str:
    return _REASONS.get(code or "", REFUSED)


def money(minor: int, currency: str) -> Money:
    return Money(minor, currency.upper())


def charge_named_in(thing: Mapping[str, Any]) -> str | None:
    """The payment intent that an object is, or belongs to."""
    if thing.get("object") == "payment_intent":
        return str(thing["id"])
    named = thing.get("payment_intent")
    return named if isinstance(named, str) else None
