"""Estimates and receipts of a case: what they say, when they are due, and their PDFs (F10.2)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from konsil.billing.ledger import given_back, held
from konsil.billing.life import State
from konsil.billing.models import ChargeTry, MoneyRules, Paper, Payment
from konsil.billing.money import Money
from konsil.billing.paper.draw import Content, keep, kept
from konsil.billing.quoting import day_of, quote
from konsil.cases.actions import finish_task, set_task
from konsil.cases.clocks import Calendar
from konsil.cases.models import Case, Event, PracticeCalendar
from konsil.cases.verbs import Verb
from konsil.core.prose.letter import day as day_words
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution, User
from konsil.people.roles import Role

ESTIMATE_TASK = "estimate"
SELF_PAY = frozenset({State.QUOTED, State.CARD_SAVED, State.CHARGE_QUEUED, State.FAILED})
"""An estimate is for who pays herself; afterwards receipts speak."""


def house_of(tenant: Institution, rules: MoneyRules) -> dict[str, Any]:
    """The head of the paper: the hospital, its numbers, and how to reach it."""
    numbers = [f"NPI {rules.npi}"] if rules.npi else []
    numbers += [f"Tax number {rules.tax_number}"] if rules.tax_number else []
    lines = [*tenant.address.splitlines(), *([tenant.phone] if tenant.phone else []), *numbers]
    return {"name": tenant.name, "office": "Second opinions", "lines": lines, "logo": ""}


def estimate_due(asked: datetime, *, calendar: Calendar, scheduled: date | None = None) -> datetime:
    """Until when an estimate must be out (45 CFR 149.610(b), facts F.5), in business days.

    On request, or for a service at least ten days ahead, within three; at least three days ahead,
    within one. Business days are Monday to Friday without the practice's holidays.
    """
    start = asked.astimezone(calendar.zone)
    ahead = _days_between(start.date(), scheduled, calendar) if scheduled else 10
    left = 3 if ahead >= 10 else 1
    then = start
    while left:
        then += timedelta(days=1)
        left -= _is_business(then.date(), calendar)
    return then.replace(hour=17, minute=0, second=0, microsecond=0)


def _is_business(day: date, calendar: Calendar) -> bool:
    return day.weekday() < 5 and day not in calendar.holidays


def _days_between(first: date, last: date, calendar: Calendar) -> int:
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(_is_business(day, calendar) for day in days)


@transaction.atomic
def estimate(case: Case, *, at: datetime) -> Paper | None:
    """The estimate as it stands: a new version only if what it says has changed.

    None for who does not pay herself. Sending it again ends the clock's task.
    """
    payment = quote(case, at=at)
    if payment.state not in SELF_PAY or payment.frozen_at is None:
        finish_task(case, key=ESTIMATE_TASK, by=SYSTEM, at=at)
        return None
    last: Paper | None = payment.papers.filter(sort=Paper.Sort.ESTIMATE).last()
    version = last.version + 1 if last else 1
    content = estimate_content(payment, version=version, on=day_of(case, at))
    if last is not None and _same(last.content, content):
        return last
    sha256, size = keep(content)
    made: Paper = Paper.objects.create(
        case=case,
        payment=payment,
        sort=Paper.Sort.ESTIMATE,
        version=version,
        content=content,
        pdf_sha256=sha256,
        size=size,
        at=at,
        sent_at=at,
    )
    case.tell(Verb.ESTIMATED, by=SYSTEM, at=at, paper=str(made.pk), version=version)
    finish_task(case, key=ESTIMATE_TASK, by=SYSTEM, at=at)
    return made


DATED = ("day", "version", "facts", "identity", "lead")


def _same(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether the estimates differ in more than their dates and numbers."""
    facts = [[word, value] for word, value in new["facts"] if not word.startswith("Date")]
    before = [[word, value] for word, value in old["facts"] if not word.startswith("Date")]
    rest = {key: value for key, value in new.items() if key not in DATED}
    return facts == before and rest == {k: v for k, v in old.items() if k not in DATED}


def estimate_content(payment: Payment, *, version: int, on: date) -> dict[str, Any]:
    """What a good-faith estimate must say (45 CFR 149.610(c)), in neutral words: no illness."""
    case, rules = payment.case, MoneyRules.of(payment.case.tenant)
    patient = case.patient
    again = "It takes the place of the estimates before it. " if version > 1 else ""
    lines = payment.items.filter(dropped_at=None)
    return Content(
        title="Good-faith estimate",
        lead=f"{again}This is what we expect the service to cost, before it is given.",
        house=house_of(case.tenant, rules),
        facts=[
            ["Patient", str(patient)],
            ["Born", day_words(patient.birth_date)],
            ["Case", case.number],
            ["Date of the estimate", day_words(on)],
        ],
        lines_title="Expected services",
        columns=["Service", "Code", "Expected charge"],
        lines=[[line.words, line.code or "–", str(line.amount)] for line in lines],
        total=["Expected in all", str(payment.amount)],
        parts=[
            ["Who provides it", _providers(case, rules)],
            ["What you should know", [w for w in rules.estimate_words.splitlines() if w.strip()]],
        ],
        day=on.isoformat(),
        identity=f"{patient} · {case.number}",
        version=f"Estimate {version}",
        place=case.place,
    ).frozen()


