"""Business time is counted by the practice's own wall, and a ladder by it (F4.3, F4.4)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsil.cases.clocks import Business, Calendar, Ladder, Prod, Rung
from konsil.cases.life import TURNS, Stage
from konsil.people.roles import Role

OREGON, BERLIN = ZoneInfo("America/Los_Angeles"), ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
THANKSGIVING = date(2026, 11, 26)


def here(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OREGON)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any practice: some of the days, some hours, round the clock as well, some holidays."""
    opens = draw(st.integers(0, 22))
    closes = draw(st.integers(opens + 1, 24)) % 24
    return Calendar(
        zone=draw(st.sampled_from([OREGON, BERLIN, ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata")])),
        days=frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        opens=time(opens, 0 if closes else draw(st.sampled_from([0, 30]))),
        closes=time(closes),
        holidays=frozenset(
            draw(st.sets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=9))
        ),
    )


moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 the strategy wants it so
    datetime(2027, 12, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
lengths = st.timedeltas(timedelta(), timedelta(hours=200))


@given(calendars(), moments, lengths)
def test_what_is_added_lies_between(calendar: Calendar, start: datetime, length: timedelta) -> None:
    """F4.3: add and between are each other's inverse."""
    assert calendar.between(start, calendar.add(start, length)) == length


@given(calendars(), moments, moments)
def test_the_end_of_a_stretch_is_never_after_it(
    calendar: Calendar, start: datetime, end: datetime
) -> None:
    length = calendar.between(start, end)
    assert timedelta() <= length <= max(timedelta(), end - start)
    assert calendar.add(start, length) <= max(start, end)


@given(calendars(), moments, lengths, lengths)
def test_more_time_ends_no_sooner(
    calendar: Calendar, start: datetime, some: timedelta, more: timedelta
) -> None:
    """Monotone, and in two parts the same as in one."""
    end = calendar.add(start, some)
    assert calendar.add(end, more) == calendar.add(start, some + more)
    assert calendar.add(start + more, some) >= end


@given(calendars(), moments, moments, moments)
def test_parts_make_the_whole(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    assert calendar.between(a, c) == calendar.between(a, b) + calendar.between(b, c)


@pytest.mark.parametrize(
    ("zone", "sunday"),
    [
        (OREGON, date(2026, 3, 8)),
        (OREGON, date(2026, 11, 1)),
        (BERLIN, date(2026, 3, 29)),
        (BERLIN, date(2026, 10, 25)),
    ],
)
def test_the_hour_stays_on_the_wall_when_the_clocks_change(zone: ZoneInfo, sunday: date) -> None:
    """F4.3: Friday at 3 and one day is Monday at 3, summer or winter time."""
    calendar = Calendar(zone=zone)
    friday = datetime.combine(sunday - timedelta(days=2), time(15), zone)
    due = calendar.add(friday, calendar.length(Business(days=1))).astimezone(zone)
    assert (due.date(), due.time()) == (sunday + timedelta(days=1), time(15))


@pytest.mark.parametrize(
    ("sunday", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 5, 3), 24)]
)
def test_a_day_and_night_service_counts_the_hour_that_is_lost_or_won(
    sunday: date, hours: int
) -> None:
    always = Calendar(zone=OREGON, days=frozenset(range(7)), opens=time(), closes=time())
    start = datetime.combine(sunday, time(), OREGON)
    end = datetime.combine(sunday + timedelta(days=1), time(), OREGON)
    assert always.between(start, end) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "wait", "due"),
    [
        (here(24, 10), Business(hours=4), here(24, 14)),
        (here(24, 16), Business(hours=4), here(25, 11)),
        (here(25, 10), Business(days=1), here(27, 10)),  # over Thanksgiving
        (here(27, 16), Business(days=1), here(30, 16)),  # over a weekend
        (here(28, 11), Business(days=1), here(30, 17)),  # on a Saturday
        (here(24, 10), Business(hours=12), here(25, 13)),
        (here(24, 10), timedelta(days=2), here(26, 10)),
    ],
)
def test_a_wait_ends_in_working_time(start: datetime, wait: Business, due: datetime) -> None:
    """F4.3, by hand: the holiday, the night and the weekend do not count."""
    calendar = Calendar(zone=OREGON, holidays=frozenset({THANKSGIVING}))
    assert calendar.after(start, wait) == due


def test_a_calendar_in_which_nobody_ever_works_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        Calendar(zone=OREGON, days=frozenset())
    with pytest.raises(ValueError, match="after the opening"):
        Calendar(zone=OREGON, opens=time(9), closes=time(9))


def test_the_nurse_is_prodded_before_when_and_after_it_is_due_then_the_director() -> None:
    """F4.4, by hand: a request of Monday at ten, one business day of nine hours."""
    calendar = Calendar(zone=OREGON)
    ladder = TURNS[Stage.SCREENING].ladder
    assert ladder is not None
    said = [(at, rung.to, rung.how) for at, rung in ladder.moments(here(16, 10), calendar)]
    assert said == [
        (here(16, 14, 30), Role.NURSE, Prod.REMIND),
        (here(17, 10), Role.NURSE, Prod.REMIND),
        (here(17, 12, 15), Role.NURSE, Prod.REMIND),
        (here(17, 14, 30), Role.NURSE, Prod.REMIND),
        (here(17, 14, 30), Role.DIRECTOR, Prod.ESCALATE),
    ]


def test_after_a_pause_a_ladder_goes_on_where_it_stood() -> None:
    """F4.3: what was said is not said again, and what is left is as long as it was."""
    calendar = Calendar(zone=OREGON)
    ladder = Ladder(
        Business(days=2), (Rung(0.25, Role.NURSE), Rung(0.5, Role.NURSE), Rung(1.0, Role.NURSE))
    )
    moments = ladder.moments(here(24, 8), calendar, elapsed=40 * HOUR, active=9 * HOUR)
    assert [at for at, _rung in moments] == [here(24, 17)]
    assert ladder.due(here(24, 8), calendar, active=9 * HOUR) == here(24, 17)


@given(calendars(), moments)
def test_no_ladder_prods_before_it_began_nor_after_it_has_ended(
    calendar: Calendar, start: datetime
) -> None:
    for turn in TURNS.values():
        ladder = turn.ladder
        assert ladder is not None
        times = [at for at, _rung in ladder.moments(start, calendar)]
        assert times == sorted(times)
        assert all(at > start for at in times)
        if ladder.ends is not None:
            assert all(at <= start + ladder.ends for at in times)
