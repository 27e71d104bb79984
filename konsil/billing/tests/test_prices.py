"""Exactly one price applies; a list where it would not is refused; a running case keeps its own."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from konsil.billing import actions, pricing
from konsil.billing.models import Item, Payment, Price
from konsil.billing.pricing import NotAPriceList
from konsil.billing.tests.money_desk import DAY, TODAY, price
from konsil.cases.life import Stage
from konsil.cases.models import ServiceLine
from konsil.cases.pricing import list_price
from konsil.people.models import Institution
from tests.cast import MONDAY, put_at
from tests.test_who_sees_a_case import BACKEND

START = date(2026, 1, 1)
LINES = [ServiceLine(slug="lung"), ServiceLine(slug="brain")]
CLINICS = [Institution(name="St Brigid’s"), Institution(name="Harbor")]
PLACES = ["US-OR", "US-WA"]
rows = st.builds(
    lambda line, place, clinic, minor, start, length: Price(
        item=Item.OPINION,
        service_line=line,
        place=place,
        institution=clinic,
        minor=minor,
        starts=START + timedelta(days=start),
        ends=None if length is None else START + timedelta(days=start + length),
    ),
    st.sampled_from([None, *LINES]),
    st.sampled_from(["", *PLACES]),
    st.sampled_from([None, *CLINICS]),
    st.integers(0, 10**6),
    st.integers(0, 60),
    st.none() | st.integers(0, 60),
)


def fitting(listed, line, place, clinic, day):
    """The rows that speak of this case, by hand."""
    return [
        row
        for row in listed
        if row.service_line in {None, line}
        and row.place in {"", place}
        and row.institution in {None, clinic}
        and row.starts <= day
        and (row.ends is None or day <= row.ends)
    ]


@given(listed=st.lists(rows, max_size=7), day=st.integers(0, 130))
def test_in_a_list_that_was_accepted_exactly_one_price_applies(listed, day):
    """F10.1: whatever may be saved, the answer is one row, the narrowest, in any order."""
    try:
        pricing.check(listed)
    except NotAPriceList:
        assume(False)
    on = START + timedelta(days=day)
    for line, place, clinic in product(LINES, ["", *PLACES], [None, *CLINICS]):
        where = {"line": line, "place": place, "institution": clinic, "on": on}
        found = pricing.resolve(listed, **where)
        can = fitting(listed, line, place, clinic, on)

        assert (found is None) == (can == [])
        assert found is pricing.resolve(listed[::-1], **where)
        if found:
            assert found in can
            same = [row for row in can if pricing.key_of(row) == pricing.key_of(found)]
            assert same == [found]
            if any(row.institution for row in can):
                assert found.institution == clinic


@given(listed=st.lists(rows, min_size=1, max_size=5))
def test_once_everybody_has_a_price_there_is_one_on_every_later_day(listed):
    """F10.1: no gap, for what is for everybody."""
    try:
        pricing.check(listed)
    except NotAPriceList as refusal:
        assert str(refusal).endswith(".")
        return
    base = [row for row in listed if pricing.key_of(row) == (None, "", None)]
    assume(base)
    first = min(row.starts for row in base)
    for ahead in range(0, 140, 7):
        where = {"line": LINES[0], "place": "US-OR", "institution": None}
        assert pricing.resolve(listed, **where, on=first + timedelta(days=ahead))


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"starts": TODAY + 10 * DAY}, "two prices"),
        ({"starts": TODAY + 40 * DAY}, "no price"),
        ({"starts": TODAY + 31 * DAY, "ends": TODAY + 50 * DAY}, "there would be no price"),
    ],
)
def test_an_overlap_a_gap_and_an_end_are_refused_with_a_sentence(second, words):
    """F10.1."""
    first = Price(item=Item.OPINION, minor=1, starts=TODAY, ends=TODAY + 30 * DAY)
    other = Price(item=Item.OPINION, minor=2, **second)

    with pytest.raises(NotAPriceList, match=words):
        pricing.check([first, other])


def test_a_new_price_ends_the_open_one_on_the_day_before_and_the_old_row_stays_readable(cast):
    """F10.1: rows are never edited."""
    old = price(cast, 90000, service_line=cast.line)
    price(cast, 95000, service_line=cast.line, starts=TODAY + 30 * DAY)

    held = pricing.rows(cast.northgate, Item.OPINION)
    assert [(row.minor, row.ends) for row in sorted(held, key=lambda row: row.starts)] == [
        (90000, TODAY + 29 * DAY),
        (95000, None),
    ]
    old.refresh_from_db()
    assert (old.retired_by, old.ends) == (cast.berta, None)


def test_a_contract_comes_before_a_place_and_a_place_before_the_list(cast):
    """F10.1."""
    price(cast, 90000)
    price(cast, 79000, place="US-OR")
    price(cast, 50000, institution=cast.brigids)

    def costs(**where):
        return list_price(cast.line, on=TODAY, **where).minor

    assert costs() == 90000
    assert costs(place="US-OR") == 79000
    assert costs(place="US-OR", institution=cast.brigids) == 50000
    assert costs(place="US-WA", institution=cast.other_clinic) == 90000


def test_a_case_keeps_the_price_it_was_sent_with(cast):
    """F10.1, H1: Petra’s clinic has a contract; a later price touches drafts only."""
    price(cast, 60000, institution=cast.brigids)
    assert actions.quote(cast.petras_case, at=MONDAY).minor == 60000
    put_at(cast.case, Stage.DRAFT)
    assert actions.quote(cast.case, at=MONDAY).minor == 85000

    price(cast, 99000, at=MONDAY)
    price(cast, 70000, institution=cast.brigids, starts=TODAY + DAY)

    assert actions.quote(cast.petras_case, at=MONDAY + 2 * DAY).minor == 60000
    assert actions.quote(cast.case, at=MONDAY + 2 * DAY).minor == 99000


def test_public_pages_follow_the_price_of_the_day(cast, client):
    """F10.1: what the landing page says is what is charged."""
    price(cast, 91500, service_line=cast.line)
    pricing.publish(cast.northgate, on=TODAY)

    cast.line.refresh_from_db()
    assert "$915" in client.get("/").content.decode()


def typed(**more):
    return {"act": "save", "item": "opinion", "amount": "910", "starts": "2026-12-01", **more}


def test_the_clerk_saves_a_price_and_reads_who_changed_what(cast, client):
    """F10.1."""
    client.force_login(cast.berta, backend=BACKEND)

    assert client.post("/payments/prices/", typed()).status_code == 302
    assert client.post("/payments/prices/", typed(starts="2027-03-01")).status_code == 302

    page = client.get("/payments/prices/").content.decode()
    assert "$910.00" in page
    assert "Feb 28, 2027" in page
    assert "Taken out or replaced" in page
    assert "Berta Lund" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"amount": "nine"}, "Type the amount in figures"),
        ({"amount": "-5"}, "not below zero"),
        ({"starts": "soon"}, "Type a day, like"),
        ({"place": "Oregon"}, "Type the place like US-OR"),
        ({"ends": "2026-11-30"}, "before the first"),
        ({"ends": "2027-01-31"}, "there would be no price"),
        ({"gathering": "2000"}, "more than the price"),
    ],
)
def test_what_cannot_be_a_price_is_said_beside_the_field_and_not_saved(cast, client, wrong, words):
    client.force_login(cast.berta, backend=BACKEND)

    answer = client.post("/payments/prices/", typed(**wrong))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Price.objects.count() == 0


def test_a_price_of_another_hospital_cannot_be_taken_out(cast, client):
    """F12.1."""
    theirs = Price.objects.create(
        tenant=cast.other_hospital, item="opinion", minor=1, starts=TODAY, made_at=MONDAY
    )
    client.force_login(cast.berta, backend=BACKEND)

    client.post("/payments/prices/", {"act": "drop", "price": str(theirs.pk)})
    client.post("/payments/prices/", {"act": "drop", "price": "no id"})

    theirs.refresh_from_db()
    assert theirs.retired_at is None


def test_no_payment_was_made_by_reading_prices(cast):
    list_price(cast.line, on=TODAY)

    assert Payment.objects.count() == 0


def test_before_sending_she_reads_the_price_of_her_own_place(cast, client):
    """F10.1, H1: what stands on the page before the request is sent is what is frozen then."""
    price(cast, 79000, place="US-OR")
    put_at(cast.case, Stage.DRAFT)
    client.force_login(cast.rosa, backend=BACKEND)

    page = client.get(f"/cases/{cast.case.pk}/request/check/").content.decode()

    assert "$790" in page
    assert "$850" not in page
    assert actions.quote(cast.case, at=MONDAY).minor == 79000
