"""The card provider's port over Stripe's library; its double is reached by the very same code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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
    EventKind,
    HostedPage,
    ProviderAway,
    ProviderEvent,
    Refund,
    RefundStatus,
    RequestRefused,
    SavedCard,
)
from konsil.billing.stripe_reading import (
    KINDS,
    REFUND_STATUS,
    charge_named_in,
    charge_of,
    money,
    reason_of,
    refused_charge,
    taken_back,
)

if TYPE_CHECKING:
    import stripe

#: The shapes that this adapter reads; an upgrade of the library does not move it unseen.
API_VERSION = "2026-10-28.endive"
TOLERANCE = timedelta(minutes=5)
#: Seconds to connect and to answer: short, since asking again with the same key is safe.
TIMEOUT = (3.05, 10.0)


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
                return refused_charge(refusal)
        return charge_of(made.to_dict())

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
            status=REFUND_STATUS.get(made["status"], RefundStatus.PENDING),
            charge_id=charge_id,
            amount=money(made["amount"], made["currency"]),
        )

    def find_charge(self, charge_id: str) -> Charge:
        intents = self._client.v1.payment_intents
        with _in_our_words():
            found = intents.retrieve(charge_id, {"expand": ["latest_charge"]}).to_dict()
            paid = found["latest_charge"]
            disputed = isinstance(paid, Mapping) and paid.get("disputed")
            disputes = self._disputes(charge_id) if disputed else []
        return replace(charge_of(found), disputed=taken_back(found["currency"], disputes))

    def _disputes(self, charge_id: str) -> list[dict[str, Any]]:
        answer = self._client.v1.disputes.list({"payment_intent": charge_id, "limit": 100})
        return [each.to_dict() for each in answer.data]

    def read_event(self, payload: bytes, signature: str, *, at: datetime) -> ProviderEvent:
        self._check_signature(payload, signature, at)
        try:
            event = json.loads(payload)
            thing = event["data"]["object"]
            live, kind = bool(event["livemode"]), KINDS.get(event["type"], EventKind.OTHER)
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
            charge_id=charge_named_in(thing),
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
        raise CardRefused(reason_of(error.code)) from error
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderAway(str(error)) from error
    except stripe.StripeError as error:
        if (error.http_status or 500) >= 500 or error.http_status == 409:
            raise ProviderAway(str(error)) from error
        raise RequestRefused(str(error)) from error
