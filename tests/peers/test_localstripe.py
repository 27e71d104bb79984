"""The port over somebody else's Stripe in memory (localstripe), for what that covers.

It knows customers, payment methods, payment intents, refunds and signed webhooks of an older API;
it has no checkout pages and refuses `allowed_payment_method_types`, so cards are saved and charged
through the library here, and read, refunded and heard of through our port.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from konsil.billing.money import Money
from konsil.billing.provider import BadSignature, ChargeStatus, EventKind, RefundStatus
from konsil.billing.stripe_provider import StripeProvider
from konsil.billing.tests.running_double import Inbox

pytestmark = pytest.mark.peers
PROGRAM = Path(__file__).parents[2] / ".tools" / "localstripe" / "bin" / "localstripe"
PORT = int(os.environ.get("KONSIL_LOCALSTRIPE_PORT", "18431"))
BASE, KEY, SECRET = f"http://127.0.0.1:{PORT}", "sk_test_12345", "whsec_of_a_peer"
STARTS_WITHIN = 20


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """localstripe, started for these tests and ended with them."""
    if not PROGRAM.exists():
        pytest.skip("needs localstripe: make peers")
    command = [str(PROGRAM), "--port", str(PORT), "--from-scratch"]
    home = tmp_path_factory.mktemp("localstripe")
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=home, stdout=log, stderr=log)
    until = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            requests.get(BASE, timeout=1)
            break
        except requests.ConnectionError:
            assert time.monotonic() < until and server.poll() is None, "localstripe did not start"
            time.sleep(0.1)
    yield BASE
    server.terminate()
    server.wait(10)


@pytest.fixture
def provider(peer: str) -> StripeProvider:
    return StripeProvider(api_key=KEY, webhook_secret=SECRET, api_base=peer)


@pytest.fixture
def api(peer: str) -> Any:
    return stripe.StripeClient(KEY, base_addresses={"api": peer}, max_network_retries=0).v1


def pay(api: Any, number: str = "4242424242424242") -> Any:
    """A payment intent of $850 on a new card of a new customer."""
    customer = api.customers.create({"email": "rosa@example.org"})
    card = {"number": number, "exp_month": 9, "exp_year": 2040, "cvc": "123"}
    method = api.payment_methods.create({"type": "card", "card": card})
    api.payment_methods.attach(method.id, {"customer": customer.id})
    return api.payment_intents.create(
        {
            "amount": 85000,
            "currency": "usd",
            "customer": customer.id,
            "payment_method": method.id,
            "off_session": True,
            "confirm": True,
            "metadata": {"case": "case-7"},
        }
    )


def test_a_charge_is_read_and_given_back_in_parts(api: Any, provider: StripeProvider) -> None:
    """F10.5, H3: the same key refunds once there, too."""
    made = pay(api)

    found = provider.find_charge(made.id)
    back = provider.refund(charge_id=made.id, amount=Money(12345, "USD"), idempotency_key="r1")

    assert (found.status, found.amount) == (ChargeStatus.CAPTURED, Money(85000, "USD"))
    assert found.case_ref == "case-7"
    assert (back.status, back.amount) == (RefundStatus.DONE, Money(12345, "USD"))
    assert provider.find_charge(made.id).refunded == Money(12345, "USD")


def test_a_card_that_its_bank_refuses_has_taken_nothing(api: Any, provider: StripeProvider) -> None:
    """F10.4."""
    with pytest.raises(stripe.CardError) as no:
        pay(api, "4000000000000341")

    assert no.value.http_status == 402
    all_of_them = api.payment_intents.list({"limit": 100}).data
    (refused,) = [each.id for each in all_of_them if each.status != "succeeded"]
    found = provider.find_charge(refused)
    assert (found.status, found.refunded.minor) == (ChargeStatus.REFUSED, 0)


def letter_about(inbox: Inbox, name: str) -> tuple[bytes, str]:
    """The news of that charge; those of charges before it may still come in."""
    for count in range(1, 9):
        for letter in inbox.wait_for("payment_intent.succeeded", count):
            if name.encode() in letter[0]:
                return letter
    raise AssertionError("the letter did not come")


def test_its_signed_webhooks_are_believed_and_those_of_another_secret_are_not(
    api: Any, peer: str, provider: StripeProvider
) -> None:
    """F10.6, H2."""
    inbox = Inbox()
    inbox.start()
    try:
        hook = {"url": inbox.url, "secret": SECRET}
        requests.post(f"{peer}/_config/webhooks/konsil", json=hook, timeout=5).raise_for_status()
        made = pay(api)
        body, signature = letter_about(inbox, made.id)
    finally:
        inbox.stop()
    now = datetime.now(UTC)  # noqa: TID251 the peer stamps its letters by the true clock

    event = provider.read_event(body, signature, at=now)

    assert (event.kind, event.charge_id) == (EventKind.CHARGE_CAPTURED, made.id)
    other = StripeProvider(api_key=KEY, webhook_secret="whsec_other", api_base=peer)
    with pytest.raises(BadSignature):
        other.read_event(body, signature, at=now)
