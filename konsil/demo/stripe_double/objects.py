"""Builds the objects that the double answers with, each with every property Stripe requires."""

from __future__ import annotations

import secrets
import string
from typing import Any

from konsil.demo.stripe_double.cards import Decline, DemoCard, fingerprint

Thing = dict[str, Any]
_LETTERS = string.ascii_letters + string.digits
_ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def new_id(prefix: str, length: int = 24) -> str:
    return prefix + "_" + "".join(secrets.choice(_LETTERS) for _ in range(length))


def base(prefix: str, kind: str, at: int, nulls: str, **more: Any) -> Thing:
    thing: Thing = {"id": new_id(prefix), "object": kind, "created": at, "livemode": False}
    return {**thing, **dict.fromkeys(nulls.split()), "metadata": {}, **more}


def customer(at: int, **more: Any) -> Thing:
    return base(
        "cus",
        "customer",
        at,
        "address currency default_source description discount email name phone shipping test_clock",
        balance=0,
        delinquent=False,
        invoice_prefix=new_id("x", 8)[2:].upper(),
        invoice_settings=dict.fromkeys(
            ("custom_fields", "default_payment_method", "footer", "rendering_options")
        ),
        preferred_locales=[],
        tax_exempt="none",
        **more,
    )


def setup_intent(at: int, **more: Any) -> Thing:
    thing = base(
        "seti",
        "setup_intent",
        at,
        "allowed_payment_method_types application automatic_payment_methods cancellation_reason "
        "customer description excluded_payment_method_types last_setup_error latest_attempt "
        "mandate next_action on_behalf_of payment_method payment_method_configuration_details "
        "single_use_mandate",
        flow_directions=None,
        payment_method_options={"card": _options("mandate_options network")},
        payment_method_types=["card"],
        status="requires_payment_method",
        usage="off_session",
    )
    thing["client_secret"] = new_id(thing["id"] + "_secret")
    return {**thing, **more}


def session(at: int, **more: Any) -> Thing:
    thing = base(
        "cs_test",
        "checkout.session",
        at,
        "adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types "
        "amount_subtotal amount_total billing_address_collection cancel_url "
        "client_reference_id client_secret collected_information consent consent_collection "
        "currency currency_conversion customer customer_account customer_creation "
        "customer_details customer_email discounts integration_identifier invoice "
        "invoice_creation locale managed_payments origin_context payment_intent payment_link "
        "payment_method_configuration_details permissions recovered_from "
        "saved_payment_method_options setup_intent shipping_address_collection shipping_cost "
        "submit_type subscription success_url total_details wallet_options",
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        custom_fields=[],
        custom_text=dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        expires_at=at + 24 * 3600,
        mode="setup",
        payment_method_collection="always",
        payment_method_options={},
        payment_method_types=["card"],
        payment_status="no_payment_required",
        phone_number_collection={"enabled": False},
        shipping_options=[],
        status="open",
        ui_mode="hosted_page",
    )
    return {**thing, **more}


def customer_details(email: str | None, name: str) -> Thing:
    nulls = ("address", "business_name", "individual_name", "phone")
    return {**dict.fromkeys(nulls), "email": email, "name": name} | {
        "tax_exempt": "none",
        "tax_ids": None,
    }


def payment_method(at: int, card: DemoCard, month: int, year: int, name: str) -> Thing:
    return base(
        "pm",
        "payment_method",
        at,
        "customer customer_account",
        allow_redisplay="limited",
        billing_details=_billing(name),
        card={
            **_card(card, month, year),
            "display_brand": card.brand,
            "generated_from": None,
            "networks": {"available": [card.brand], "preferred": None},
            "three_d_secure_usage": {"supported": True},
        },
        type="card",
    )


