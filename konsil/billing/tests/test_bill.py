"""Add-ons, discount codes and the patient's yes: never more is charged than she agreed to."""

import pytest

from konsil.billing import actions, bill
from konsil.billing.life import State
from konsil.billing.models import Account, ChargeTry, Discount, Item, LedgerEntry, Payment
from konsil.billing.tests.money_desk import DAY, TODAY, berta, price, refused, save_card
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Task
from konsil.people.actors import Actor
from konsil.people.roles import Role
from tests.cast import MONDAY
from tests.test_who_sees_a_case import BACKEND


def rosa(cast):
    return Actor.of(cast.rosa)


def add(cast, item=Item.PATHOLOGY):
    return bill.add_on(cast.case, item, by=berta(cast), at=MONDAY)


def code(cast, name="SPRING26", **given):
    start = {"starts": TODAY, "made_at": MONDAY, **given}
    return Discount.objects.create(tenant=cast.northgate, code=name, **start)


def use(cast, typed="SPRING26", case=None):
    return bill.use_code(case or cast.case, typed, by=rosa(cast), at=MONDAY)


def test_an_add_on_is_on_the_bill_and_waits_for_her_yes(cast, client):
    """F10.1, F10.3: with the card saved and the case accepted, the old price alone is no leave."""
    price(cast, 18000, item=Item.PATHOLOGY)
    save_card(cast.case)
    add(cast)
    actions.become_due(cast.case, at=MONDAY)

    assert not ChargeTry.objects.exists()
    cast.case.refresh_from_db()
    assert (cast.case.ball, cast.case.ball_for) == (Role.PATIENT, "agree to the new price")
    client.force_login(cast.rosa, backend=BACKEND)
    page = client.get(f"/cases/{cast.case.pk}/payment/").content.decode()
    assert "The price is now $1,030.00. Do you agree?" in page
    assert "It is $180.00 more than you have agreed to." in page

    client.post(f"/cases/{cast.case.pk}/payment/agree/", {"seen": "103000"})

    assert ChargeTry.objects.get().minor == 103000
    assert not Task.objects.filter(key="agree", done_at=None).exists()


def test_a_yes_to_another_price_than_the_one_shown_is_no_yes(cast):
    """H1, H4: the price changed between the page and the press of the button."""
    price(cast, 18000, item=Item.PATHOLOGY)
    actions.quote(cast.case, at=MONDAY)
    add(cast)

    for seen in (85000, 0, -1):
        with pytest.raises(ImpossibleMove, match="has changed meanwhile"):
            bill.agree(cast.case, seen, by=rosa(cast), at=MONDAY)
    with pytest.raises(ImpossibleMove, match="has not agreed"):
        save_card(cast.case)
        actions.become_due(cast.case, at=MONDAY)
        actions.charge_again(cast.case, by=berta(cast), at=MONDAY)


def test_an_add_on_that_is_taken_off_again_costs_nothing_and_asks_nothing(cast):
    price(cast, 18000, item=Item.PATHOLOGY)
    actions.quote(cast.case, at=MONDAY)
    add(cast)
    bill.drop_add_on(cast.case, Item.PATHOLOGY, by=berta(cast), at=MONDAY)

    payment = Payment.objects.get(case=cast.case)
    assert (payment.minor, payment.agreed_minor) == (85000, 85000)
    assert not Task.objects.filter(key="agree", done_at=None).exists()


def test_an_add_on_without_a_price_and_one_after_the_charge_are_refused(cast):
    actions.quote(cast.case, at=MONDAY)
    with pytest.raises(ImpossibleMove, match="no price for"):
        add(cast, Item.VIDEO)
    price(cast, 18000, item=Item.PATHOLOGY)
    save_card(cast.case)
    actions.become_due(cast.case, at=MONDAY)

    with pytest.raises(ImpossibleMove, match="The price stands"):
        add(cast)


