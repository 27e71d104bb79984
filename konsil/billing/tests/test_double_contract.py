"""The double answers as Stripe's published API does, seen through Stripe's own library."""

import pytest
import stripe

from konsil.billing import stripe_provider
from konsil.billing.tests import running_double as cards
from konsil.billing.tests.published_shapes import API_VERSION, REQUIRED, REQUIRED_WITHIN
from konsil.billing.tests.running_double import CANCEL, KEY, RETURN


@pytest.fixture
def api(double):
    return stripe.StripeClient(KEY, base_addresses={"api": double.base}, max_network_retries=0).v1


def open_session(api, **more):
    wish = {"mode": "setup", "allowed_payment_method_types": ["card"], "success_url": RETURN}
    wish |= {"cancel_url": CANCEL, "customer_creation": "always", **more}
    return api.checkout.sessions.create(wish)


def save_card(api, double, number=cards.GOOD_CARD):
    """The payment method left on a page."""
    session = open_session(api)
    double.fill_in(session.url, number)
    expanded = {"expand": ["setup_intent.payment_method"]}
    return api.checkout.sessions.retrieve(session.id, expanded).setup_intent.payment_method


def pay(api, method, key=None, **more):
    wish = {"amount": 85000, "currency": "usd", "customer": method.customer}
    wish |= {"payment_method": method.id, "off_session": True, "confirm": True, **more}
    return api.payment_intents.create(wish, {"idempotency_key": key} if key else {})


def test_adapter_double_library_and_shapes_name_one_version(api):
    answer = api.customers.create({}).last_response.headers["Stripe-Version"]

    assert {stripe_provider.API_VERSION, answer, stripe.api_version} == {API_VERSION}


def every_object(api, double):
    """One of each kind, from a story with a refusal and a refund in it."""
    method = save_card(api, double)
    intent = pay(api, method)
    refund = api.refunds.create({"payment_intent": intent.id, "amount": 100})
    refused = save_card(api, double, cards.REFUSED_WHEN_CHARGED)
    with pytest.raises(stripe.CardError) as no:
        pay(api, refused)
    failed = no.value.json_body["error"]["payment_intent"]
    yield from api.checkout.sessions.list().data
    yield from (method, intent, refund, api.customers.retrieve(method.customer))
    yield from api.events.list({"limit": 100}).data
    yield from (
        api.charges.retrieve(name) for name in (intent.latest_charge, failed["latest_charge"])
    )
    yield from (api.setup_intents.retrieve(s.setup_intent) for s in api.checkout.sessions.list())
    yield api.payment_intents.retrieve(failed["id"])


def test_every_answer_has_the_properties_that_the_published_api_requires(api, double):
    seen = set()
    for thing in (found.to_dict() for found in every_object(api, double)):
        kind = thing["object"]
        seen.add(kind)

        assert set(REQUIRED[kind].split()) - thing.keys() == set(), kind
        if kind == "event":
            inner = thing["data"]["object"]
            assert set(REQUIRED[inner["object"]].split()) - inner.keys() == set(), thing["type"]
        for (owner, path), names in REQUIRED_WITHIN.items():
            inner = within(thing, path) if owner == kind else None
            if inner is not None:
                seen.add(path)
                assert set(names.split()) - inner.keys() == set(), path
    assert seen == set(REQUIRED) | {path for _, path in REQUIRED_WITHIN}


def within(thing, path):
    for step in path.split("."):
        thing = thing and thing[step]
    return thing


def test_a_saved_card_belongs_to_a_new_customer_and_the_page_is_over(api, double):
    session = open_session(api, customer_email="rosa@example.org", client_reference_id="case-7")
    assert session.url.endswith(f"/pay/{session.id}")
    double.fill_in(session.url)

    after = api.checkout.sessions.retrieve(session.id, {"expand": ["customer", "setup_intent"]})

    assert (after.status, after.url, after.payment_status) == (
        "complete",
        None,
        "no_payment_required",
    )
    assert after.customer.email == "rosa@example.org"
    assert after.setup_intent.status == "succeeded"
    assert after.client_reference_id == "case-7"


