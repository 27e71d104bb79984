"""What the billing desk decides, who may, and who sees the money at all."""

import pytest

from konsil.billing import actions
from konsil.billing.ledger import at_provider
from konsil.billing.life import State
from konsil.billing.models import Account, LedgerEntry, Refund
from konsil.billing.money import Money
from konsil.billing.rules import Ended
from konsil.billing.tests import running_double as cards
from konsil.billing.tests.desk import Desk
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.roles import Role
from tests.cast import MONDAY, put_at

ILLNESS = ("Lung", "lung", "oncology", "CNRY-diagnosis", "Is it cancer")


@pytest.fixture
def desk(cast, client, double, settings, inbox):
    cast.case.diagnosis = "CNRY-diagnosis"
    cast.case.save()
    return Desk(cast, client, double, settings, inbox)


def balance(account):
    return sum(entry.minor for entry in LedgerEntry.objects.filter(account=account))


def test_a_waived_fee_lets_the_case_be_offered(desk):
    """F10.7."""
    desk.save_card(cards.REFUSED_WHEN_CHARGED)
    desk.accept()
    desk.work()

    answer = desk.post("berta", "payment/decide/", act="waive", **{"waive-reason": "Hardship"})

    assert answer.status_code == 302
    assert desk.payment.state == "waived"
    assert desk.case.ball == Role.COORDINATOR
    desk.offer()
    assert desk.case.stage == Stage.OFFERED
    assert desk.taken_at_provider() == []
    page = desk.read("rosa", "payment/")
    assert "You pay nothing." in page
    assert "Hardship" not in page


def test_a_waiver_needs_a_reason_said_beside_the_field(desk):
    desk.accept()
    answer = desk.post("mona", "payment/decide/", act="waive", **{"waive-reason": " "})

    assert answer.status_code == 422
    assert "Say in a few words why" in answer.content.decode()
    assert desk.payment.state == "quoted"


@pytest.mark.parametrize("name", ["ada", "rosa"])
def test_neither_the_coordinator_nor_the_patient_waives(desk, name):
    answer = desk.post(name, "payment/decide/", act="waive", **{"waive-reason": "Mine"})

    assert answer.status_code == 403


def test_pressing_waive_twice_waives_once(desk):
    by = Actor.of(desk.cast.berta)
    for _twice in range(2):
        actions.waive(desk.case, reason="Hardship", by=by, at=MONDAY)

    assert Event.objects.filter(case=desk.case, verb=Verb.WAIVED).count() == 1
    assert balance(Account.WAIVED) == 85000


def test_the_institution_that_referred_is_billed_and_no_other(desk):
    """F10.7."""
    by = Actor.of(desk.cast.berta)
    with pytest.raises(ImpossibleMove, match="No institution referred"):
        actions.bill_institution(desk.case, reason="Contract", by=by, at=MONDAY)

    actions.bill_institution(desk.cast.petras_case, reason="Contract", by=by, at=MONDAY)

    paid = actions.payment_of(desk.cast.petras_case)
    assert paid.state == "institution_billed"
    assert balance(Account.INSTITUTION) == 85000
    desk.cast.petras_case.move(
        Verb.WITHDRAWN, by=Actor.of(desk.cast.petra), at=MONDAY, reason="changed_mind"
    )
    desk.work(times=2)
    assert balance(Account.INSTITUTION) == 0


def test_a_partial_refund_goes_back_once_and_never_more_than_is_left(desk):
    """F10.5."""
    desk.save_card()
    desk.accept()
    desk.work()
    some = {"refund-how": "amount", "refund-amount": "$350", "refund-reason": "Late"}

    desk.post("berta", "payment/decide/", act="refund", **some)
    desk.work(times=2)
    more = desk.post("berta", "payment/decide/", act="refund", **some | {"refund-amount": "501"})

    assert more.status_code == 422
    assert "Only $500.00 can be given back" in more.content.decode()
    assert desk.refunded_at_provider() == [35000]
    assert desk.payment.state == "part_refunded"
    assert at_provider(desk.payment) == Money(50000, "USD")
    receipt = desk.read("rosa", "payment/receipt/")
    assert "$500.00" in receipt and "Visa ending 4242" in receipt


