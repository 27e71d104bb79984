"""What happens while a due price is not paid: letters after 1, 3 and 7 days, then rest (F10.6)."""

from datetime import timedelta

import pytest

from konsil.billing import actions, cards, dunning
from konsil.billing.life import State
from konsil.billing.models import CardVisit, ChargeTry, Payment
from konsil.billing.tests.money_desk import charged, refused, save_card
from konsil.cases.life import Stage
from konsil.cases.models import Event, Hold, Task
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM
from tests.cast import MONDAY, put_at
from tests.test_who_sees_a_case import BACKEND

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def failed(cast):
    save_card(cast.case)
    put_at(cast.case, Stage.GATHERING)
    actions.become_due(cast.case, at=MONDAY)
    return refused(cast.case)


def hours_of_letters(cast, *, days=12, refuse=True):
    """Go through the days hour by hour, the bank saying no each time; when letters went."""
    found = []
    for hour in range(days * 24):
        at = MONDAY + hour * HOUR
        for payment in dunning.due_now(at=at):
            if dunning.dun(payment.case, at=at):
                found.append(hour)
        if refuse and ChargeTry.objects.filter(state="waiting").exists():
            refused(cast.case, at=at)
    return found


def test_a_refused_card_is_reminded_of_after_1_3_and_7_days_and_then_never(cast):
    """F10, case-life Payment: written out by hand."""
    failed(cast)

    assert hours_of_letters(cast) == [24, 72, 168]
    assert Event.objects.filter(verb=Verb.PAYMENT_OVERDUE).count() == 3


def test_each_letter_but_the_last_tries_the_card_again(cast):
    """The bank may say yes on another day; the price is asked three times, never four."""
    failed(cast)
    hours_of_letters(cast)

    assert ChargeTry.objects.count() == 3
    assert Payment.objects.get().state == State.FAILED


def test_a_try_that_succeeds_ends_the_letters(cast):
    failed(cast)
    dunning.dun(cast.case, at=MONDAY + DAY)
    from konsil.billing.charging import locked_try, note
    from konsil.billing.money import Money
    from konsil.billing.provider import Charge, ChargeStatus

    attempt = ChargeTry.objects.get(state="waiting")
    zero = Money.zero("USD")
    note(
        locked_try(attempt.pk),
        Charge("pi_x", ChargeStatus.CAPTURED, "", attempt.amount, zero, ""),
        at=MONDAY + DAY,
    )

    assert hours_of_letters(cast) == []


def test_a_missing_card_is_reminded_of_in_the_same_way(cast):
    """Accepted, and no card was ever saved."""
    put_at(cast.case, Stage.GATHERING)
    actions.become_due(cast.case, at=MONDAY)

    assert hours_of_letters(cast) == [24, 72, 168]
    assert not ChargeTry.objects.exists()


def test_after_seven_days_the_case_rests_and_the_desk_calls(cast):
    """case-life: then ON_HOLD."""
    failed(cast)
    hours_of_letters(cast)

    task = Task.objects.get(key="unpaid-hold", done_at=None)
    assert task.role == "billing"
    rest = Hold.objects.get(case=cast.case, ended_at=None)
    assert rest.reason == "payment"
    cast.case.refresh_from_db()
    assert cast.case.held_until is not None


@pytest.mark.parametrize("settle", ["waive", "pay"])
def test_a_case_that_rested_for_the_money_goes_on_when_it_is_settled(cast, settle):
    failed(cast)
    hours_of_letters(cast)
    at = MONDAY + 9 * DAY
    if settle == "waive":
        from konsil.billing.tests.money_desk import berta

        actions.waive(cast.case, reason="Hardship", by=berta(cast), at=at)
    else:
        actions.charge_again(cast.case, by=SYSTEM, at=at)

    dunning.wake(cast.case, at=at)

    assert not Hold.objects.filter(case=cast.case, ended_at=None).exists()
    assert not Task.objects.filter(key="unpaid-hold", done_at=None).exists()


def test_a_case_that_ended_is_not_reminded(cast):
    failed(cast)
    put_at(cast.case, Stage.WITHDRAWN)

    assert hours_of_letters(cast, refuse=False) == []


def test_a_job_that_runs_twice_reminds_once(cast):
    failed(cast)

    assert [dunning.dun(cast.case, at=MONDAY + DAY) for _twice in range(2)] == [True, False]


def test_a_card_page_that_nobody_finished_ends_after_a_day_and_the_case_says_so(cast, client):
    """F10.6: also when the provider's own message never comes."""
    visit = cards.open_visit(cast.case, at=MONDAY)

    assert dunning.end_abandoned(visit, at=MONDAY + 23 * HOUR) is False
    assert dunning.end_abandoned(visit, at=MONDAY + 25 * HOUR) is True
    assert dunning.end_abandoned(visit, at=MONDAY + 26 * HOUR) is False

    assert CardVisit.objects.get().state == "ended"
    client.force_login(cast.rosa, backend=BACKEND)
    page = client.get(f"/cases/{cast.case.pk}/payment/").content.decode()
    assert "The card page ended without a card. Nothing was taken." in page
    assert "The card page ended without a card, nothing was taken" in page  # in the history


def test_a_page_that_ends_after_a_card_was_saved_says_nothing(cast):
    charged(cast.case)
    CardVisit.objects.create(case=cast.case, payment=Payment.objects.get(), at=MONDAY)

    dunning.end_abandoned(CardVisit.objects.get(), at=MONDAY + 25 * HOUR)

    assert not Event.objects.filter(verb=Verb.CARD_PAGE_LEFT).exists()
