"""An amount of money: whole minor units and a currency, never a float."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

#: Figures after the point, by ISO 4217, where they are not two.
_PLACES = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "JOD": 3, "KWD": 3, "TND": 3}
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


class MixedCurrencies(ValueError):
    """Dollars and euros do not add up."""


class NotAnAmount(ValueError):
    """What was given cannot be read as money."""


@dataclass(frozen=True, slots=True)
class Money:
    """`Money(85000, "USD")` is $850.00; negative amounts are owed the other way."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise NotAnAmount("Money is counted in whole minor units, such as cents")
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise NotAnAmount(f"A currency is three capital letters, like USD, not {self.currency}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def read(cls, typed: str, currency: str) -> Money:
        """`850`, `850.00`, `1,250.5` or `$850.00` as typed by a person; more places are refused."""
        bare = typed.strip().removeprefix(_SIGNS.get(currency, currency)).strip()
        if not re.fullmatch(r"-?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,3})?", bare, re.ASCII):
            raise NotAnAmount("Type the amount in figures, like 850.00")
        exact = Decimal(bare.replace(",", "")).scaleb(_PLACES.get(currency, 2))
        if exact != exact.to_integral_value():
            raise NotAnAmount(f"This amount is finer than {currency} can be paid in")
        return cls(int(exact), currency)

    @classmethod
    def sum(cls, amounts: Iterable[Money], currency: str) -> Money:
        """The total; `currency` is what an empty list is zero of."""
        total = cls.zero(currency)
        for amount in amounts:
            total = total + amount
        return total

    def __str__(self) -> str:
        """`$850.00`, `-$1,250.00`, `CHF 40.00`."""
        places = _PLACES.get(self.currency, 2)
        sign = _SIGNS.get(self.currency, f"{self.currency} ")
        minus = "-" if self.minor < 0 else ""
        return f"{minus}{sign}{self.decimal.copy_abs():,.{places}f}"

    @property
    def decimal(self) -> Decimal:
        """In major units, exact: `Decimal("850.00")`."""
        return Decimal(self.minor).scaleb(-_PLACES.get(self.currency, 2))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:
            raise NotAnAmount("Money is multiplied by whole numbers; for shares use percent")
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def percent(self, share: int | str | Decimal) -> Money:
        """That many hundredths of the amount, half a minor unit rounded away from zero."""
        try:
            exact = Decimal(self.minor) * Decimal(share) / 100
        except InvalidOperation as error:
            raise NotAnAmount("A share is a number of percent, like 80") from error
        return Money(int(exact.to_integral_value(ROUND_HALF_UP)), self.currency)

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Parts in proportion to the weights whose sum is the amount, to the last cent.

        What cannot be divided goes, one minor unit each, to the largest remainders, earlier
        parts first. Weights are whole, not negative, and not all zero.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise NotAnAmount("Weights are whole numbers, not negative, and not all zero")
        size = abs(self.minor)
        parts = [size * weight // total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda n: -(size * weights[n] % total))
        for n in by_remainder[: size - sum(parts)]:
            parts[n] += 1
        return [Money(part if self.minor >= 0 else -part, self.currency) for part in parts]

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} cannot be put together")
        return other.minor