def payment_intent(at: int, **more: Any) -> Thing:
    thing = base(
        "pi",
        "payment_intent",
        at,
        "allowed_payment_method_types application application_fee_amount "
        "automatic_payment_methods canceled_at cancellation_reason customer customer_account "
        "description excluded_payment_method_types last_payment_error latest_charge "
        "managed_payments next_action on_behalf_of payment_method "
        "payment_method_configuration_details payment_record processing receipt_email review "
        "setup_future_usage shipping source statement_descriptor statement_descriptor_suffix "
        "transfer_data transfer_group",
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        capture_method="automatic_async",
        confirmation_method="automatic",
        payment_method_options={"card": _options("installments mandate_options network")},
        payment_method_types=["card"],
        status="requires_payment_method",
    )
    thing["client_secret"] = new_id(thing["id"] + "_secret")
    return {**thing, **more}


def charge(at: int, intent: Thing, method: Thing, decline: Decline | None) -> Thing:
    """`decline` is None when the money was taken."""
    taken = decline is None
    return base(
        "ch",
        "charge",
        at,
        "application application_fee application_fee_amount balance_transaction "
        "calculated_statement_descriptor description failure_balance_transaction on_behalf_of "
        "receipt_email receipt_number receipt_url review shipping source source_transfer "
        "statement_descriptor statement_descriptor_suffix transfer_data transfer_group",
        amount=intent["amount"],
        amount_captured=intent["amount"] if taken else 0,
        amount_refunded=0,
        billing_details=method["billing_details"],
        captured=taken,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        failure_code=decline and decline.code,
        failure_message=decline and decline.sentence,
        fraud_details={},
        outcome=_outcome(decline),
        paid=taken,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"type": "card", "card": _card_of_charge(method["card"])},
        refunded=False,
        status="succeeded" if taken else "failed",
    ) | {"metadata": intent["metadata"]}


def refund(at: int, paid: Thing, amount: int, reason: str | None, metadata: Thing) -> Thing:
    made = base(
        "re",
        "refund",
        at,
        "balance_transaction customer_account receipt_number source_transfer_reversal "
        "transfer_reversal",
        amount=amount,
        charge=paid["id"],
        currency=paid["currency"],
        customer=paid["customer"],
        destination_details={"card": {"type": "refund"}, "type": "card"},
        payment_intent=paid["payment_intent"],
        payment_method=paid["payment_method"],
        reason=reason,
        status="succeeded",
    )
    del made["livemode"]  # a refund has none
    return {**made, "metadata": metadata}


def event(at: int, kind: str, thing: Thing, version: str, request: Thing) -> Thing:
    made = base("evt", "event", at, "", api_version=version, data={"object": thing}, type=kind)
    del made["metadata"]
    return {**made, "pending_webhooks": 1, "request": request}


def _options(nulls: str) -> Thing:
    return {**dict.fromkeys(nulls.split()), "request_three_d_secure": "automatic"}


def _card(card: DemoCard, month: int, year: int) -> Thing:
    checks = {"address_line1_check": None, "address_postal_code_check": None}
    return {
        "brand": card.brand,
        "checks": {**checks, "cvc_check": "pass"},
        "country": "US",
        "exp_month": month,
        "exp_year": year,
        "fingerprint": fingerprint(card),
        "funding": "credit",
        "last4": card.number[-4:],
        "regulated_status": "unregulated",
        "wallet": None,
    }


def _card_of_charge(saved: Thing) -> Thing:
    kept = "brand checks country exp_month exp_year fingerprint funding last4 regulated_status"
    nulls = (
        "amount_authorized authorization_code electronic_commerce_indicator installments mandate "
        "network_transaction_id three_d_secure transaction_link_id wallet"
    )
    card = {name: saved[name] for name in kept.split()}
    return {**dict.fromkeys(nulls.split()), **card, "network": saved["brand"]}


def _billing(name: str) -> Thing:
    return {
        "address": dict.fromkeys(_ADDRESS),
        "email": None,
        "name": name,
        "phone": None,
        "tax_id": None,
    }


def _outcome(decline: Decline | None) -> Thing:
    nulls = dict.fromkeys(("advice_code", "network_advice_code", "network_decline_code"))
    if decline is None:
        return {
            **nulls,
            "network_status": "approved_by_network",
            "reason": None,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
    return {
        **nulls,
        "network_status": "declined_by_network",
        "reason": decline.decline_code or decline.code,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
