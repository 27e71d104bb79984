"""What the house is promised by its card provider, kept by Stripe's adapter against the double."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import requests

from konsil.billing.money import Money
from konsil.billing.provider import (
    ChargeStatus,
    EventKind,
    ProviderAway,
    RefundStatus,
    RequestRefused,
)
from konsil.billing.stripe_provider import StripeProvider
from konsil.billing.tests import running_double as cards
from konsil.billing.tests.running_double import CANCEL, KEY, RETURN, SECRET, query_of

PRICE = Money(85000, "USD")


def key() -> str:
    return str(uuid4())


def open_page(provider, case_ref="case-7", **more):
    wish = {"return_url": RETURN, "cancel_url": CANCEL, "idempotency_key": key(), **more}
    return provider.start_saving_card(case_ref=case_ref, **wish)


def saved(provider, double, number=cards.GOOD_CARD):
    page = open_page(provider)
    reply = double.fill_in(page.url, number)
    if reply.headers["Location"].endswith("/bank"):
        reply = double.press(reply.headers["Location"], answer="yes")
    card = provider.saved_card(query_of(reply)["kept"])
    assert card is not None
    return card


def charged(provider, card, amount=PRICE, idempotency_key=None):
    return provider.charge(
        saved_card=card,
        amount=amount,
        case_ref="case-7",
        idempotency_key=idempotency_key or key(),
    )


def calls_to(double, path):
    return [call for call in double.look("calls") if call["path"] == path]


def test_a_patient_saves_a_card_and_nothing_is_taken(provider, double):
    """F10.3."""
    page = open_page(provider, customer_email="rosa@example.org")
    assert provider.saved_card(page.session_id) is None

    reply = double.fill_in(page.url)

    assert reply.status_code == 303
    assert query_of(reply) == {"kept": page.session_id}
    card = provider.saved_card(page.session_id)
    assert (card.brand, card.last4, card.exp) == ("visa", "4242", (9, 2040))
    assert calls_to(double, "/v1/payment_intents") == []


def test_the_provider_learns_of_the_case_only_its_id(provider, double):
    card = saved(provider, double)
    charged(provider, card)

    [opened] = calls_to(double, "/v1/checkout/sessions")
    [paid] = calls_to(double, "/v1/payment_intents")

    assert opened["params"]["metadata"] == {"case": "case-7"}
    assert opened["params"]["setup_intent_data"] == {"metadata": {"case": "case-7"}}
    assert paid["params"]["metadata"] == {"case": "case-7"}
    assert "description" not in paid["params"]


def test_no_card_number_is_in_what_our_side_sends_or_what_the_double_keeps(provider, double):
    """F10.8."""
    charged(provider, saved(provider, double))

    seen = json.dumps(double.look("calls")) + double.state.read_text()

    assert "4242424242424242" not in seen.replace(" ", "")
    assert "4242" in seen


def test_a_card_refused_at_saving_leaves_no_card(provider, double):
    """F10.4."""
    page = open_page(provider)

    reply = double.fill_in(page.url, cards.REFUSED_AT_SAVING)

    assert reply.status_code == 200
    assert "The card was refused. Nothing was taken" in reply.text
    assert provider.saved_card(page.session_id) is None
    assert double.fill_in(page.url).status_code == 303


def test_a_saved_card_is_charged_once_for_one_key_however_often_asked(provider, double):
    card = saved(provider, double)
    once = key()

    with ThreadPoolExecutor(8) as many:
        charges = list(many.map(lambda _: charged(provider, card, idempotency_key=once), range(16)))

    assert {charge.id for charge in charges} == {charges[0].id}
    assert charges[0].status == ChargeStatus.CAPTURED
    assert (charges[0].amount, charges[0].reason, charges[0].case_ref) == (PRICE, "", "case-7")
    assert len(succeeded(double)) == 1


def test_one_key_is_not_good_for_another_amount(provider, double):
    card = saved(provider, double)
    once = key()
    charged(provider, card, idempotency_key=once)

    with pytest.raises(RequestRefused, match="same parameters"):
        charged(provider, card, Money(99900, "USD"), idempotency_key=once)

    assert len(succeeded(double)) == 1


def test_a_card_that_is_refused_when_charged_takes_nothing_and_says_so(provider, double):
    card = saved(provider, double, cards.REFUSED_WHEN_CHARGED)
    once = key()

    charge = charged(provider, card, idempotency_key=once)

    assert charge.status == ChargeStatus.REFUSED
    assert charge.reason == "The card was refused. Nothing was taken."
    assert charge == charged(provider, card, idempotency_key=once)
    assert provider.find_charge(charge.id) == charge
    assert succeeded(double) == []


def test_a_bank_that_asks_once_is_asked_while_saving_and_then_pays(provider, double):
    card = saved(provider, double, cards.ASKS_ONCE)

    assert charged(provider, card).status == ChargeStatus.CAPTURED


def test_a_patient_who_says_no_to_the_bank_saves_no_card(provider, double):
    page = open_page(provider)
    asked = double.fill_in(page.url, cards.ASKS_ONCE)

    reply = double.press(asked.headers["Location"], answer="no")

    assert reply.headers["Location"] == f"/pay/{page.session_id}"
    assert "You did not confirm this to your bank" in requests.get(page.url, timeout=5).text
    assert provider.saved_card(page.session_id) is None


@pytest.mark.parametrize(
    ("answer", "outcome"), [("yes", ChargeStatus.CAPTURED), ("no", ChargeStatus.NEEDS_PATIENT)]
)
def test_a_bank_that_asks_every_time_needs_the_patient(provider, double, answer, outcome):
    card = saved(provider, double, cards.ASKS_ALWAYS)
    charge = charged(provider, card)
    assert charge.status == ChargeStatus.NEEDS_PATIENT
    assert "confirm this yourself" in charge.reason

    page = provider.confirm_with_patient(
        charge_id=charge.id,
        saved_card=card,
        return_url="http://127.0.0.1:9/paid/",
        idempotency_key=key(),
    )
    waiting = provider.find_charge(charge.id)
    reply = double.press(page.url, answer=answer)

    assert waiting.status == ChargeStatus.NEEDS_PATIENT
    assert query_of(reply)["payment_intent"] == charge.id
    assert provider.find_charge(charge.id).status == outcome


def test_refunds_add_up_and_never_exceed_the_charge(provider, double):
    charge = charged(provider, saved(provider, double))
    once = key()

    first = give_back(provider, charge, Money(30000, "USD"), once)
    again = give_back(provider, charge, Money(30000, "USD"), once)
    with pytest.raises(RequestRefused, match="greater than unrefunded"):
        give_back(provider, charge, Money(55001, "USD"))
    give_back(provider, charge, Money(55000, "USD"))

    assert (first.id, first.status) == (again.id, RefundStatus.DONE)
    assert provider.find_charge(charge.id).refunded == PRICE
    with pytest.raises(RequestRefused, match="already been refunded"):
        give_back(provider, charge, Money(1, "USD"))


def test_what_was_never_taken_cannot_be_given_back(provider, double):
    charge = charged(provider, saved(provider, double, cards.REFUSED_WHEN_CHARGED))

    with pytest.raises(RequestRefused, match="successful charge"):
        give_back(provider, charge, Money(100, "USD"))


@pytest.mark.parametrize("how", ["503", "cut", "silent"])
def test_a_provider_that_is_away_took_nothing_and_is_asked_again(provider, double, how):
    card = saved(provider, double)
    double.control("away", calls=1, how=how, seconds=3)
    once = key()

    with pytest.raises(ProviderAway):
        charged(provider, card, idempotency_key=once)
    assert succeeded(double) == []

    assert charged(provider, card, idempotency_key=once).status == ChargeStatus.CAPTURED


def test_money_taken_behind_a_timeout_is_found_and_not_taken_twice(provider, double):
    """Trust bar H5."""
    card = saved(provider, double)
    double.control("away", calls=1, how="late", seconds=3)
    once = key()

    with pytest.raises(ProviderAway):
        charged(provider, card, idempotency_key=once)
    [taken] = succeeded(double)

    assert charged(provider, card, idempotency_key=once).id == taken


def test_a_provider_that_nobody_answers_for_is_away():
    gone = StripeProvider(api_key=KEY, webhook_secret=SECRET, api_base="http://127.0.0.1:9")

    with pytest.raises(ProviderAway):
        gone.find_charge("pi_1")


def test_a_wrong_key_and_an_unknown_charge_are_for_staff_to_look_at(provider, double):
    stranger = StripeProvider(api_key="sk_test_x", webhook_secret=SECRET, api_base=double.base)

    with pytest.raises(RequestRefused, match="Invalid API Key"):
        stranger.find_charge("pi_1")
    with pytest.raises(RequestRefused, match="No such payment_intent"):
        provider.find_charge("pi_1")


def test_an_abandoned_page_ends_after_a_day_and_says_so(provider, double, inbox):
    """F10.6."""
    page = open_page(provider)
    double.control("clock", ahead=24 * 3600 + 1)

    late = double.fill_in(page.url)

    assert "This page has ended" in late.text
    assert provider.saved_card(page.session_id) is None
    [(body, signature)] = inbox.wait_for("checkout.session.expired")
    event = provider.read_event(body, signature, at=datetime.now(UTC))  # noqa: TID251
    assert (event.kind, event.session_id) == (EventKind.PAGE_ENDED, page.session_id)


def test_a_restart_forgets_no_card_and_no_key(provider, double):
    card = saved(provider, double)
    once = key()
    before = charged(provider, card, idempotency_key=once)

    assert double.stop() == 0
    double.start()
    again = StripeProvider(api_key=KEY, webhook_secret=SECRET, api_base=double.base)

    assert charged(again, card, idempotency_key=once) == before
    assert len(succeeded(double)) == 1


def test_the_web_process_starts_without_the_heavy_library():
    code = "import sys, konsil.billing.stripe_provider; sys.exit('stripe' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def give_back(provider, charge, amount, idempotency_key=None):
    wish = {"charge_id": charge.id, "amount": amount}
    return provider.refund(**wish, idempotency_key=idempotency_key or key())


def succeeded(double):
    """The payments for which money was taken, by the double's own list."""
    reply = requests.get(
        f"{double.base}/v1/payment_intents?limit=100",
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=5,
    )
    return [pi["id"] for pi in reply.json()["data"] if pi["status"] == "succeeded"]
