"""What every printed page of a house has in common: its head, its foot and its dates in words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Who writes: name, office, address lines, and a logo as PNG bytes (else our mark)."""

    name: str
    office: str = ""
    lines: tuple[str, ...] = ()
    logo: bytes = b""


def house_data(house: House, files: dict[str, bytes]) -> dict[str, Any]:
    """The head as template data; the logo goes to `files`."""
    if house.logo:
        files["logo.png"] = house.logo
    return {
        "name": house.name,
        "office": house.office,
        "lines": list(house.lines),
        "logo": "logo.png" if house.logo else "",
    }


def day(when: date | None) -> str:
    """December 8, 2026; "" for none."""
    return f"{MONTHS[when.month - 1]} {when.day}, {when.year}" if when else ""


def moment(when: datetime | None) -> str:
    """December 8, 2026, 16:20 with the zone's name; the time must know its zone."""
    if when is None:
        return ""
    if when.tzinfo is None:
        raise ValueError("A printed time needs its time zone.")
    return f"{day(when)}, {when:%H:%M} {when.tzname()}"


def grouped(digest: str) -> str:
    """A long hexadecimal number in groups of four, to be compared by eye."""
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))