def test_after_a_refusal_a_cheaper_bill_is_charged_again_with_the_new_amount(cast):
    """F10.7: the code comes late; the try that was refused stays what it was."""
    code(cast, percent=20)
    save_card(cast.case)
    actions.become_due(cast.case, at=MONDAY)
    assert refused(cast.case).state == State.FAILED

    use(cast)

    assert [(each.minor, each.state) for each in ChargeTry.objects.all()] == [
        (85000, "refused"),
        (68000, "waiting"),
    ]


def test_a_code_takes_off_its_share_once_a_case(cast, client):
    """F10.7."""
    code(cast, percent=20)
    client.force_login(cast.rosa, backend=BACKEND)

    client.post(f"/cases/{cast.case.pk}/payment/code/", {"code": " spring26 "})
    again = client.post(f"/cases/{cast.case.pk}/payment/code/", {"code": "SPRING26"}, follow=True)

    assert "A code is used for this case already" in again.content.decode()
    assert Payment.objects.get(case=cast.case).minor == 68000


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"starts": TODAY + DAY}, "not valid today"),
        ({"ends": TODAY - DAY, "starts": TODAY - 9 * DAY}, "not valid today"),
        ({"stopped_at": MONDAY}, "not valid today"),
        ({"currency": "EUR", "percent": None, "minor": 100}, "another currency"),
    ],
)
def test_a_code_that_does_not_hold_says_why(cast, given, words):
    """F10.7."""
    code(cast, **{"percent": 10, **given})

    with pytest.raises(ImpossibleMove, match=words):
        use(cast)
    assert Payment.objects.get(case=cast.case).minor == 85000


def test_a_code_is_used_no_more_often_than_it_says(cast):
    """F10.7."""
    code(cast, percent=10, most_uses=1)
    use(cast)

    with pytest.raises(ImpossibleMove, match="as often as it can be"):
        bill.use_code(cast.petras_case, "SPRING26", by=Actor.of(cast.petra), at=MONDAY)


def test_nobody_finds_a_code_by_trying(cast):
    """F10.7: five wrong ones, then not even the right one."""
    code(cast, percent=10)
    for n in range(5):
        with pytest.raises(ImpossibleMove, match="do not know this code"):
            use(cast, f"GUESS{n}")

    with pytest.raises(ImpossibleMove, match="Too many codes"):
        use(cast)


def test_a_code_of_another_hospital_is_unknown(cast):
    """F12.1."""
    Discount.objects.create(
        tenant=cast.other_hospital, code="THEIRS26", percent=50, starts=TODAY, made_at=MONDAY
    )

    with pytest.raises(ImpossibleMove, match="do not know this code"):
        use(cast, "THEIRS26")


def test_a_code_for_the_whole_price_waives_it_and_the_books_say_so(cast):
    """F10.7: nothing is charged, the guard lets the case go on, the entries sum to zero."""
    code(cast, minor=999999)
    use(cast)

    assert Payment.objects.get(case=cast.case).state == State.WAIVED
    by_account = dict(LedgerEntry.objects.values_list("account", "minor"))
    assert by_account == {Account.WAIVED: 85000, Account.FEES: -85000}


def test_the_clerk_makes_and_stops_a_code(cast, client):
    client.force_login(cast.berta, backend=BACKEND)
    new = {"act": "save", "code": "winter-26", "percent": "15", "starts": "2026-12-01"}

    assert client.post("/payments/codes/", {**new, "amount": "5"}).status_code == 422
    assert client.post("/payments/codes/", new).status_code == 302
    assert client.post("/payments/codes/", new).status_code == 422  # it is there already
    made = Discount.objects.get(code="WINTER-26")
    client.post("/payments/codes/", {"act": "stop", "code": str(made.pk)})

    made.refresh_from_db()
    assert made.stopped_at is not None
    assert "stopped" in client.get("/payments/codes/").content.decode()
