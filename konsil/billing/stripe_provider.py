"""The card provider's port over Stripe's library; its double is reached by the very same code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from konsil.billing.money import Money
from konsil.billing.provider import (
    BadSignature,
    CardRefused,
    Charge,
    ChargeStatus,
    EventKind,
    HostedPage,
    ProviderAway,
    ProviderEvent,
    Refund,
    RefundStatus,
    RequestRefused,
    SavedCard,
)

if TYPE_CHECKING:
    import stripe

#: The shapes that this adapter reads; an upgrade of the library does not move it unseen.
API_VERSION = "2026-10-28.endive"
TOLERANCE = timedelta(minutes=5)
#: Seconds to connect and to answer: short, since asking again with the same key is safe.
TIMEOUT = (3.05, 10.0)
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
_REFUND_STATUS = {
    "succeeded": RefundStatus.DONE,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
_KINDS = {
    "checkout.session.completed": EventKind.CARD_SAVED,
    "checkout.session.expired": EventKind.PAGE_ENDED,
    "payment_intent.succeeded": EventKind.CHARGE_CAPTURED,
    "payment_intent.payment_failed": EventKind.CHARGE_REFUSED,
    "charge.refunded": EventKind.REFUNDED,
    "refund.failed": EventKind.REFUNDED,
    "charge.dispute.created": EventKind.DISPUTED,
    "charge.dispute.funds_withdrawn": EventKind.DISPUTED,
    "charge.dispute.funds_reinstated": EventKind.DISPUTED,
    "charge.dispute.closed": EventKind.DISPUTED,
}


class StripeProvider:
    """Implements `CardProvider`. `api_base` is given only to reach the double."""

    def __init__(
        self,
        *,
        api_key: str,
        webhook_secret: str,
        api_base: str | None = None,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self._api_key = api_key
        self._webhook_secret = webhook_secret
        self._api_base = api_base
        self._timeout = timeout

    def start_saving_card(
        self,
        *,
        case_ref: str,
        return_url: str,
        cancel_url: str,
        idempotency_key: str,
        customer_email: str | None = None,
    ) -> HostedPage:
        params: stripe.params.checkout.SessionCreateParams = {
            "mode": "setup",
            "allowed_payment_method_types": ["card"],
            "customer_creation": "always",
            "client_reference_id": case_ref,
            "metadata": {"case": case_ref},
            "setup_intent_data": {"metadata": {"case": case_ref}},
            "success_url": return_url,
            "cancel_url": cancel_url,
        }
        if customer_email:
            params["customer_email"] = customer_email
        sessions = self._client.v1.checkout.sessions
        with _in_our_words():
            made = sessions.create(params, {"idempotency_key": idempotency_key})
        return HostedPage(url=made.url or "", session_id=made.id)

    def saved_card(self, session_id: str) -> SavedCard | None:
        with _in_our_words():
            session = self._client.v1.checkout.sessions.retrieve(
                session_id, {"expand": ["setup_intent.payment_method"]}
            )
        read: dict[str, Any] = session.to_dict()
        method = (read["setup_intent"] or {}).get("payment_method")
        if read["status"] != "complete" or method is None:
            return None
        card = method["card"]
        return SavedCard(
            customer=read["customer"],
            payment_method=method["id"],
            brand=card["brand"],
            last4=card["last4"],
            exp=(card["exp_month"], card["exp_year"]),
        )

    def charge(
        self, *, saved_card: SavedCard, amount: Money, case_ref: str, idempotency_key: str
    ) -> Charge:
        import stripe

        params: stripe.params.PaymentIntentCreateParams = {
            "amount": amount.minor,
            "currency": amount.currency.lower(),
            "customer": saved_card.customer,
            "payment_method": saved_card.payment_method,
            "allowed_payment_method_types": ["card"],
            "off_session": True,
            "confirm": True,
            "metadata": {"case": case_ref},
            "expand": ["latest_charge"],
        }
        with _in_our_words():
            try:
                made = self._client.v1.payment_intents.create(
                    params, {"idempotency_key": idempotency_key}
                )
            except stripe.CardError as refusal:
                return _refused_charge(refusal)
        return _charge(made.to_dict())

    def confirm_with_patient(
        self, *, charge_id: str, saved_card: SavedCard, return_url: str, idempotency_key: str
    ) -> HostedPage | None:
        with _in_our_words():
            intent = self._client.v1.payment_intents.confirm(
                charge_id,
                {"payment_method": saved_card.payment_method, "return_url": return_url},
                {"idempotency_key": idempotency_key},
            ).to_dict()
        step = intent["next_action"]
        if step is None:
            return None
        return HostedPage(url=step["redirect_to_url"]["url"], session_id=charge_id)

    def refund(self, *, charge_id: str, amount: Money, idempotency_key: str) -> Refund:
        with _in_our_words():
            made = self._client.v1.refunds.create(
                {"payment_intent": charge_id, "amount": amount.minor},
                {"idempotency_key": idempotency_key},
            ).to_dict()
        return Refund(
            id=made["id"],
            status=_REFUND_STATUS.get(made["status"], RefundStatus.PENDING),
            charge_id=charge_id,
            amount=_money(made["amount"], made["currency"]),
        )

    def find_charge(self, charge_id: str) -> Charge:
        intents = self._client.v1.payment_intents
        with _in_our_words():
            found = intents.retrieve(charge_id, {"expand": ["latest_charge"]}).to_dict()
            paid = found["latest_charge"]
            disputed = isinstance(paid, Mapping) and paid["disputed"]
            disputes = self._disputes(charge_id) if disputed else []
        return replace(_charge(found), disputed=_taken_back(found["currency"], disputes))

    def _disputes(self, charge_id: str) -> list[dict[str, Any]]:
        answer = self._client.v1.disputes.list({"payment_intent": charge_id, "limit": 100})
        return [each.to_dict() for each in answer.data]

    def read_event(self, payload: bytes, signature: str, *, at: datetime) -> ProviderEvent:
        self._check_signature(payload, signature, at)
        try:
            event = json.loads(payload)
            thing = event["data"]["object"]
            live, kind = bool(event["livemode"]), _KINDS.get(event["type"], EventKind.OTHER)
            created = datetime.fromtimestamp(event["created"], UTC)
        except (ValueError, KeyError, TypeError) as error:
            raise BadSignature("This message is not an event of the card service") from error
        if event.get("account") or live != self._api_key.startswith(("sk_live_", "rk_live_")):
            raise BadSignature("This message is for another account")
        return ProviderEvent(
            id=event["id"],
            type=event["type"],
            object=thing,
            kind=kind,
            created=created,
            charge_id=_charge_named_in(thing),
            session_id=thing["id"] if thing.get("object") == "checkout.session" else None,
        )

    def _check_signature(self, payload: bytes, signature: str, at: datetime) -> None:
        """The library checks whose it is; how old it is we judge by the time given to us."""
        import stripe

        try:
            stripe.WebhookSignature.verify_header(payload, signature, self._webhook_secret)
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            raise BadSignature("This message is not from the card service") from error
        stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
        if abs(at.timestamp() - int(stamps[0])) > TOLERANCE.total_seconds():
            raise BadSignature("This message is too old, or from a clock that is wrong")

    @cached_property
    def _client(self) -> stripe.StripeClient:
        import stripe

        return stripe.StripeClient(
            self._api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": self._api_base} if self._api_base else {},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=self._timeout),
        )


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Turns the library's errors into the port's four."""
    import stripe

    try:
        yield
    except stripe.CardError as error:
        raise CardRefused(_reason(error.code)) from error
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderAway(str(error)) from error
    except stripe.StripeError as error:
        if (error.http_status or 500) >= 500 or error.http_status == 409:
            raise ProviderAway(str(error)) from error
        raise RequestRefused(str(error)) from error


