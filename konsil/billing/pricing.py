"""The price list: which one price applies, and what may be saved into it (F10.1).

The narrower row wins: a contract with an institution before a place, a place before a service,
any of these before the price for everybody. A service without a row of its own in the list costs
what the service line says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction

from konsil.billing.models import Item, Price
from konsil.billing.money import Money
from konsil.cases.models import Case, ServiceLine
from konsil.cases.pricing import Listed, finder
from konsil.people.models import Institution, User

DAY = timedelta(days=1)
Key = tuple[UUID | None, str, UUID | None]


class NotAPriceList(ValueError):
    """With this row the list would not have exactly one price; the message says where."""


@dataclass(frozen=True, slots=True)
class Found:
    """The price that applies, and by which row."""

    minor: int
    currency: str
    gathering_minor: int
    code: str = ""
    why: str = "The price list"

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)


def key_of(row: Price) -> Key:
    return (row.institution_id, row.place, row.service_line_id)


def rows(tenant: Institution, item: Item | None = None) -> list[Price]:
    """The rows in force (now or later) of a hospital's list."""
    found = Price.objects.filter(tenant=tenant, retired_at=None)
    found = found.filter(item=item) if item else found
    return list(found.select_related("service_line", "institution"))


def resolve(
    listed: Iterable[Price],
    *,
    line: ServiceLine,
    place: str,
    institution: Institution | None,
    on: date,
) -> Price | None:
    """The one row that applies, None if none does. `listed` are rows of one item.

    There is at most one row a key and day (`check` sees to that), and keys are ordered, so the
    answer is never a matter of luck.
    """
    sender = institution.pk if institution else None

    def fits(row: Price) -> bool:
        return (
            row.holds_on(on)
            and row.service_line_id in {None, line.pk}
            and row.place in {"", place}
            and row.institution_id in {None, sender}
        )

    def narrowness(row: Price) -> tuple[bool, bool, bool]:
        return (row.institution_id is not None, row.place != "", row.service_line_id is not None)

    return max((row for row in listed if fits(row)), key=narrowness, default=None)


def find(line: ServiceLine, on: date, place: str, institution: Institution | None) -> Found:
    """What a written opinion costs there, on that day, for whom they send."""
    listed = rows(line.tenant, Item.OPINION)
    row = resolve(listed, line=line, place=place, institution=institution, on=on)
    if row is None:
        return Found(line.price_cents, line.currency, line.gathering_fee_cents)
    return Found(row.minor, row.currency, row.gathering_minor, row.code, why(row))


def for_case(case: Case, *, on: date) -> Found:
    """What this case costs, were it quoted on that day."""
    return find(case.service_line, on, case.place, case.referred_by)


@finder
def listed_price(
    line: ServiceLine, on: date, place: str, institution: Institution | None
) -> Listed:
    """For the rooms below, which know no price list."""
    found = find(line, on, place, institution)
    return Listed(found.minor, found.currency, found.gathering_minor, found.why)


def why(row: Price) -> str:
    """Which row it is, for staff and referrers."""
    if row.institution:
        return f"The contract with {row.institution}"
    return f"The price for {row.place}" if row.place else "The price list"


def check(listed: Sequence[Price]) -> None:
    """Raises `NotAPriceList` unless each day has at most one row a key, and no hole.

    A narrow row may begin and end: outside its days the wider one holds. What is for everybody
    must go on without a hole and without an end, else a day would come without a price.
    """
    by_key: dict[tuple[str, Key], list[Price]] = {}
    for row in listed:
        by_key.setdefault((row.item, key_of(row)), []).append(row)
    for (_item, (sender, place, _line)), series in by_key.items():
        series.sort(key=lambda row: row.starts)
        for one, then in pairwise(series):
            _refuse_overlap(one, then)
            if not sender and not place:
                _refuse_hole(one, then)
        if not sender and not place and series[-1].ends:
            raise NotAPriceList(
                f"After {series[-1].ends:%B %-d, %Y} there would be no price. "
                "Leave the last day empty, or save the next price first."
            )


def _refuse_overlap(one: Price, then: Price) -> None:
    if one.ends is None or then.starts <= one.ends:
        raise NotAPriceList(
            f"From {then.starts:%B %-d, %Y} there would be two prices, {one.amount} and "
            f"{then.amount}. Choose another first day, or end the earlier price."
        )


def _refuse_hole(one: Price, then: Price) -> None:
    assert one.ends is not None
    if then.starts != one.ends + DAY:
        raise NotAPriceList(
            f"Between {one.ends:%B %-d, %Y} and {then.starts:%B %-d, %Y} there would be no price. "
            "Let one begin on the day after the other ends."
        )


@transaction.atomic
def save(new: Price, *, by: User | None, at: datetime, replaces: Price | None = None) -> Price:
    """Put a row into the list. What it follows ends on the day before; what it `replaces` retires.

    Rows are never edited: the history of the list stays readable. Raises `NotAPriceList`.
    """
    _lock(new.tenant)
    if replaces is not None:
        _retire(replaces, by=by, at=at)
        new.replaces = replaces
    listed = rows(new.tenant, Item(new.item))
    _end_before(new, listed, by=by, at=at)
    new.made_by, new.made_at = by, at
    check([*rows(new.tenant, Item(new.item)), new])
    new.save()
    return new


def _end_before(new: Price, listed: list[Price], *, by: User | None, at: datetime) -> None:
    """An open price of the same key that began earlier ends when the new one starts."""
    for row in listed:
        if key_of(row) == key_of(new) and row.ends is None and row.starts < new.starts:
            ended = Price.objects.get(pk=row.pk)
            ended.pk, ended.ends, ended.replaces = None, new.starts - DAY, row
            ended.made_by, ended.made_at, ended._state.adding = by, at, True
            _retire(row, by=by, at=at)
            ended.id = Price().id
            ended.save()


@transaction.atomic
def drop(row: Price, *, by: User | None, at: datetime) -> None:
    """Take a row out of the list; refused where it would leave a hole."""
    _lock(row.tenant)
    _retire(row, by=by, at=at)
    check(rows(row.tenant, Item(row.item)))


def _retire(row: Price, *, by: User | None, at: datetime) -> None:
    Price.objects.filter(pk=row.pk, retired_at=None).update(retired_at=at, retired_by=by)


def _lock(tenant: Institution) -> None:
    """Two who save at once wait for each other, so that `check` sees both."""
    Institution.objects.select_for_update(no_key=True).get(pk=tenant.pk)


def publish(tenant: Institution, *, on: date) -> int:
    """Write today's price for everybody into the service lines, where public pages read it."""
    changed = 0
    for line in ServiceLine.objects.filter(tenant=tenant):
        found = find(line, on, "", None)
        now = (line.price_cents, line.currency, line.gathering_fee_cents)
        if now != (found.minor, found.currency, found.gathering_minor):
            line.price_cents, line.currency = found.minor, found.currency
            line.gathering_fee_cents = found.gathering_minor
            line.save(update_fields=["price_cents", "currency", "gathering_fee_cents"])
            changed += 1
    return changed
