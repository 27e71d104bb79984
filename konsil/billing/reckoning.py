"""Figures for the billing desk: what each reviewer is owed, and the money of each month (F10.9)."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from konsil.billing.models import Account, LedgerEntry, MoneyRules, ReviewerRate
from konsil.billing.money import Money
from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.people.models import Institution

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet begins to reckon what it should only show (OWASP, CSV injection)."""


@dataclass(frozen=True)
class Signed:
    """One signed opinion and what it earns its author."""

    reviewer: str
    npi: str
    case: str
    on: date
    fee: Money


def pay_list(tenant: Institution, first: date, last: date) -> list[Signed]:
    """Every opinion signed from `first` to `last` (both counted), by reviewer and day.

    A case counts once a reviewer, with its first signature; an addendum earns nothing more.
    """
    zone, rules = ZoneInfo(tenant.time_zone), MoneyRules.of(tenant)
    rates = list(ReviewerRate.objects.filter(tenant=tenant))
    found, seen = [], set()
    signed = Event.objects.filter(tenant=tenant, verb=Verb.SIGNED, at__lt=_end(last, zone))
    for event in signed.select_related("case", "actor_user").order_by("at"):
        doctor = event.actor_user
        if doctor is None or (doctor.pk, event.case_id) in seen:
            continue
        seen.add((doctor.pk, event.case_id))
        on = event.at.astimezone(zone).date()
        if on >= first:
            fee = _rate(rates, rules, doctor.pk, on)
            found.append(Signed(str(doctor), doctor.npi, event.case.number, on, fee))
    return sorted(found, key=lambda row: (row.reviewer, row.on, row.case))


def _end(last: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(last + timedelta(days=1), time(), zone)


def _rate(rates: Iterable[ReviewerRate], rules: MoneyRules, doctor: UUID, on: date) -> Money:
    """The reviewer's own rate that began last, else the hospital's."""
    own = [rate for rate in rates if rate.user_id == doctor and rate.starts <= on]
    if own:
        return max(own, key=lambda rate: (rate.starts, rate.made_at)).amount
    return Money(rules.reviewer_minor, rules.currency)


def totals(rows: Iterable[Signed]) -> list[tuple[str, int, Money]]:
    """(reviewer, how many, how much), one line a reviewer and currency."""
    found: dict[tuple[str, str], tuple[int, Money]] = {}
    for row in rows:
        key = (row.reviewer, row.fee.currency)
        count, fees = found.get(key, (0, Money.zero(row.fee.currency)))
        found[key] = (count + 1, fees + row.fee)
    return [(name, count, fees) for (name, _currency), (count, fees) in found.items()]


PARTS: tuple[tuple[str, Q], ...] = (
    ("Taken by card", Q(account=Account.CARD, minor__gt=0, source__startswith="charge:")),
    ("Came by cheque or transfer", Q(account=Account.BANK, minor__gt=0)),
    (
        "Given back",
        Q(account__in=[Account.CARD, Account.BANK], source__startswith="back:"),
    ),
    ("In disputes", Q(account=Account.DISPUTED)),
    ("Billed to institutions", Q(account=Account.INSTITUTION) & ~Q(source__startswith="invoice:")),
    ("Invoiced to patients", Q(account=Account.PATIENT) & ~Q(source__startswith="hand:")),
    ("Waived", Q(account=Account.WAIVED)),
)
"""The columns of the month, by what was booked."""


def months(tenant: Institution) -> list[dict[str, Any]]:
    """Per month and currency: what came, went and is owed; newest month first."""
    zone = ZoneInfo(tenant.time_zone)
    booked = LedgerEntry.objects.filter(tenant=tenant).order_by()
    by_month = booked.annotate(month=TruncMonth("at", tzinfo=zone)).values("month", "currency")
    sums = {f"part{n}": Sum("minor", filter=rule) for n, (_name, rule) in enumerate(PARTS)}
    rows = by_month.annotate(**sums).order_by("-month", "currency")
    return [
        {
            "month": row["month"].date(),
            "currency": row["currency"],
            "amounts": [Money(row[f"part{n}"] or 0, row["currency"]) for n in range(len(PARTS))],
        }
        for row in rows
    ]


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    words = str(cell)
    return f"'{words}" if words.startswith(FORMULA) else words


def sheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV by RFC 4180; figures stay figures, words that look like formulas are quoted by a '."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(head)
    for row in rows:
        write.writerow([figure(cell) for cell in row])
    return out.getvalue()


def figure(cell: object) -> str:
    """Money in major units, as a plain number that may be negative; everything else made safe."""
    return str(cell.decimal) if isinstance(cell, Money) else safe(cell)