def test_a_decline_has_the_shape_of_a_card_error(api, double):
    method = save_card(api, double, cards.REFUSED_WHEN_CHARGED)

    with pytest.raises(stripe.CardError) as no:
        pay(api, method)

    error = no.value.json_body["error"]
    assert no.value.http_status == 402
    assert (error["type"], error["code"]) == ("card_error", "card_declined")
    assert error["decline_code"] == "generic_decline"
    assert error["charge"].startswith("ch_")
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert error["payment_intent"]["last_payment_error"]["decline_code"] == "generic_decline"


def test_a_card_that_asks_every_time_is_refused_while_the_patient_is_away(api, double):
    session = open_session(api)
    asked = double.fill_in(session.url, cards.ASKS_ALWAYS)
    double.press(asked.headers["Location"], answer="yes")
    setup = api.checkout.sessions.retrieve(
        session.id, {"expand": ["setup_intent.payment_method"]}
    ).setup_intent

    with pytest.raises(stripe.CardError) as no:
        pay(api, setup.payment_method)

    assert no.value.code == "authentication_required"
    assert no.value.json_body["error"]["payment_intent"]["status"] == "requires_payment_method"


def test_one_key_and_the_same_wish_is_one_deed_and_says_that_it_is_a_replay(api, double):
    method = save_card(api, double)

    first, again = pay(api, method, "k"), pay(api, method, "k")

    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers


def test_one_key_and_another_wish_is_an_idempotency_error(api, double):
    method = save_card(api, double)
    pay(api, method, "k")

    with pytest.raises(stripe.IdempotencyError, match="same parameters") as other:
        pay(api, method, "k", amount=100)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        api.customers.create({}, {"idempotency_key": "k"})

    assert other.value.json_body["error"]["type"] == "idempotency_error"
    assert other.value.http_status == 400


def test_a_refused_card_is_kept_under_its_key_and_a_mistyped_wish_is_not(api, double):
    method = save_card(api, double, cards.REFUSED_WHEN_CHARGED)
    ids = set()
    for _ in range(2):
        with pytest.raises(stripe.CardError) as no:
            pay(api, method, "k")
        ids.add(no.value.json_body["error"]["payment_intent"]["id"])

    with pytest.raises(stripe.InvalidRequestError):
        pay(api, method, "other", amount=10)

    assert len(ids) == 1
    with pytest.raises(stripe.CardError):
        pay(api, method, "other")


@pytest.mark.parametrize(
    ("wish", "code", "param"),
    [
        ({"amount": ""}, "parameter_missing", "amount"),
        ({"amount": "8.50"}, "parameter_invalid_integer", "amount"),
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"currency": "USD"}, "invalid_currency", "currency"),
        ({"customer": "cus_none"}, "resource_missing", "customer"),
        ({"payment_method": "pm_none"}, "resource_missing", "payment_method"),
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
    ],
)
def test_a_wrong_wish_is_refused_with_the_published_code(api, double, wish, code, param):
    method = save_card(api, double)

    with pytest.raises(stripe.InvalidRequestError) as no:
        pay(api, method, **wish)

    assert (no.value.code, no.value.param) == (code, param)


def test_a_card_of_somebody_else_cannot_be_charged(api, double):
    method = save_card(api, double)
    stranger = api.customers.create({})

    with pytest.raises(stripe.InvalidRequestError, match="cannot be used here"):
        pay(api, method, customer=stranger.id)


def test_strangers_and_wrong_turns_get_the_published_errors(api, double):
    bad = stripe.StripeClient("sk_test_bad", base_addresses={"api": double.base}).v1

    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
        bad.customers.create({})
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        api.products.list()
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        open_session(api, expand=["status"])


def test_a_page_can_be_ended_once_and_takes_no_card_afterwards(api, double):
    session = open_session(api)

    ended = api.checkout.sessions.expire(session.id)

    assert (ended.status, ended.url) == ("expired", None)
    assert "This page has ended" in double.fill_in(f"/pay/{session.id}").text
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        api.checkout.sessions.expire(session.id)
