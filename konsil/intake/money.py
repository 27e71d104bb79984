"""What a visitor reads about price and time before anything is asked."""

from collections.abc import Sequence
from datetime import date, timedelta

from konsil.cases.models import ServiceLine


def price_range(lines: Sequence[ServiceLine]) -> str:
    """$850, or “$650 to $850” where the lines differ; "" where the hospital offers nothing."""
    by_price = sorted(lines, key=lambda line: line.price_cents)
    if not by_price:
        return ""
    low, high = by_price[0].price, by_price[-1].price
    return low if low == high else f"{low} – {high}"


def expected_days(line: ServiceLine, today: date) -> tuple[date, date]:
    """Between which days a report is expected that is asked for today."""
    return today + timedelta(days=line.days_low), today + timedelta(days=line.days_high)
