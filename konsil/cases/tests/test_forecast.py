"""The range in which a report is expected moves with the facts and never lies behind us (F4.2)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from konsil.cases import forecast
from konsil.cases.clocks import Calendar
from konsil.cases.forecast import Targets
from konsil.cases.life import Stage
from konsil.cases.models import Spell
from tests.cast import MONDAY, Cast

OREGON = Calendar(zone=ZoneInfo("America/Los_Angeles"))
DAY = timedelta(days=1)
moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 the strategy wants it so
    datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
histories = st.lists(st.timedeltas(timedelta(minutes=1), 200 * DAY), max_size=60)


def seen(
    stage: Stage, *, since: datetime, at: datetime, history: list[timedelta]
) -> tuple[date, date]:
    targets = Targets(since.date(), 10, 15)
    return forecast.expect(
        stage, since=since, at=at, history=history, targets=targets, calendar=OREGON
    )


@given(st.sampled_from(list(Stage)), moments, st.timedeltas(timedelta(), 400 * DAY), histories)
def test_no_day_is_promised_that_is_over(
    stage: Stage, since: datetime, waited: timedelta, history: list[timedelta]
) -> None:
    """F4.2: however late the case and whatever the practice did before."""
    at = since + waited
    low, high = seen(stage, since=since, at=at, history=history)
    assert at.astimezone(OREGON.zone).date() <= low < high


@given(moments, st.lists(st.timedeltas(DAY, 60 * DAY), min_size=20, max_size=60))
def test_at_least_half_of_the_past_lies_in_the_range(
    since: datetime, history: list[timedelta]
) -> None:
    """F4.2: the range is the practice’s own, when it has seen enough."""
    low, high = seen(Stage.GATHERING, since=since, at=since, history=history)
    days = [(since + took).astimezone(OREGON.zone).date() for took in history]
    assert sum(low <= day <= high for day in days) >= 0.5 * len(days)


def test_with_little_history_the_targets_speak() -> None:
    """Fewer than twenty cases are a story, not a history."""
    history = [100 * DAY] * 19
    low, high = seen(Stage.SCREENING, since=MONDAY, at=MONDAY, history=history)
    assert (low, high) == (date(2026, 11, 26), date(2026, 12, 1))
    assert seen(Stage.SCREENING, since=MONDAY, at=MONDAY, history=[*history, 100 * DAY])[0] > high


def test_a_late_case_moves_its_range() -> None:
    early = seen(Stage.GATHERING, since=MONDAY, at=MONDAY, history=[])
    late = seen(Stage.GATHERING, since=MONDAY, at=MONDAY + 30 * DAY, history=[])
    assert late[0] > early[1]


def test_the_history_is_that_of_the_service_line(cast: Cast) -> None:
    """Petra’s case took nine days from the records to the delivery; hers alone counts for Rosa."""
    for stage, day in ((Stage.GATHERING, 1), (Stage.IN_REVIEW, 6), (Stage.RELEASED, 10)):
        Spell.objects.filter(case=cast.petras_case, until=None).update(until=MONDAY + day * DAY)
        Spell.objects.create(case=cast.petras_case, stage=stage, since=MONDAY + day * DAY)

    assert forecast.history(cast.case, Stage.GATHERING) == [9 * DAY]
    assert forecast.history(cast.case, Stage.IN_REVIEW) == [4 * DAY]
    assert forecast.history(cast.petras_case, Stage.GATHERING) == []
