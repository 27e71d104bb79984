"""When the price is taken is a setting; before that point nothing is ever taken (F10.3, F10.4)."""

import pytest

from konsil.billing import actions
from konsil.billing.following import settle_the_end, take_the_price
from konsil.billing.guarding import payment_settled
from konsil.billing.ledger import held
from konsil.billing.models import ChargeTry, MoneyRules, Payment
from konsil.billing.money import Money
from konsil.billing.rules import ChargePoint, Ended, Terms, table
from konsil.billing.tests import running_double as cards
from konsil.billing.tests.desk import Desk
from konsil.billing.tests.money_desk import rule, save_card
from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM
from tests.cast import MONDAY
from tests.test_who_sees_a_case import BACKEND

ORDER = (Verb.ACCEPTED, Verb.FILE_COMPLETED, Verb.OFFER_ACCEPTED)
TAKEN_AT = dict(zip(ChargePoint, ORDER, strict=True))


def happen(case, verb):
    """The event and what the house of money does about it."""
    event = case.tell(verb, by=SYSTEM, at=MONDAY)
    listener = settle_the_end if verb in {Verb.WITHDRAWN, Verb.DECLINED} else take_the_price
    listener.func(event_id=str(event.pk), tenant_id=str(case.tenant_id))
    return event


@pytest.mark.parametrize("point", ChargePoint)
def test_the_charge_is_queued_at_its_point_and_at_no_other(cast, point):
    """F10.3."""
    rule(cast, charge_point=point)
    save_card(cast.case)

    tries = []
    for verb in ORDER:
        happen(cast.case, verb)
        tries.append(ChargeTry.objects.count())

    assert tries == [int(ORDER.index(verb) >= ORDER.index(TAKEN_AT[point])) for verb in ORDER]


@pytest.mark.parametrize("point", ChargePoint)
@pytest.mark.parametrize("ends", [Verb.DECLINED, Verb.WITHDRAWN])
def test_what_ends_before_the_charge_point_takes_nothing_at_the_provider(
    cast, client, double, settings, inbox, point, ends
):
    """F10.4: zero captured, by the provider's own word, for each charge point."""
    rule(cast, charge_point=point)
    desk = Desk(cast, client, double, settings, inbox)
    desk.save_card(cards.GOOD_CARD)
    for verb in ORDER[: ORDER.index(TAKEN_AT[point])]:
        happen(cast.case, verb)

    happen(cast.case, ends)
    desk.work(times=2)

    assert desk.taken_at_provider() == []
    assert desk.payment.state == "voided"
    assert not held(desk.payment)


@pytest.mark.parametrize("point", ChargePoint)
def test_a_running_case_keeps_the_point_it_was_quoted_with(cast, point):
    """F10.3: a setting that is changed later does not reach it."""
    rule(cast, charge_point=point)
    actions.quote(cast.case, at=MONDAY)
    for other in ChargePoint:
        rule(cast, charge_point=other)

    assert actions.quote(cast.case, at=MONDAY).charge_point == point


def test_where_the_reviewer_is_the_point_a_saved_card_lets_the_case_be_offered(cast):
    """F10.3: and no card does not."""
    rule(cast, charge_point=ChargePoint.REVIEWER)
    assert "no card" in payment_settled(cast.case)
    actions.quote(cast.case, at=MONDAY)
    assert "no card" in payment_settled(cast.case)

    save_card(cast.case)

    assert payment_settled(cast.case) == ""
    actions.become_due(cast.case, at=MONDAY)
    assert "not charged yet" in payment_settled(cast.case)


@pytest.mark.parametrize(
    ("point", "second"),
    [
        (ChargePoint.ACCEPTANCE, "You get $700.00 back, we keep $150.00."),
        (ChargePoint.FILE_COMPLETE, "You get $700.00 back, we keep $150.00."),
        (ChargePoint.REVIEWER, "You pay nothing."),
    ],
)
def test_the_table_that_is_shown_before_paying_is_the_rule_of_that_point(point, second):
    """F10.5."""
    terms = Terms(Money(85000, "USD"), Money(15000, "USD"), 50, point)
    lines = dict(table(terms))

    assert lines["Before a specialist begins to read"] == second
    assert lines["After that"] == "You get $425.00 back, we keep $425.00."
    assert ("Before your file is complete" in lines) == (point == ChargePoint.FILE_COMPLETE)


@pytest.mark.parametrize(
    ("verbs", "ended"),
    [
        ((), Ended.UNACCEPTED),
        ((Verb.ACCEPTED,), Ended.COLLECTING),
        ((Verb.ACCEPTED, Verb.OFFER_ACCEPTED), Ended.READING),
    ],
)
def test_how_far_a_case_had_come_is_read_from_its_history(cast, verbs, ended):
    """F10.5."""
    for verb in verbs:
        cast.case.tell(verb, by=SYSTEM, at=MONDAY)

    assert actions.how_far(cast.case) == ended
    assert Event.objects.filter(case=cast.case, verb__in=verbs).count() == len(verbs)


def test_the_clerk_sets_the_point_and_reads_the_versions(cast, client):
    """F10.3: each change is a version with a name and a time."""
    client.force_login(cast.berta, backend=BACKEND)
    sent = {
        "charge_point": "reviewer",
        "late_percent": "40",
        "estimate_words": "It may differ.",
        "invoice_days": "14",
        "npi": "1234567893",
        "reviewer": "300",
    }

    assert client.post("/payments/rules/", {**sent, "npi": "12"}).status_code == 422
    assert client.post("/payments/rules/", {**sent, "late_percent": "101"}).status_code == 422
    assert client.post("/payments/rules/", sent).status_code == 302

    now = MoneyRules.of(cast.northgate)
    assert (now.charge_point, now.late_percent, now.reviewer_minor) == ("reviewer", 40, 30000)
    assert "Berta Lund" in client.get("/payments/rules/").content.decode()
    assert actions.quote(cast.case, at=MONDAY).late_percent == 40
    assert Payment.objects.count() == 1
