"""What we send and what the double answers, against Stripe's published API description.

Stripe generates the classes of its own library from its OpenAPI description, so they say of each
call which parameters there are, and of each object which properties. The description itself is too
large to keep here; `published_shapes` holds, besides, which properties are never left out.
"""

import inspect
import re
import sys
import typing

import pytest
import stripe

from konsil.billing.money import Money
from konsil.billing.tests import running_double as cards
from konsil.billing.tests.running_double import CANCEL, RETURN
from konsil.billing.tests.test_double_contract import api as api  # noqa: PLC0414 a fixture
from konsil.billing.tests.test_double_contract import every_object

WISHES = {
    ("POST", r"/v1/checkout/sessions"): stripe.params.checkout.SessionCreateParams,
    ("GET", r"/v1/checkout/sessions/\w+"): stripe.params.checkout.SessionRetrieveParams,
    ("POST", r"/v1/payment_intents"): stripe.params.PaymentIntentCreateParams,
    ("GET", r"/v1/payment_intents/\w+"): stripe.params.PaymentIntentRetrieveParams,
    ("POST", r"/v1/payment_intents/\w+/confirm"): stripe.params.PaymentIntentConfirmParams,
    ("POST", r"/v1/refunds"): stripe.params.RefundCreateParams,
    ("GET", r"/v1/disputes"): stripe.params.DisputeListParams,
}
FREE = {"metadata", "expand", "object", "fraud_details", "amount_details"}
"""Maps of the caller's own words, lists of paths, and what every object has."""
CLASSES = {
    "checkout.session": stripe.checkout.Session,
    "setup_intent": stripe.SetupIntent,
    "payment_method": stripe.PaymentMethod,
    "payment_intent": stripe.PaymentIntent,
    "customer": stripe.Customer,
    "refund": stripe.Refund,
    "charge": stripe.Charge,
    "event": stripe.Event,
    "dispute": stripe.Dispute,
}


def typed_dict_named_in(annotation, module):
    """The nested TypedDicts that a parameter may be."""
    names = re.findall(r"\b[A-Z]\w+Params\w+", repr(annotation))
    return [getattr(module, name) for name in names if hasattr(module, name)]


def unknown_params(sent, wish):
    """Paths of parameters that the published call does not know."""
    known, module = wish.__annotations__, sys.modules[wish.__module__]
    for name, value in sent.items():
        if name not in known:
            yield name
        elif isinstance(value, dict) and name not in FREE:
            inner = typed_dict_named_in(known[name], module)
            assert inner, name
            yield from (f"{name}.{below}" for below in unknown_params(value, inner[0]))


def classes_in(annotation, owner):
    """The classes of Stripe that a property may hold."""
    if isinstance(annotation, typing.ForwardRef | str):
        text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
        found = [getattr(owner, part, None) or getattr(stripe, part, None)
                 for part in re.findall(r"\b[A-Z]\w+", text)]  # fmt: skip
        return [each for each in found if inspect.isclass(each)]
    if inspect.isclass(annotation) and issubclass(annotation, stripe.StripeObject):
        return [annotation]
    return [each for part in typing.get_args(annotation) for each in classes_in(part, owner)]


def strange_properties(thing, owner):
    """Paths of properties that the published object does not have."""
    known = owner.__annotations__
    for name, value in thing.items():
        if name in FREE:
            continue
        if name not in known:
            yield name
            continue
        for one in value if isinstance(value, list) else [value]:
            inner = classes_in(known[name], owner)
            if isinstance(one, dict) and inner and "object" not in one:
                yield from (f"{name}.{below}" for below in strange_properties(one, inner[0]))


def story(provider, double):
    """A card, a refusal, the bank's question, a charge, a refund, a dispute, through the port."""
    for number in (cards.GOOD_CARD, cards.REFUSED_WHEN_CHARGED, cards.ASKS_ALWAYS):
        page = provider.start_saving_card(
            case_ref="c", return_url=RETURN, cancel_url=CANCEL,
            idempotency_key=f"s{number}", customer_email="rosa@example.org",
        )  # fmt: skip
        sent = double.fill_in(page.url, number)
        if sent.headers["Location"].endswith("/bank"):
            double.press(sent.headers["Location"], answer="yes")
        card = provider.saved_card(page.session_id)
        made = provider.charge(
            saved_card=card, amount=Money(85000, "USD"), case_ref="c", idempotency_key=number
        )
        if number == cards.ASKS_ALWAYS:
            provider.confirm_with_patient(
                charge_id=made.id, saved_card=card, return_url=RETURN, idempotency_key="k"
            )
        if number == cards.GOOD_CARD:
            provider.refund(charge_id=made.id, amount=Money(100, "USD"), idempotency_key="r")
            double.control("dispute", payment_intent=made.id)
            provider.find_charge(made.id)
            yield made.id


def test_every_parameter_that_we_send_is_in_the_published_description(provider, double):
    """H: by the calls that the double wrote down."""
    list(story(provider, double))

    seen, unknown = set(), []
    for call in double.look("calls"):
        for (method, path), wish in WISHES.items():
            if call["method"] == method and re.fullmatch(path, call["path"]):
                seen.add((method, path))
                unknown += [f"{path}: {name}" for name in unknown_params(call["params"], wish)]

    assert unknown == []
    assert seen == set(WISHES)


def test_every_property_that_the_double_answers_is_in_the_published_description(
    api, provider, double
):
    """H: of every kind of object, also inside events."""
    things = [found.to_dict() for found in every_object(api, double)]
    (charge_id,) = story(provider, double)
    things += [each.to_dict() for each in api.disputes.list({"payment_intent": charge_id}).data]
    things += [thing["data"]["object"] for thing in things if thing["object"] == "event"]

    strange = {
        f"{thing['object']}: {name}"
        for thing in things
        for name in strange_properties(thing, CLASSES[thing["object"]])
    }

    assert strange == set()
    assert {thing["object"] for thing in things} == set(CLASSES)


def test_a_made_up_parameter_and_property_would_be_seen():
    """The two tests above can fail."""
    wish = stripe.params.checkout.SessionCreateParams
    sent = {"mode": "setup", "colour": "red", "setup_intent_data": {"taste": 1, "metadata": {}}}
    thing = {"object": "charge", "id": "ch", "hue": 1, "outcome": {"type": "x", "mood": "y"}}

    assert list(unknown_params(sent, wish)) == ["colour", "setup_intent_data.taste"]
    assert list(strange_properties(thing, stripe.Charge)) == ["hue", "outcome.mood"]


@pytest.mark.parametrize(("how", "left"), [("won", 0), ("lost", 84900)])
def test_a_dispute_is_read_as_money_that_the_bank_took_back(provider, double, how, left):
    """H5: after the refund of a dollar all the rest is disputed; won, it comes back."""
    (charge_id,) = story(provider, double)
    assert provider.find_charge(charge_id).disputed == Money(84900, "USD")

    double.control("dispute", payment_intent=charge_id, how=how)

    assert provider.find_charge(charge_id).disputed == Money(left, "USD")
