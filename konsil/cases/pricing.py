"""What an opinion costs by the hospital's price list: asked here by every room, answered above.

The room that keeps the list registers itself when it loads, as guards do; without it the price is
the service line's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from konsil.cases.models import Case, ServiceLine
from konsil.people.models import Institution

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One price in minor units; `why` says which row applies: a contract, a place, the list."""

    minor: int
    currency: str
    gathering_minor: int
    why: str = "The price list"

    def __str__(self) -> str:
        """As people read it: $850, $1,250.50."""
        whole, cents = divmod(self.minor, 100)
        sign = SIGNS.get(self.currency, f"{self.currency} ")
        return f"{sign}{whole:,}" + (f".{cents:02}" if cents else "")


Finder = Callable[[ServiceLine, date, str, Institution | None], Listed]
_finders: list[Finder] = []


def finder(function: Finder) -> Finder:
    """Register the one function that knows the price list; the last one registered holds."""
    _finders[:] = [function]
    return function


def list_price(
    line: ServiceLine, *, on: date, place: str = "", institution: Institution | None = None
) -> Listed:
    """The price of a written opinion of `line` on that day, there, for whom that institution sends.

    `place` is ISO 3166-2 (US-OR), "" for unknown; `institution` is None for who comes by herself.
    """
    if _finders:
        return _finders[0](line, on, place, institution)
    return Listed(line.price_cents, line.currency, line.gathering_fee_cents)


def price_of(case: Case, *, on: date) -> Listed:
    """The price by which a case is quoted, until it is frozen."""
    return list_price(case.service_line, on=on, place=case.place, institution=case.referred_by)