def test_what_we_cannot_deliver_goes_back_whole(desk):
    """F10.4, F10.5: declined after the charge, because the records cannot be had."""
    desk.save_card()
    desk.accept()
    desk.work()
    put_at(desk.cast.case, Stage.NEEDS_INFO)

    desk.move(Verb.DECLINED, desk.cast.ada)
    desk.work(times=2)

    assert desk.payment.state == "refunded"
    assert balance(Account.CARD) == 0


def test_a_refused_card_can_be_charged_again_by_the_desk(desk):
    desk.save_card(cards.REFUSED_WHEN_CHARGED)
    desk.accept()
    desk.work()

    desk.post("berta", "payment/decide/", act="charge")
    desk.work()

    assert desk.payment.state == "failed"
    assert desk.payment.tries.count() == 2
    assert desk.case.ball == Role.PATIENT


def test_money_that_comes_although_the_fee_was_waived_goes_back_at_once(desk):
    """H5: the charge was lost behind a silence, then the fee was waived, then news came."""
    desk.save_card()
    desk.accept()
    desk.double.control("away", calls=1, how="late", seconds=3)
    assert desk.work() == ["ProviderAway"]
    desk.post("berta", "payment/decide/", act="waive", **{"waive-reason": "Hardship"})
    desk.work()
    assert desk.taken_at_provider() == [85000]

    desk.hear_everything()
    desk.work(times=2)

    assert desk.refunded_at_provider() == [85000]
    assert at_provider(desk.payment) == Money(0, "USD")
    assert desk.payment.state == "waived"
    assert Refund.objects.count() == 1


def test_strangers_and_other_patients_see_no_payment(desk):
    """F12.1, F1.3."""
    for name in ("petra", "hal", "zoe", "brid", "wells"):
        for below in ("payment/", "payment/card/", "payment/receipt/"):
            assert desk.get(name, below).status_code == 404, (name, below)
    assert desk.post("petra", "payment/card/").status_code == 404


def test_a_referring_clinic_sees_no_billing_of_its_own_patient(desk):
    """F12.4."""
    url = f"/cases/{desk.cast.petras_case.pk}/payment/"

    assert desk.get("brid", url).status_code == 403


@pytest.mark.parametrize("name", ["berta", "ada", "mona"])
def test_the_pages_of_money_name_no_illness(desk, name):
    """Trust.md §2: finance sees amounts and the payer, nothing clinical."""
    desk.save_card()
    desk.accept()
    desk.work()

    for below in ("payment/", "payment/receipt/", "/payments/", "/payments/?show=paid"):
        page = desk.read(name, below)
        assert not [word for word in ILLNESS if word in page], below
    assert "Rosa Delgado" in desk.read(name, "/payments/")


def test_the_list_of_payments_is_for_the_desk(desk):
    desk.read("rosa", "payment/")

    assert desk.get("rosa", "/payments/").status_code == 403
    assert desk.get("okoye", "/payments/").status_code == 403
    elsewhere = desk.read("zoe", "/payments/")
    assert desk.case.number not in elsewhere


def test_before_paying_the_refund_table_is_shown_and_it_is_the_rule(desk):
    """F10.5."""
    desk.cast.line.gathering_fee_cents = 15000
    desk.cast.line.save()
    page = desk.read("rosa", "payment/card/")

    terms = desk.payment.terms
    for ended in Ended:
        assert terms.in_words(ended) in page
    assert "You get $700.00 back, we keep $150.00." in page
    assert "You get $425.00 back, we keep $425.00." in page


def test_every_state_of_money_can_be_told(desk):
    desk.read("rosa", "payment/")
    for state in State:
        type(desk.payment).objects.update(state=state)
        assert desk.get("rosa", "payment/").status_code == 200, state
        assert desk.get("berta", "payment/").status_code == 200, state