def _refused_charge(refusal: stripe.CardError) -> Charge:
    """The bank's no as a charge; without one on the provider's side the error goes on."""
    body = refusal.json_body
    intent = body["error"].get("payment_intent") if isinstance(body, Mapping) else None
    if intent is None:
        raise refusal
    return _charge(intent)


def _charge(intent: Mapping[str, Any]) -> Charge:
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
        amount=_money(intent["amount"], intent["currency"]),
        refunded=_money(back, intent["currency"]),
        case_ref=intent["metadata"].get("case", ""),
    )


def _taken_back(currency: str, disputes: Iterable[Mapping[str, Any]]) -> Money:
    """What disputes cost as they stand; an inquiry or a dispute that is won takes nothing."""
    lost = ("needs_response", "under_review", "lost")
    amounts = (
        _money(each["amount"], each["currency"]) for each in disputes if each["status"] in lost
    )
    return Money.sum(amounts, currency.upper())


def _reason_for(status: ChargeStatus, code: str | None) -> str:
    if status == ChargeStatus.CAPTURED:
        return ""
    if status == ChargeStatus.PENDING:
        return "The bank has not answered yet."
    if status == ChargeStatus.NEEDS_PATIENT:
        return _reason(code or "authentication_required")
    return _reason(code)


def _reason(code: str | None) -> str:
    return _REASONS.get(code or "", REFUSED)


def _money(minor: int, currency: str) -> Money:
    return Money(minor, currency.upper())


def _charge_named_in(thing: Mapping[str, Any]) -> str | None:
    """The payment intent that an object is, or belongs to."""
    if thing.get("object") == "payment_intent":
        return str(thing["id"])
    named = thing.get("payment_intent")
    return named if isinstance(named, str) else None
