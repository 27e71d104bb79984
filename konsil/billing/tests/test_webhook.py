"""The webhook's door: forged, replayed, late, backwards; nothing happens twice (F10.6, H2, H3)."""

import json

import pytest
import stripe

from konsil.billing.ledger import at_provider
from konsil.billing.models import LedgerEntry, ProviderNews
from konsil.billing.money import Money
from konsil.billing.tests.desk import Desk
from konsil.billing.tests.running_double import KEY, SECRET
from konsil.cases.models import Event, Task
from konsil.cases.verbs import Verb
from konsil.people.roles import Role

DOOR = "/billing/webhook/"


@pytest.fixture
def desk(cast, client, inbox, double, settings):
    return Desk(cast, client, double, settings, inbox)


def paid(desk):
    desk.save_card()
    desk.accept()
    desk.work()
    desk.inbox.wait_for("payment_intent.succeeded")
    return desk


def test_every_message_fifty_times_changes_nothing_twice(desk):
    paid(desk)
    before = list(LedgerEntry.objects.values_list("pk", flat=True))

    for _again in range(50):
        assert set(desk.hear_everything()) == {200}
    desk.work(times=2)

    assert list(LedgerEntry.objects.values_list("pk", flat=True)) == before
    assert ProviderNews.objects.count() == len(desk.inbox.letters)
    assert Event.objects.filter(case=desk.case, verb=Verb.CHARGED).count() == 1


def test_messages_backwards_and_before_our_own_answer_book_once(desk):
    """The news of the charge comes before the charge's own answer, and before the card's."""
    sent = desk.post("rosa", "payment/card/")
    desk.double.fill_in(sent["Location"])
    desk.inbox.wait_for("checkout.session.completed")
    desk.hear_everything()
    desk.work()
    assert desk.payment.state == "card_saved"  # though she never came back to our page
    desk.accept()
    desk.double.control("away", calls=1, how="late", seconds=3)
    assert desk.work() == ["ProviderAway"]
    desk.inbox.wait_for("payment_intent.succeeded")

    desk.hear_everything(backwards=True)
    desk.work(times=2)

    assert desk.payment.state == "captured"
    assert at_provider(desk.payment) == Money(85000, "USD")
    assert desk.taken_at_provider() == [85000]


def test_a_forged_message_is_refused_and_kept_nowhere(desk, client):
    paid(desk)
    body, header = desk.inbox.letters[-1]
    old = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, 1700000000)
    foreign = stripe.WebhookSignature.generate_signature_header(body.decode(), "whsec_x", None)

    for sent, signature in [
        (body + b" ", header),
        (body, ""),
        (body, "t=1,v1=00"),
        (body, old),
        (body, foreign),
        (b"", header),
        (b"\xff\xfe", header),
    ]:
        answer = client.post(
            DOOR, sent, content_type="application/json", headers={"Stripe-Signature": signature}
        )
        assert answer.status_code == 400
        assert answer.content == b"Not believed"
    assert ProviderNews.objects.count() == 0


def test_the_door_takes_only_posts_of_a_bearable_length(client, settings):
    settings.STRIPE = {"api_key": KEY, "webhook_secret": SECRET, "api_base": ""}

    assert client.get(DOOR).status_code == 405
    long = client.post(DOOR, b"x" * (512 * 1024 + 1), content_type="application/json")
    assert long.status_code == 413


def test_a_believed_message_about_a_charge_that_is_not_ours_changes_nothing(desk, client):
    paid(desk)
    body = json.dumps(
        {
            "id": "evt_other",
            "object": "event",
            "type": "payment_intent.succeeded",
            "created": 1796117400,
            "livemode": False,
            "data": {"object": {"object": "payment_intent", "id": "pi_never_was"}},
        }
    )
    signature = stripe.WebhookSignature.generate_signature_header(body, SECRET, None)

    answer = client.post(
        DOOR, body, content_type="application/json", headers={"Stripe-Signature": signature}
    )
    desk.work()

    assert answer.status_code == 200
    assert ProviderNews.objects.get().done_at is not None
    assert at_provider(desk.payment) == Money(85000, "USD")


def test_a_refund_made_at_the_provider_is_booked_and_told(desk):
    """F10.5: whoever asked for it."""
    from konsil.billing.configured import provider

    paid(desk)
    charge = desk.payment.tries.get().charge_id
    provider().refund(charge_id=charge, amount=Money(10000, "USD"), idempotency_key="by hand")
    desk.inbox.wait_for("charge.refunded")

    desk.hear_everything()
    desk.hear_everything(backwards=True)
    desk.work(times=2)

    assert at_provider(desk.payment) == Money(75000, "USD")
    assert desk.payment.state == "part_refunded"
    assert Event.objects.filter(case=desk.case, verb=Verb.REFUNDED).count() == 1


def test_an_abandoned_card_page_ends_and_the_page_says_so(desk):
    """F10.6."""
    desk.post("rosa", "payment/card/")
    desk.double.control("clock", ahead=24 * 3600 + 1)
    desk.inbox.wait_for("checkout.session.expired")

    desk.hear_everything()
    desk.work()

    assert "The card page ended without a card. Nothing was taken." in desk.read("rosa", "payment/")


def test_a_dispute_is_a_task_for_the_billing_desk(desk, client):
    paid(desk)
    charge = desk.payment.tries.get().charge_id
    thing = {"object": "dispute", "id": "dp_1", "payment_intent": charge}
    body = json.dumps(
        {
            "id": "evt_dispute",
            "object": "event",
            "type": "charge.dispute.created",
            "created": 1796117400,
            "livemode": False,
            "data": {"object": thing},
        }
    )
    signature = stripe.WebhookSignature.generate_signature_header(body, SECRET, None)
    client.post(
        DOOR, body, content_type="application/json", headers={"Stripe-Signature": signature}
    )

    desk.work(times=2)

    assert Task.objects.get(case=desk.case, key="dispute").role == Role.BILLING
