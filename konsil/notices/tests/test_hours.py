"""Nights, by the receiver's own clock, also where the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from konsil.notices.hours import ZONE_OF_STATE, Night, zone_or
from konsil.people.places import STATES

PLACES = ("America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "UTC")
NIGHTS = st.builds(
    Night,
    st.sampled_from(PLACES).map(ZoneInfo),
    st.builds(time, st.integers(0, 23)),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(night=NIGHTS, at=MOMENTS)
def test_the_next_moment_allowed_is_never_in_the_night_and_never_far(
    night: Night, at: datetime
) -> None:
    """F4.5."""
    allowed = night.next_allowed(at)

    assert not night.is_quiet(allowed)
    assert at <= allowed <= at + timedelta(hours=25)
    assert night.is_quiet(at) == (allowed != at)


@given(night=NIGHTS, at=MOMENTS)
def test_the_next_day_is_the_day_after_and_not_by_night(night: Night, at: datetime) -> None:
    """F4.5: one letter a day means a later date on her own calendar."""
    then = night.next_day(at)

    assert night.day(then) > night.day(at)
    assert not night.is_quiet(then)


def test_nine_in_the_evening_is_quiet_and_eight_in_the_morning_is_not() -> None:
    """F4.5: the usual hours, 21 to 8, in her zone and not in ours."""
    night = Night(ZoneInfo("America/New_York"))
    evening = datetime(2026, 11, 16, 18, 0, tzinfo=ZoneInfo("America/Los_Angeles"))

    assert night.is_quiet(evening)
    morning = datetime(2026, 11, 17, 8, 0, tzinfo=ZoneInfo("America/New_York"))
    assert night.next_allowed(evening) == morning
    assert not night.is_quiet(morning)


def test_every_state_has_a_zone_and_nonsense_falls_back() -> None:
    assert {code for code, _name in STATES} == set(ZONE_OF_STATE)
    assert zone_or("Mars/Olympus", "America/Denver") == ZoneInfo("America/Denver")
    assert zone_or("", "nowhere") == ZoneInfo("UTC")