def _providers(case: Case, rules: MoneyRules) -> list[str]:
    """The hospital, and the reviewer once there is one; each with its NPI."""
    npi = f", NPI {rules.npi}" if rules.npi else ""
    tax = f", tax number {rules.tax_number}" if rules.tax_number else ""
    found = [f"{case.tenant.name}{npi}{tax}"]
    doctor = reviewer_of(case)
    if doctor is None:
        return [
            *found,
            "The reviewing physician is named in a new estimate when one has been found.",
        ]
    titles = f", {doctor.credentials}" if doctor.credentials else ""
    number = f", NPI {doctor.npi}" if doctor.npi else ""
    return [*found, f"{doctor}{titles}{number}"]


def reviewer_of(case: Case) -> User | None:
    """Who took the case for review, of the last who did."""
    taken = Event.objects.filter(case=case, verb=Verb.OFFER_ACCEPTED).select_related("actor_user")
    last = taken.last()
    return last.actor_user if last else None


def start_clock(case: Case, *, at: datetime) -> None:
    """The estimate's clock as a task of the billing desk; it ends when the estimate is sent."""
    due = estimate_due(at, calendar=PracticeCalendar.of(case.tenant))
    set_task(
        case,
        role=Role.BILLING,
        what="Send the good-faith estimate",
        key=ESTIMATE_TASK,
        where="payment/",
        by=SYSTEM,
        at=at,
        due_at=due,
    )


def receipt(payment: Payment, *, at: datetime) -> dict[str, Any]:
    """What a receipt says: enough for a health savings account, and no illness (F10.7)."""
    case, rules = payment.case, MoneyRules.of(payment.case.tenant)
    paid, back = payment.paid_at or at, given_back(payment)
    lines = payment.items.filter(dropped_at=None)
    facts = [
        ["Received from", str(case.patient)],
        ["Case", case.number],
        ["Paid on", day_words(day_of(case, paid))],
        ["Paid by", paid_by(payment)],
    ]
    parts: list[list[Any]] = [["Provider", _providers(case, rules)]]
    if back:
        parts.append(["Given back", [f"{back} of this went back. Paid in all: {held(payment)}."]])
    parts.append(
        [
            "For your health savings account",
            [
                "Medical care: a physician’s written second opinion. "
                f"Date of service: {day_words(_served(case, paid))}. "
                "This receipt names no illness."
            ],
        ]
    )
    return Content(
        title="Receipt",
        house=house_of(case.tenant, rules),
        facts=facts,
        lines=[[line.words, line.code or "–", str(line.amount)] for line in lines],
        total=["Paid", str(payment.amount)],
        parts=parts,
        day=day_of(case, at).isoformat(),
        identity=f"{case.patient} · {case.number}",
        version="Receipt",
        place=case.place,
    ).frozen()


def paid_by(payment: Payment) -> str:
    """Visa ending 4242; Cheque 1027."""
    move = payment.by_hand.filter(minor__gt=0).last()
    if move is not None:
        return f"{move.get_how_display()} {move.reference}".strip()
    attempt = payment.tries.filter(state=ChargeTry.State.CAPTURED).first()
    return attempt.card_words if attempt else "–"


def _served(case: Case, otherwise: datetime) -> date:
    """The day on which the opinion was signed; before that, the day of payment."""
    signed = Event.objects.filter(case=case, verb=Verb.SIGNED).last()
    return day_of(case, signed.at if signed else otherwise)


@transaction.atomic
def refund_receipt(
    payment: Payment, amount: Money, *, cause: UUID, way: str, at: datetime
) -> Paper:
    """The receipt of one refund, made once for its cause."""
    known: Paper | None = Paper.objects.filter(sort=Paper.Sort.REFUND, cause=cause).first()
    if known is not None:
        return known
    case, rules = payment.case, MoneyRules.of(payment.case.tenant)
    number = payment.papers.filter(sort=Paper.Sort.REFUND).count() + 1
    content = Content(
        title="Receipt of a refund",
        house=house_of(case.tenant, rules),
        facts=[
            ["Given back to", str(case.patient)],
            ["Case", case.number],
            ["On", day_words(day_of(case, at))],
            ["By", way],
        ],
        lines=[["Medical second opinion, given back", "–", str(amount)]],
        total=["Given back", str(amount)],
        parts=[["Provider", _providers(case, rules)]],
        day=day_of(case, at).isoformat(),
        identity=f"{case.patient} · {case.number}",
        version=f"Refund {number}",
        place=case.place,
    ).frozen()
    made: Paper = Paper.objects.create(
        case=case,
        payment=payment,
        sort=Paper.Sort.REFUND,
        version=number,
        cause=cause,
        content=content,
        at=at,
    )
    return made


def pdf(paper: Paper) -> bytes:
    """The paper's PDF; one that was not drawn yet is drawn now and kept."""
    if not paper.pdf_sha256:
        paper.pdf_sha256, paper.size = keep(paper.content)
        paper.save(update_fields=["pdf_sha256", "size"])
    return kept(paper.pdf_sha256)
