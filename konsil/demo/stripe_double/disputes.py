"""Disputes, as a cardholder's bank opens and ends them; only the levers can."""

from __future__ import annotations

from typing import Any

from konsil.demo.stripe_double import objects
from konsil.demo.stripe_double.bank import Bank
from konsil.demo.stripe_double.objects import Thing
from konsil.demo.stripe_double.problems import invalid

ANSWER_WITHIN = 7 * 24 * 3600
ENDS = ("won", "lost")
_EVIDENCE = (
    "access_activity_log appeal billing_address cancellation_policy "
    "cancellation_policy_disclosure cancellation_rebuttal customer_communication "
    "customer_email_address customer_name customer_purchase_ip customer_signature "
    "duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id "
    "product_description receipt refund_policy refund_policy_disclosure "
    "refund_refusal_explanation service_date service_documentation shipping_address "
    "shipping_carrier shipping_date shipping_documentation shipping_tracking_number "
    "uncategorized_file uncategorized_text"
)


def move(bank: Bank, wish: dict[str, Any]) -> Thing:
    """`{"payment_intent": id, "how": "open" | "won" | "lost"}`: a dispute is opened or ends."""
    how = wish.get("how", "open")
    if how == "open":
        return _open(bank, str(wish.get("payment_intent")))
    if how not in ENDS:
        raise invalid("how", "Say open, won or lost")
    for thing in bank.book.all("dispute"):
        if thing["payment_intent"] == wish.get("payment_intent") and thing["status"] not in ENDS:
            return _end(bank, thing, how)
    raise invalid("payment_intent", "This payment has no open dispute")


def _open(bank: Bank, intent_id: str) -> Thing:
    intent = bank.book.get("payment_intent", intent_id, "payment_intent")
    paid = bank.book.get("charge", str(intent["latest_charge"]), "charge")
    if not paid["captured"] or paid["disputed"]:
        raise invalid("payment_intent", "Only a captured payment can be disputed, and once")
    paid["disputed"] = True
    left = paid["amount"] - paid["amount_refunded"]
    made = bank.book.put(_dispute(bank.now, paid, left or paid["amount"]))
    bank.tell("charge.dispute.created", made)
    bank.tell("charge.dispute.funds_withdrawn", made)
    bank.book.save()
    return made


def _dispute(at: int, paid: Thing, amount: int) -> Thing:
    """It waits for an answer; the money is withdrawn at once, as for cards."""
    return objects.base(
        "du",
        "dispute",
        at,
        "",
        amount=amount,
        balance_transactions=[],
        charge=paid["id"],
        currency=paid["currency"],
        enhanced_eligibility_types=[],
        evidence={**dict.fromkeys(_EVIDENCE.split()), "enhanced_evidence": {}},
        evidence_details={
            "due_by": at + ANSWER_WITHIN,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        is_charge_refundable=False,
        payment_intent=paid["payment_intent"],
        reason="general",
        status="needs_response",
    )


def _end(bank: Bank, thing: Thing, how: str) -> Thing:
    thing["status"] = how
    if how == "won":
        bank.tell("charge.dispute.funds_reinstated", thing)
    bank.tell("charge.dispute.closed", thing)
    bank.book.save()
    return thing
