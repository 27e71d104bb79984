"""Payment intents and refunds: taking money from a saved card, and giving it back."""

from __future__ import annotations

from copy import deepcopy

from konsil.demo.stripe_double import objects
from konsil.demo.stripe_double.bank import Bank
from konsil.demo.stripe_double.cards import ASKS, DECLINES, Decline, behind
from konsil.demo.stripe_double.forms import Params, only, truth, whole
from konsil.demo.stripe_double.objects import Thing
from konsil.demo.stripe_double.problems import DOCS, Problem, invalid, missing

NOT_CONFIRMED = Decline(
    "payment_intent_authentication_failure",
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data "
    "or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
)
SMALLEST = 50  # minor units, Stripe's least charge in US dollars


def create(bank: Bank, params: Params) -> Thing:
    only(
        params,
        *("amount", "currency", "customer", "payment_method"),
        "allowed_payment_method_types",
        *("confirm", "off_session", "return_url", "metadata", "description"),
        "statement_descriptor_suffix",
    )
    _check(bank, params)
    intent = objects.payment_intent(
        bank.now,
        allowed_payment_method_types=params.get("allowed_payment_method_types"),
        amount=whole(params, "amount"),
        currency=params["currency"],
        customer=params.get("customer"),
        description=params.get("description"),
        metadata=params.get("metadata") or {},
        payment_method=params.get("payment_method"),
        statement_descriptor_suffix=params.get("statement_descriptor_suffix"),
    )
    bank.book.put(intent)
    bank.tell("payment_intent.created", intent)
    if intent["payment_method"]:
        intent["status"] = "requires_confirmation"
    return _confirm(bank, intent, params) if truth(params, "confirm") else intent


def confirm(bank: Bank, name: str, params: Params) -> Thing:
    only(params, "payment_method", "return_url", "off_session")
    intent = bank.book.get("payment_intent", name, "intent")
    if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
        raise _wrong_state(intent, "confirm")
    if "payment_method" in params:
        _own_method(bank, params["payment_method"], intent["customer"])
        intent["payment_method"] = params["payment_method"]
    if not intent["payment_method"]:
        raise _wrong_state(intent, "confirm", " because it's missing a payment method")
    return _confirm(bank, intent, params)


def cancel(bank: Bank, name: str, params: Params) -> Thing:
    only(params, "cancellation_reason")
    intent = bank.book.get("payment_intent", name, "intent")
    if intent["status"] in ("succeeded", "canceled"):
        raise _wrong_state(intent, "cancel")
    intent.update(status="canceled", canceled_at=bank.now, next_action=None)
    intent["cancellation_reason"] = params.get("cancellation_reason")
    bank.tell("payment_intent.canceled", intent)
    return intent


def bank_answers(bank: Bank, intent: Thing, *, yes: bool) -> None:
    """The person confirmed the payment to the bank, or did not."""
    if intent["status"] != "requires_action":
        return
    intent["next_action"] = None
    method = bank.book.get("payment_method", intent["payment_method"])
    if yes:
        _take(bank, intent, method)
        return
    _fail(bank, intent, method, NOT_CONFIRMED)


def refund(bank: Bank, params: Params) -> Thing:
    only(params, "payment_intent", "charge", "amount", "reason", "metadata")
    paid = _paid(bank, params)
    left = paid["amount_captured"] - paid["amount_refunded"]
    if left == 0:
        sentence = f"Charge {paid['id']} has already been refunded."
        raise Problem(400, "invalid_request_error", sentence, code="charge_already_refunded")
    amount = whole(params, "amount") if "amount" in params else left
    if amount < 1:
        raise invalid("amount", "Invalid positive integer", "parameter_invalid_integer")
    if amount > left:
        raise Problem(
            400,
            "invalid_request_error",
            f"Refund amount (${amount / 100:.2f}) is greater than unrefunded amount on charge "
            f"(${left / 100:.2f})",
            param="amount",
        )
    made = objects.refund(bank.now, paid, amount, params.get("reason"), params.get("metadata", {}))
    paid["amount_refunded"] += amount
    paid["refunded"] = paid["amount_refunded"] == paid["amount_captured"]
    bank.book.put(made)
    bank.tell("refund.created", made)
    bank.tell("charge.refunded", paid)
    return made


