"""Checkout sessions in setup mode: a page on which a person leaves a card, and nothing is taken."""

from __future__ import annotations

from konsil.demo.stripe_double import objects
from konsil.demo.stripe_double.bank import Bank
from konsil.demo.stripe_double.cards import DECLINES, Decline, DemoCard
from konsil.demo.stripe_double.forms import Params, only, whole
from konsil.demo.stripe_double.objects import Thing
from konsil.demo.stripe_double.problems import Problem, invalid, missing

NOT_CONFIRMED = Decline(
    "setup_intent_authentication_failure",
    "The latest attempt to set up the payment method has failed because authentication failed.",
)
SHORTEST, LONGEST = 30 * 60, 24 * 3600  # seconds a session may stay open


def create(bank: Bank, params: Params) -> Thing:
    only(
        params,
        *("mode", "success_url", "cancel_url", "customer", "customer_creation"),
        *("customer_email", "client_reference_id", "allowed_payment_method_types", "currency"),
        *("metadata", "setup_intent_data", "expires_at", "locale"),
    )
    _check(bank, params)
    intent = bank.book.put(_intent(bank, params))
    session = objects.session(
        bank.now,
        allowed_payment_method_types=params.get("allowed_payment_method_types"),
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        customer=params.get("customer"),
        customer_creation=params.get("customer_creation", "if_required"),
        customer_email=params.get("customer_email"),
        metadata=params.get("metadata") or {},
        setup_intent=intent["id"],
        success_url=params["success_url"],
    )
    if "expires_at" in params:
        session["expires_at"] = _ending(bank, params)
    session["url"] = f"{bank.public_url}/pay/{session['id']}"
    bank.tell("setup_intent.created", intent)
    return bank.book.put(session)


def get(bank: Bank, name: str) -> Thing:
    """The session as it is now: one that ran out ends here, and says so by an event."""
    session = bank.book.get("checkout.session", name)
    if session["status"] == "open" and session["expires_at"] <= bank.now:
        _end(bank, session)
    return session


def expire(bank: Bank, name: str) -> Thing:
    session = get(bank, name)
    if session["status"] != "open":
        raise Problem(
            400,
            "invalid_request_error",
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of {session['status']}.",
        )
    _end(bank, session)
    return session


def sweep(bank: Bank) -> None:
    """Ends every session that ran out, so that abandoned pages are told of."""
    for session in bank.book.all("checkout.session"):
        get(bank, session["id"])


def leave_card(
    bank: Bank, session: Thing, card: DemoCard, expiry: tuple[int, int], name: str
) -> str | None:
    """Tries to save a card: None if it is saved or the bank asks first, else the decline code."""
    intent = bank.book.get("setup_intent", session["setup_intent"])
    method = objects.payment_method(bank.now, card, *expiry, name)
    if card.at_setup is not None:
        _fail(bank, intent, method, DECLINES[card.at_setup])
        return card.at_setup
    bank.book.put(method)
    intent["payment_method"] = method["id"]
    if card.asks_at_setup:
        page = {"return_url": session["success_url"], "url": session["url"] + "/bank"}
        intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": page}
        intent["status"] = "requires_action"
        bank.tell("setup_intent.requires_action", intent)
        return None
    _finish(bank, session, intent, method)
    return None


def bank_answers(bank: Bank, session: Thing, *, yes: bool) -> None:
    """The person confirmed to the bank, or did not; only then is the card saved."""
    intent = bank.book.get("setup_intent", session["setup_intent"])
    if intent["status"] != "requires_action":
        return
    method = bank.book.get("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if yes:
        _finish(bank, session, intent, method)
        return
    intent["payment_method"] = None
    _fail(bank, intent, method, NOT_CONFIRMED)


def _check(bank: Bank, params: Params) -> None:
    if params.get("mode") != "setup":
        raise invalid("mode", "This double knows mode=setup only.", "parameter_unknown")
    if not params.get("success_url"):
        raise missing("success_url")
    for name in ("success_url", "cancel_url"):
        if not str(params.get(name, "http://")).startswith(("http://", "https://")):
            raise invalid(name, "Not a valid URL", "url_invalid")
    if "allowed_payment_method_types" not in params and "currency" not in params:
        raise missing("currency")
    if "customer" in params:
        bank.book.get("customer", params["customer"], "customer")
    if "customer" in params and "customer_email" in params:
        raise invalid(
            "customer_email",
            "You may only specify one of these parameters: customer, customer_email.",
        )


def _ending(bank: Bank, params: Params) -> int:
    ends = whole(params, "expires_at")
    if not SHORTEST <= ends - bank.now <= LONGEST:
        raise invalid(
            "expires_at",
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout "
            "Session creation.",
            "parameter_invalid",
        )
    return ends


def _intent(bank: Bank, params: Params) -> Thing:
    data = params.get("setup_intent_data") or {}
    only(data, "metadata", "description")
    return objects.setup_intent(
        bank.now,
        allowed_payment_method_types=params.get("allowed_payment_method_types"),
        customer=params.get("customer"),
        description=data.get("description"),
        metadata=data.get("metadata") or {},
    )


def _end(bank: Bank, session: Thing) -> None:
    session.update(status="expired", url=None)
    bank.tell("checkout.session.expired", session)


def _finish(bank: Bank, session: Thing, intent: Thing, method: Thing) -> None:
    name = method["billing_details"]["name"]
    owner = session["customer"]
    if owner is None and session["customer_creation"] == "always":
        made = objects.customer(bank.now, email=session["customer_email"], name=name)
        owner = bank.book.put(made)["id"]
        bank.tell("customer.created", made)
    method["customer"] = owner
    intent.update(customer=owner, payment_method=method["id"], status="succeeded")
    intent.update(last_setup_error=None, next_action=None)
    details = objects.customer_details(session["customer_email"], name)
    session.update(status="complete", url=None, customer=owner, customer_details=details)
    if owner is not None:
        bank.tell("payment_method.attached", method)
    bank.tell("setup_intent.succeeded", intent)
    bank.tell("checkout.session.completed", session)


def _fail(bank: Bank, intent: Thing, method: Thing, decline: Decline) -> None:
    error: Thing = {"code": decline.code, "message": decline.sentence, "payment_method": method}
    error["type"] = "card_error" if decline.decline_code else "invalid_request_error"
    if decline.decline_code:
        error["decline_code"] = decline.decline_code
    intent.update(last_setup_error=error, status="requires_payment_method")
    bank.tell("setup_intent.setup_failed", intent)
