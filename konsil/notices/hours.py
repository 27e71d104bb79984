"""When a person may be written to: outside her night, by her own clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones


@dataclass(frozen=True)
class Night:
    """The hours in which nothing is sent, by the wall clock of `zone`; equal ends: no night."""

    zone: ZoneInfo
    begins: time = time(21)
    ends: time = time(8)

    def is_quiet(self, at: datetime) -> bool:
        """Whether `at` lies in it."""
        clock = at.astimezone(self.zone).time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def next_allowed(self, at: datetime) -> datetime:
        """`at` itself, or the end of the night it lies in (UTC)."""
        if not self.is_quiet(at):
            return at.astimezone(UTC)
        here = at.astimezone(self.zone)
        day = here.date()
        if self.begins > self.ends and here.time() >= self.begins:
            day += timedelta(days=1)
        return self._wakes(day)

    def next_day(self, at: datetime) -> datetime:
        """The first moment of the next day at which she may be written to (UTC)."""
        day = self.day(at) + timedelta(days=1)
        if self.begins <= self.ends:
            return self.next_allowed(datetime.combine(day, time(), self.zone))
        return self._wakes(day)

    def day(self, at: datetime) -> date:
        """The day it is for her."""
        return at.astimezone(self.zone).date()

    def _wakes(self, day: date) -> datetime:
        woken = datetime.combine(day, self.ends, self.zone).astimezone(UTC)
        # Where the clocks skip the hour, the same wall time comes an hour later.
        return woken if not self.is_quiet(woken) else woken + timedelta(hours=1)


def zone_or(name: str, fallback: str) -> ZoneInfo:
    """The zone of that name; the fallback's for one that nobody knows."""
    known = available_timezones()
    return ZoneInfo(name if name in known else fallback if fallback in known else "UTC")


_MAIN_ZONES = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Phoenix": "AZ",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}
ZONE_OF_STATE = {f"US-{state}": zone for zone, row in _MAIN_ZONES.items() for state in row.split()}
"""Where most people of a state live; whoever lives elsewhere chooses her own zone."""