def _check(bank: Bank, params: Params) -> None:
    for name in ("amount", "currency"):
        if not params.get(name):
            raise missing(name)
    if whole(params, "amount") < SMALLEST:
        sentence = "Amount must be at least $0.50 usd"
        raise invalid("amount", sentence, "amount_too_small")
    if len(params["currency"]) != 3 or params["currency"] != params["currency"].lower():
        raise invalid("currency", f"Invalid currency: {params['currency']}", "invalid_currency")
    if "customer" in params:
        bank.book.get("customer", params["customer"], "customer")
    if "payment_method" in params:
        _own_method(bank, params["payment_method"], params.get("customer"))
    if truth(params, "confirm") and "payment_method" not in params:
        raise missing("payment_method")


def _own_method(bank: Bank, name: str, owner: str | None) -> None:
    method = bank.book.get("payment_method", name, "payment_method")
    if method["customer"] == owner:
        return
    raise Problem(
        400,
        "invalid_request_error",
        f"The provided PaymentMethod was attached to another Customer or to none, so {name} "
        "cannot be used here. Include the Customer in the request.",
        param="payment_method",
    )


def _confirm(bank: Bank, intent: Thing, params: Params) -> Thing:
    method = bank.book.get("payment_method", intent["payment_method"], "payment_method")
    card = behind(method["card"]["fingerprint"])
    off_session = truth(params, "off_session")
    if card.asks_at_charge and not off_session:
        return _ask(bank, intent, params)
    decline = card.at_charge or (ASKS if card.asks_at_charge else None)
    if decline is None:
        return _take(bank, intent, method)
    error = _fail(bank, intent, method, DECLINES[decline])
    error["payment_intent"] = deepcopy(intent)
    raise Problem(402, "card_error", DECLINES[decline].sentence, **error)


def _ask(bank: Bank, intent: Thing, params: Params) -> Thing:
    if not params.get("return_url"):
        raise missing("return_url")
    page = {"return_url": params["return_url"], "url": f"{bank.public_url}/bank/{intent['id']}"}
    intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": page}
    intent["status"] = "requires_action"
    bank.tell("payment_intent.requires_action", intent)
    return intent


def _take(bank: Bank, intent: Thing, method: Thing) -> Thing:
    paid = bank.book.put(objects.charge(bank.now, intent, method, None))
    intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=paid["id"])
    intent.update(last_payment_error=None, next_action=None)
    bank.tell("charge.succeeded", paid)
    bank.tell("payment_intent.succeeded", intent)
    return intent


def _fail(bank: Bank, intent: Thing, method: Thing, decline: Decline) -> Thing:
    """Notes the failed try in the intent, tells of it, and returns what the error says of it."""
    tried = bank.book.put(objects.charge(bank.now, intent, method, decline))
    error = {"charge": tried["id"], "code": decline.code, "payment_method": deepcopy(method)}
    if decline.decline_code is not None:
        error["decline_code"] = decline.decline_code
    intent.update(status="requires_payment_method", payment_method=None)
    intent["latest_charge"] = tried["id"]
    intent["last_payment_error"] = {
        "type": "card_error",
        "message": decline.sentence,
        "doc_url": DOCS + decline.code.replace("_", "-"),
        **error,
    }
    bank.tell("charge.failed", tried)
    bank.tell("payment_intent.payment_failed", intent)
    return error


def _paid(bank: Bank, params: Params) -> Thing:
    if "charge" in params:
        return bank.book.get("charge", params["charge"], "charge")
    if "payment_intent" not in params:
        sentence = "One of the following params should be provided: payment_intent or charge."
        raise Problem(400, "invalid_request_error", sentence, code="parameter_missing")
    intent = bank.book.get("payment_intent", params["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise Problem(
            400,
            "invalid_request_error",
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return bank.book.get("charge", intent["latest_charge"])


def _wrong_state(intent: Thing, verb: str, why: str = "") -> Problem:
    because = why or f" because it has a status of {intent['status']}"
    return Problem(
        400,
        "invalid_request_error",
        f"You cannot {verb} this PaymentIntent{because}.",
        code="payment_intent_unexpected_state",
        payment_intent=deepcopy(intent),
    )
