"""A payment from the saved card to the receipt, against the card service's double."""

import pytest

from konsil.billing.ledger import at_provider
from konsil.billing.models import ChargeTry, LedgerEntry, Payment
from konsil.billing.money import Money
from konsil.billing.tests import running_double as cards
from konsil.billing.tests.desk import Desk
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Event, LicenceRule, Task
from konsil.cases.verbs import Verb
from konsil.people.roles import Role
from tests.cast import MONDAY

PRICE = Money(85000, "USD")


@pytest.fixture
def desk(cast, client, double, settings, inbox):
    return Desk(cast, client, double, settings, inbox)


def test_rosa_saves_a_card_and_nothing_is_captured(desk):
    """F10.3, F10.8."""
    page = desk.save_card()

    assert "Your card is saved." in page
    assert "Visa ending 4242" in page
    assert "Nothing is charged now" in page
    assert desk.payment.state == "card_saved"
    assert desk.taken_at_provider() == []
    assert not LedgerEntry.objects.exists()
    assert Event.objects.filter(case=desk.case, verb=Verb.CARD_SAVED).count() == 1


def test_accepting_charges_once_even_if_every_job_runs_twice(desk):
    """F10.3, F10.6, H3."""
    desk.save_card()

    desk.accept()
    desk.work(times=2)

    assert desk.payment.state == "captured"
    assert desk.taken_at_provider() == [85000]
    assert at_provider(desk.payment) == PRICE
    assert LedgerEntry.objects.count() == 2
    assert Event.objects.filter(case=desk.case, verb=Verb.CHARGED).count() == 1
    assert desk.case.ball == Role.COORDINATOR


def test_of_a_declined_request_nothing_is_ever_taken(desk):
    """F10.4."""
    desk.save_card()

    desk.move(Verb.DECLINED, desk.cast.ada)
    desk.work(times=2)

    assert desk.payment.state == "voided"
    assert desk.taken_at_provider() == []
    assert not LedgerEntry.objects.exists()


def test_a_refused_card_puts_the_ball_with_rosa_and_the_case_cannot_be_offered(desk):
    """F10.3."""
    desk.save_card(cards.REFUSED_WHEN_CHARGED)
    desk.accept()
    desk.work()

    assert desk.payment.state == "failed"
    assert (desk.case.ball, desk.case.ball_for) == (Role.PATIENT, "use another card")
    assert Task.objects.get(case=desk.case, key="pay", done_at=None).role == Role.PATIENT
    with pytest.raises(ImpossibleMove, match="The card could not be charged"):
        desk.offer()
    page = desk.read("rosa", "payment/")
    assert "The card was refused. Nothing was taken." in page
    assert "Use another card" in page


def test_another_card_is_charged_at_once_and_the_ball_goes_back(desk):
    desk.save_card(cards.REFUSED_WHEN_CHARGED)
    desk.accept()
    desk.work()

    desk.save_card()
    desk.work()

    assert desk.payment.state == "captured"
    assert desk.taken_at_provider() == [85000]
    assert desk.case.ball == Role.COORDINATOR
    assert not Task.objects.filter(case=desk.case, key="pay", done_at=None).exists()
    desk.offer()
    assert desk.case.stage == Stage.OFFERED


def test_accepted_without_a_card_it_is_rosas_turn_and_her_card_pays_at_once(desk):
    desk.accept()
    desk.work()
    assert (desk.case.ball, desk.case.ball_for) == (Role.PATIENT, "save a card")
    with pytest.raises(ImpossibleMove, match="There is no card yet"):
        desk.offer()

    desk.save_card()
    desk.work()

    assert desk.payment.state == "captured"
    assert desk.case.ball == Role.COORDINATOR


def test_a_bank_that_asks_every_time_is_answered_by_rosa(desk):
    desk.save_card(cards.ASKS_ALWAYS)
    desk.accept()
    desk.work()
    assert (desk.case.ball, desk.case.ball_for) == (Role.PATIENT, "confirm the payment")

    sent = desk.post("rosa", "payment/confirm/")
    assert sent.status_code == 303
    desk.double.press(sent["Location"], answer="yes")
    page = desk.read("rosa", "payment/confirm/back/")

    assert "You have paid $850.00." in page
    assert at_provider(desk.payment) == PRICE
    assert desk.case.ball == Role.COORDINATOR


def test_money_taken_behind_a_timeout_is_booked_once(desk):
    """H5: the provider took it but the answer was lost; asking again finds the same charge."""
    desk.save_card()
    desk.accept()
    desk.double.control("away", calls=1, how="late", seconds=3)

    away = desk.work(times=2)
    assert away == ["ProviderAway"]
    desk.work()

    assert desk.taken_at_provider() == [85000]
    assert at_provider(desk.payment) == PRICE
    assert ChargeTry.objects.count() == 1


def test_the_price_is_the_servers_and_stands_after_the_request_was_sent(desk):
    """H1."""
    desk.read("rosa", "payment/")
    desk.cast.line.price_cents = 99900
    desk.cast.line.save()
    desk.save_card(amount="1", minor="1", currency="EUR")
    desk.accept()
    desk.work()

    assert desk.taken_at_provider() == [85000]


def test_withdrawn_after_acceptance_all_but_the_cost_of_collecting_goes_back(desk):
    """F10.5."""
    desk.cast.line.gathering_fee_cents = 15000
    desk.cast.line.save()
    desk.save_card()
    desk.accept()
    desk.work()

    desk.move(Verb.WITHDRAWN, desk.cast.rosa)
    desk.work(times=2)

    assert desk.payment.state == "part_refunded"
    assert at_provider(desk.payment) == Money(15000, "USD")
    assert desk.refunded_at_provider() == [70000]
    assert "$700.00 went back to your card" in desk.read("rosa", "payment/")


def test_withdrawn_before_the_charge_ran_nothing_is_taken(desk):
    desk.save_card()
    desk.accept()
    desk.move(Verb.WITHDRAWN, desk.cast.rosa)

    desk.work(times=2)

    assert desk.payment.state == "voided"
    assert desk.taken_at_provider() == []


def test_withdrawn_after_the_reviewer_began_half_goes_back(desk):
    """F10.5."""
    desk.save_card()
    desk.accept()
    desk.work()
    desk.offer()
    desk.move(Verb.OFFER_ACCEPTED, desk.cast.okoye)
    desk.move(Verb.WITHDRAWN, desk.cast.rosa)

    desk.work(times=2)

    assert desk.refunded_at_provider() == [42500]
    assert at_provider(desk.payment) == Money(42500, "USD")


def test_a_place_that_allows_is_needed_too(desk):
    """The guard of money does not hide the others."""
    LicenceRule.objects.update(verdict="block")
    desk.save_card()
    desk.accept()
    desk.work()

    with pytest.raises(ImpossibleMove, match="licence table"):
        desk.offer()


def test_a_booking_that_is_not_zero_is_refused_by_the_database(desk, transactional_error):
    """H6."""
    desk.read("rosa", "payment/")
    payment = Payment.objects.get(case=desk.case)

    with transactional_error("must sum to zero"):
        LedgerEntry.objects.create(
            case=desk.case,
            payment=payment,
            transaction=payment.pk,
            source="x",
            account="card",
            minor=1,
            currency="USD",
            at=MONDAY,
        )


def test_what_is_booked_cannot_be_changed_or_deleted(desk, transactional_error):
    desk.save_card()
    desk.accept()
    desk.work()

    with transactional_error("permission denied"):
        LedgerEntry.objects.update(minor=1)
    with transactional_error("permission denied"):
        LedgerEntry.objects.all()._raw_delete("default")
