"""Invoices: once a month to institutions, at once to a patient who pays later (F10.7).

An invoice bills what stands on the account of each case and was on no invoice before; so a credit
that comes after an invoice is a negative line on the next. Numbers have no gaps: the next one is
taken under a lock, in the transaction that makes the invoice.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from konsil.billing.ledger import balance, book
from konsil.billing.life import State
from konsil.billing.models import (
    Account,
    Invoice,
    InvoiceLine,
    LedgerEntry,
    MoneyRules,
    Numbers,
    Payment,
)
from konsil.billing.money import Money
from konsil.billing.paper.draw import Content, keep, kept
from konsil.billing.papers import house_of
from konsil.cases.life import ImpossibleMove
from konsil.core.prose.letter import day as day_words
from konsil.people.actors import Actor
from konsil.people.models import Institution

Row = tuple[Payment, Money]


@transaction.atomic
def invoice_month(tenant: Institution, month: date, *, at: datetime) -> list[Invoice]:
    """Invoice every institution for what is open at the end of `month` (its first day).

    Run again for the same month it makes nothing twice.
    """
    taken = _lock(tenant)
    end = _after(month, ZoneInfo(tenant.time_zone))
    made = []
    clinics = Institution.objects.filter(parent=tenant).order_by("name")
    for clinic in clinics:
        known = Invoice.objects.filter(tenant=tenant, institution=clinic, month=month)
        billed = {invoice.currency for invoice in known}
        for currency, rows in _open_of(clinic, end).items():
            if currency not in billed:
                made.append(_issue(taken, clinic, month, rows, at=at))
    return made


def invoice_patient(payment: Payment, *, at: datetime) -> Invoice:
    """The invoice of one case to its patient."""
    tenant = payment.case.tenant
    return _issue(_lock(tenant), None, None, [(payment, balance(payment, Account.PATIENT))], at=at)


def _lock(tenant: Institution) -> Numbers:
    Numbers.objects.get_or_create(tenant=tenant)
    row: Numbers = Numbers.objects.select_for_update(of=("self",)).get(tenant=tenant)
    row.tenant = tenant
    return row


def _after(month: date, zone: ZoneInfo) -> datetime:
    """The first moment after a month."""
    following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime(following.year, following.month, 1, tzinfo=zone)


def _open_of(clinic: Institution, before: datetime) -> dict[str, list[Row]]:
    """What stands against an institution and was on no invoice yet, by currency."""
    found: dict[str, list[Row]] = {}
    payments = Payment.objects.filter(
        case__referred_by=clinic, state=State.INSTITUTION_BILLED
    ).select_related("case__tenant")
    for payment in payments.order_by("case__number"):
        charged = LedgerEntry.objects.filter(
            payment=payment, account=Account.INSTITUTION, at__lt=before
        ).exclude(source__startswith="invoice:")
        billed = InvoiceLine.objects.filter(payment=payment)
        open_minor = _total(charged) - _total(billed)
        if open_minor:
            row = (payment, Money(open_minor, payment.currency))
            found.setdefault(payment.currency, []).append(row)
    return found


def _total(rows: Any) -> int:
    return int(rows.aggregate(total=Sum("minor"))["total"] or 0)


def _issue(
    numbers: Numbers,
    clinic: Institution | None,
    month: date | None,
    rows: list[Row],
    *,
    at: datetime,
) -> Invoice:
    tenant, rules = numbers.tenant, MoneyRules.of(numbers.tenant)
    currency = rows[0][1].currency
    total = Money.sum((amount for _payment, amount in rows), currency)
    today = at.astimezone(ZoneInfo(tenant.time_zone)).date()
    due = today + timedelta(days=rules.invoice_days)
    numbers.last += 1
    numbers.save(update_fields=["last"])
    invoice = Invoice(
        tenant=tenant,
        number=numbers.last,
        institution=clinic,
        month=month,
        minor=total.minor,
        currency=currency,
        state=Invoice.State.SENT if total.minor > 0 else Invoice.State.SETTLED,
        issued_at=at,
        due_on=due,
    )
    payer = str(clinic or rows[0][0].case.patient)
    invoice.content = _content(invoice, payer, rows, rules, today=today)
    invoice.pdf_sha256, _size = keep(invoice.content)
    invoice.save()
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            case=payment.case,
            payment=payment,
            invoice=invoice,
            words=_words(payment),
            minor=amount.minor,
            currency=currency,
        )
        for payment, amount in rows
    )
    return invoice


def _words(payment: Payment) -> str:
    return f"Case {payment.case.number}"


def _content(
    invoice: Invoice, payer: str, rows: Iterable[Row], rules: MoneyRules, *, today: date
) -> dict[str, Any]:
    """By case number only: no name and no service of a patient on a clinic's invoice."""
    credit = invoice.minor < 0
    words = [line for line in rules.invoice_words.splitlines() if line.strip()]
    facts = [
        ["To", payer],
        ["Number", str(invoice)],
        ["Date", day_words(today)],
        ["Due on", "–" if invoice.minor <= 0 else day_words(invoice.due_on)],
    ]
    if invoice.month:
        facts.insert(2, ["For", f"{invoice.month:%B %Y}"])
    return Content(
        title="Credit note" if credit else "Invoice",
        house=house_of(invoice.tenant, rules),
        facts=facts,
        lines=[[_words(payment), "–", str(amount)] for payment, amount in rows],
        total=["In your favor" if credit else "To be paid", str(abs_of(invoice.amount))],
        parts=[["How to pay", words]] if words and not credit else [],
        day=today.isoformat(),
        identity=f"Invoice {invoice}",
        version=f"Invoice {invoice}",
        place=invoice.tenant.place,
    ).frozen()


def abs_of(amount: Money) -> Money:
    return amount if amount.minor >= 0 else -amount


@transaction.atomic
def note_invoice_paid(
    invoice: Invoice, *, reference: str, by: Actor, at: datetime, on: date
) -> Invoice:
    """The institution's money is there: what it owed for each case is booked to the bank."""
    from konsil.billing.quoting import quote

    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
    if invoice.state == Invoice.State.PAID:
        return invoice
    if invoice.state != Invoice.State.SENT:
        raise ImpossibleMove("Nothing is to be paid on this invoice.")
    if invoice.institution_id is None:
        raise ImpossibleMove("Note a patient’s payment on the page of the case.")
    for line in invoice.lines.select_related("case__tenant", "payment"):
        payment = quote(line.case, at=at)
        source = f"invoice:{invoice.pk}:{payment.pk}"
        amount = line.amount
        book(payment, amount, into=Account.BANK, against=Account.INSTITUTION, source=source, at=at)
    invoice.state, invoice.paid_on, invoice.reference = Invoice.State.PAID, on, reference[:80]
    invoice.noted_by = by.user
    invoice.save(update_fields=["state", "paid_on", "reference", "noted_by"])
    return invoice


def pdf(invoice: Invoice) -> bytes:
    return kept(invoice.pdf_sha256)
