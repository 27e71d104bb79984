"""Money stays whole: no cent appears, none goes, and currencies never mix (trust bar H6)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsil.billing.money import MixedCurrencies, Money, NotAnAmount

minors = st.integers(-(10**12), 10**12)
dollars = minors.map(lambda minor: Money(minor, "USD"))
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Money(85000, "USD"), "$850.00"),
        (Money(125005, "USD"), "$1,250.05"),
        (Money(-7, "USD"), "-$0.07"),
        (Money(0, "EUR"), "€0.00"),
        (Money(4000, "CHF"), "CHF 40.00"),
        (Money(1500, "JPY"), "JPY 1,500"),
        (Money(1500, "KWD"), "KWD 1.500"),
    ],
)
def test_an_amount_is_shown_as_people_write_it(amount, shown):
    assert str(amount) == shown


@given(dollars, dollars, dollars)
def test_amounts_add_up_in_any_order(a, b, c):
    assert (a + b) + c == a + (b + c) == Money.sum([c, b, a], "USD")
    assert a - b == -(b - a)
    assert a + Money.zero("USD") == a


@given(dollars, minors)
def test_dollars_and_euros_are_never_put_together(a, minor):
    euros = Money(minor, "EUR")

    for act in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__):
        with pytest.raises(MixedCurrencies):
            act(a, euros)
    assert a != euros


@given(dollars, weights)
def test_no_cent_is_lost_when_an_amount_is_divided(amount, parts):
    shares = amount.allocate(parts)

    assert Money.sum(shares, "USD") == amount
    assert len(shares) == len(parts)
    for share, weight in zip(shares, parts, strict=True):
        exact = Decimal(amount.minor) * weight / sum(parts)
        assert abs(share.minor - exact) < 1
        assert weight or not share


@given(dollars, st.integers(1, 40))
def test_equal_parts_differ_by_one_cent_at_most(amount, count):
    shares = [share.minor for share in amount.allocate([1] * count)]

    assert max(shares) - min(shares) <= 1


def test_the_first_parts_get_the_odd_cents():
    shares = Money(100, "USD").allocate([1, 1, 1])

    assert [share.minor for share in shares] == [34, 33, 33]


@pytest.mark.parametrize("parts", [[], [0, 0], [3, -1]])
def test_an_amount_cannot_be_divided_by_nothing(parts):
    with pytest.raises(NotAnAmount):
        Money(100, "USD").allocate(parts)


@given(minors, st.integers(0, 100))
def test_a_share_and_the_rest_are_the_whole(minor, share):
    whole = Money(minor, "USD")
    part = whole.percent(share)

    assert part + (whole - part) == whole
    assert abs(part.minor * 100 - minor * share) <= 50
    assert (whole.percent(0), whole.percent(100)) == (Money.zero("USD"), whole)


def test_half_a_cent_goes_up_and_a_share_can_be_finer_than_one_percent():
    assert Money(50, "USD").percent(1) == Money(1, "USD")
    assert Money(85000, "USD").percent("2.9") == Money(2465, "USD")
    with pytest.raises(NotAnAmount):
        Money(100, "USD").percent("some")


@given(minors, st.sampled_from(["USD", "EUR", "JPY", "KWD", "CHF"]))
def test_what_is_shown_is_read_back_the_same(minor, currency):
    amount = Money(abs(minor), currency)

    assert Money.read(str(amount), currency) == amount
    assert Money.read(str(amount.decimal), currency) == amount


@pytest.mark.parametrize("typed", ["850", "850.00", " $850.00 ", "$ 850", "850.0"])
def test_an_amount_is_read_however_it_is_typed(typed):
    assert Money.read(typed, "USD") == Money(85000, "USD")


@pytest.mark.parametrize(
    "typed", ["", "free", "8.505", "1,00", "8..5", "1e3", "٨٥", "€5", "--5", "nan", "5 000"]
)
def test_what_is_no_amount_of_dollars_is_refused(typed):
    with pytest.raises(NotAnAmount):
        Money.read(typed, "USD")


@pytest.mark.parametrize("minor", [8.5, "850", None, True, Decimal(850)])
def test_money_is_never_counted_in_floats(minor):
    with pytest.raises(NotAnAmount):
        Money(minor, "USD")


def test_money_is_not_multiplied_by_a_fraction():
    assert 3 * Money(50, "USD") == Money(150, "USD")
    with pytest.raises(NotAnAmount):
        Money(50, "USD") * 1.5


@pytest.mark.parametrize("currency", ["usd", "US", "", "DOLLAR"])
def test_a_currency_is_named_by_its_code(currency):
    with pytest.raises(NotAnAmount):
        Money(1, currency)
