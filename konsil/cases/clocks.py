"""Time as the practice counts it: business hours, holidays, and the ladders of reminders.

Pure functions of a `Calendar`; no clock is read here. All moments that come in and go out are
aware; what goes out is UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from konsil.people.roles import Role

DAY = timedelta(days=1)
NONE = timedelta()
LONGEST_CLOSED = 3660
"""Days in a row without business after which a calendar is wrong, not slow."""


@dataclass(frozen=True)
class Business:
    """A length of business time. A day is as long as the practice is open on one."""

    days: float = 0
    hours: float = 0


Wait = Business | timedelta
"""Business time, or time by the wall clock (what a patient at home waits)."""


@dataclass(frozen=True)
class Calendar:
    """When a practice works: its weekdays (0 is Monday), its hours by its own wall, its holidays.

    `closes` at 00:00 means the end of the day, so 00:00 to 00:00 never closes.
    """

    zone: ZoneInfo
    days: frozenset[int] = frozenset(range(5))
    opens: time = time(8)
    closes: time = time(17)
    holidays: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        if not self.days or not self.days <= set(range(7)):
            raise ValueError("Choose at least one day of the week on which the practice works.")
        if self.closes not in {time(), self.opens} and self.closes < self.opens:
            raise ValueError("The closing time must be after the opening time.")
        if self.closes == self.opens != time():
            raise ValueError("The closing time must be after the opening time.")

    @property
    def day_length(self) -> timedelta:
        """How long a business day is by the wall."""
        opens = timedelta(hours=self.opens.hour, minutes=self.opens.minute)
        closes = timedelta(hours=self.closes.hour, minutes=self.closes.minute) or DAY
        return closes - opens

    def length(self, wait: Business) -> timedelta:
        """How much open time a business wait is."""
        return wait.days * self.day_length + timedelta(hours=wait.hours)

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.days and day not in self.holidays

    def window(self, day: date) -> tuple[datetime, datetime]:
        """From when until when the practice is open on `day`, in UTC; of no length if it is not."""
        start = datetime.combine(day, self.opens, self.zone).astimezone(UTC)
        if not self.works_on(day):
            return start, start
        last = day if self.closes != time() else day + DAY
        end = datetime.combine(last, self.closes, self.zone).astimezone(UTC)
        return start, max(start, end)  # an hour that the clocks skip has no length

    def windows(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open stretches after `since`, the first cut at it."""
        day, closed = since.astimezone(self.zone).date(), 0
        while closed < LONGEST_CLOSED:
            start, end = self.window(day)
            start = max(start, since)
            closed = 0 if start < end else closed + 1
            if start < end:
                yield start, end
            day += DAY
        raise ValueError("The practice is closed for ten years. Check the holidays.")

    def add(self, start: datetime, length: timedelta) -> datetime:
        """The first moment at which `length` of open time has passed since `start`."""
        if length < NONE:
            raise ValueError("Business time is counted forward.")
        start = start.astimezone(UTC)
        if not length:
            return start
        for opened, closed in self.windows(start):
            if length <= closed - opened:
                return opened + length
            length -= closed - opened
        raise AssertionError("unreachable")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much open time lies between two moments; none when `end` is not after `start`."""
        start, end, total = start.astimezone(UTC), end.astimezone(UTC), NONE
        if end <= start:
            return total
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            opened, closed = self.window(day)
            total += max(NONE, min(closed, end) - max(opened, start))
            day += DAY
        return total

    def after(
        self,
        start: datetime,
        wait: Wait,
        *,
        elapsed: timedelta = NONE,
        active: timedelta = NONE,
    ) -> datetime:
        """When `wait` is over that began before a pause: `elapsed`/`active` of it are used up."""
        if isinstance(wait, timedelta):
            return start.astimezone(UTC) + max(NONE, wait - elapsed)
        return self.add(start, max(NONE, self.length(wait) - active))


class Prod(StrEnum):
    """What a rung of a ladder does."""

    REMIND = "remind"
    TELEPHONE = "telephone"
    """A task for the desk: call."""
    TELL = "tell"
    """Word to somebody who does not owe it: you may ask, too."""
    ESCALATE = "escalate"
    """To a named person of the role."""


@dataclass(frozen=True)
class Rung:
    """One prod: how long after the ball moved, to whom, what sort.

    `after` is a share of the patience (1.0 is when it is due), business time or wall time;
    with `past_due` it counts from the moment when it is due.
    """

    after: float | Wait
    to: Role
    how: Prod = Prod.REMIND
    past_due: bool = False


@dataclass(frozen=True)
class Ladder:
    """How long we wait, when we prod whom, and after what time nothing more is sent."""

    patience: Wait
    rungs: tuple[Rung, ...] = ()
    ends: timedelta | None = None

    def due(
        self,
        start: datetime,
        calendar: Calendar,
        *,
        elapsed: timedelta = NONE,
        active: timedelta = NONE,
    ) -> datetime:
        """When it is due that began at `start` (less what was used before a pause)."""
        return calendar.after(start, self.patience, elapsed=elapsed, active=active)

    def moments(
        self,
        start: datetime,
        calendar: Calendar,
        *,
        elapsed: timedelta = NONE,
        active: timedelta = NONE,
    ) -> list[tuple[datetime, Rung]]:
        """When each prod goes, in order; those whose time was over before the pause are left out.

        Quiet hours and the one message a day are for who sends.
        """
        found = []
        for rung in self.rungs:
            if self._passed(rung, calendar, elapsed=elapsed, active=active):
                continue
            at = self._moment(rung, start, calendar, elapsed=elapsed, active=active)
            if self.ends is None or at <= start + max(NONE, self.ends - elapsed):
                found.append((at, rung))
        return sorted(found, key=lambda pair: pair[0])

    def _moment(
        self,
        rung: Rung,
        start: datetime,
        calendar: Calendar,
        *,
        elapsed: timedelta,
        active: timedelta,
    ) -> datetime:
        if rung.past_due:
            due = self.due(start, calendar, elapsed=elapsed, active=active)
            return calendar.after(due, self._wait(rung, calendar))
        wait = self._wait(rung, calendar)
        return calendar.after(start, wait, elapsed=elapsed, active=active)

    def _wait(self, rung: Rung, calendar: Calendar) -> Wait:
        if not isinstance(rung.after, int | float):
            return rung.after
        if isinstance(self.patience, timedelta):
            return self.patience * rung.after
        whole = calendar.length(self.patience) * rung.after
        return Business(hours=whole / timedelta(hours=1))

    def _passed(
        self, rung: Rung, calendar: Calendar, *, elapsed: timedelta, active: timedelta
    ) -> bool:
        wait = self._wait(rung, calendar)
        if rung.past_due or (not elapsed and not active):
            return False
        if isinstance(wait, timedelta):
            return wait <= elapsed
        return calendar.length(wait) <= active
