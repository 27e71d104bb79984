"""Webhooks: only what is the provider's, ours, and fresh is believed; F10.6, H2, H3."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import requests
import stripe
from hypothesis import given
from hypothesis import strategies as st

from konsil.billing.money import Money
from konsil.billing.provider import BadSignature, EventKind
from konsil.billing.stripe_provider import StripeProvider
from konsil.billing.tests.running_double import CANCEL, KEY, RETURN, SECRET

AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
ADAPTER = StripeProvider(api_key=KEY, webhook_secret=SECRET)


def event(**more):
    thing = {"object": "payment_intent", "id": "pi_1"}
    made = {"id": "evt_1", "object": "event", "type": "payment_intent.succeeded"}
    return {**made, "created": 1796117400, "livemode": False, "data": {"object": thing}, **more}


def sign(body: str, at: datetime = AT, secret: str = SECRET) -> str:
    return stripe.WebhookSignature.generate_signature_header(body, secret, int(at.timestamp()))


def read(body: str, header: str, at: datetime = AT):
    return ADAPTER.read_event(body.encode(), header, at=at)


def save_and_charge(provider, double):
    page = provider.start_saving_card(
        case_ref="case-7", return_url=RETURN, cancel_url=CANCEL, idempotency_key="a"
    )
    double.fill_in(page.url)
    return page, provider.charge(
        saved_card=provider.saved_card(page.session_id),
        amount=Money(85000, "USD"),
        case_ref="case-7",
        idempotency_key="b",
    )


def test_each_event_says_what_to_ask_again(provider, double, inbox):
    page, charge = save_and_charge(provider, double)
    provider.refund(charge_id=charge.id, amount=Money(100, "USD"), idempotency_key="c")
    inbox.wait_for("charge.refunded")

    events = [provider.read_event(*one, at=datetime.now(UTC)) for one in inbox.letters]  # noqa: TID251

    told = {(e.kind, e.session_id or e.charge_id) for e in events if e.kind != EventKind.OTHER}
    assert told == {
        (EventKind.CARD_SAVED, page.session_id),
        (EventKind.CHARGE_CAPTURED, charge.id),
        (EventKind.REFUNDED, charge.id),
    }


def test_the_library_of_the_provider_believes_the_doubles_signature(provider, double, inbox):
    save_and_charge(provider, double)

    [(body, header)] = inbox.wait_for("payment_intent.succeeded")

    believed = stripe.Webhook.construct_event(body, header, SECRET)
    assert believed.data.object.amount_received == 85000
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, header, SECRET + "x")


def test_a_message_is_carried_again_until_the_hospital_takes_it(provider, double, inbox):
    inbox.status = 500
    save_and_charge(provider, double)
    first = inbox.wait_for("payment_intent.succeeded")[0]
    inbox.status = 200

    again = inbox.wait_for("payment_intent.succeeded", 2)[1]

    assert json.loads(first[0])["id"] == json.loads(again[0])["id"]


def test_on_request_messages_come_twice_and_backwards(provider, double, inbox):
    double.control("webhooks", copies=2, hold=True, reverse=True)
    save_and_charge(provider, double)
    assert inbox.letters == []

    double.control("webhooks", hold=False)
    inbox.wait_for("setup_intent.created", 2)

    types = inbox.types()
    assert types.count("payment_intent.succeeded") == 2
    assert types.index("payment_intent.succeeded") < types.index("checkout.session.completed")


def test_one_message_can_be_sent_again_for_a_replay(provider, double, inbox):
    save_and_charge(provider, double)
    [(body, _)] = inbox.wait_for("payment_intent.succeeded")

    double.control("resend", event=json.loads(body)["id"])

    again = inbox.wait_for("payment_intent.succeeded", 2)[1][0]
    assert json.loads(again)["id"] == json.loads(body)["id"]


def test_a_fresh_message_of_ours_is_believed():
    body = json.dumps(event())

    got = read(body, sign(body))

    assert (got.id, got.kind, got.charge_id) == ("evt_1", EventKind.CHARGE_CAPTURED, "pi_1")
    assert got.created == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6), timedelta(days=-90)])
def test_an_old_message_or_one_from_the_future_is_refused(off):
    """Trust bar H2."""
    body = json.dumps(event())

    with pytest.raises(BadSignature, match="too old"):
        read(body, sign(body, AT + off))


@pytest.mark.parametrize(
    "more", [{"account": "acct_2"}, {"livemode": True}], ids=["another account", "live for test"]
)
def test_a_message_for_another_account_is_refused(more):
    """Trust bar H2."""
    body = json.dumps(event(**more))

    with pytest.raises(BadSignature, match="another account"):
        read(body, sign(body))


@pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=x,v1=00", "t=,v1=", "nonsense"])
def test_a_message_without_a_signature_is_refused(header):
    with pytest.raises(BadSignature):
        read(json.dumps(event()), header)


@pytest.mark.parametrize("body", ["[]", "{}", "null", '{"data": 1}', "not json"])
def test_a_signed_message_that_is_no_event_is_refused(body):
    with pytest.raises(BadSignature, match="not an event"):
        read(body, sign(body))


@given(st.data())
def test_one_changed_byte_is_enough_to_be_refused(data):
    """Trust bar H2."""
    body = json.dumps(event()).encode()
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != body[place]))
    changed = body[:place] + bytes([other]) + body[place + 1 :]

    with pytest.raises(BadSignature):
        ADAPTER.read_event(changed, sign(body.decode()), at=AT)


def test_the_levers_are_not_within_reach_of_strangers(double):
    far = requests.get(
        f"{double.base}/_control/calls", headers={"X-Forwarded-For": "203.0.113.9"}, timeout=5
    )

    assert far.status_code == 404
