"""Estimates in time and renewed, receipts for a health savings account; no illness on any."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsil.billing import actions, bill, following, papers
from konsil.billing.models import Item, Paper, Payment
from konsil.billing.money import Money
from konsil.billing.tests.money_desk import berta, charged, price, rule, save_card, words_of
from konsil.cases.clocks import Calendar
from konsil.cases.models import Event, Task
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM, Actor
from tests.cast import MONDAY
from tests.test_who_sees_a_case import BACKEND

ILLNESS = ("Lung", "lung", "oncology", "CNRY-diagnosis", "cancer")
PORTLAND = Calendar(zone=ZoneInfo("America/Los_Angeles"))


@pytest.fixture
def asked(cast):
    """Rosa's request was sent, in a hospital that has its numbers."""
    cast.case.diagnosis = "CNRY-diagnosis"
    cast.case.save()
    cast.northgate.address = "1 Harbor Street\nPortland, OR"
    cast.northgate.save()
    rule(cast, npi="1234567893", tax_number="93-1234567")
    hear(cast.case, Verb.SUBMITTED, following.begin_estimate)
    return cast


def hear(case, verb, listener, **facts):
    event = case.tell(verb, by=SYSTEM, at=MONDAY, **facts)
    listener.func(event_id=str(event.pk), tenant_id=str(case.tenant_id))
    return event


def estimates():
    return list(Paper.objects.filter(sort="estimate"))


def read(client, who, case, below):
    client.force_login(who, backend=BACKEND)
    answer = client.get(f"/cases/{case.pk}/payment/{below}")
    assert answer.status_code == 200, answer.status_code
    assert answer["Content-Type"] == "application/pdf"
    return words_of(answer.content)


def test_the_estimate_goes_out_with_the_request_and_ends_its_clock(asked, client):
    """F10.2: itemised, with provider, NPI, date and the statements; its task is done."""
    words = read(client, asked.rosa, asked.case, "estimate.pdf")

    for part in (
        "Good-faith estimate",
        "Rosa Delgado",
        "March 14, 1971",
        "November 16, 2026",
        "Medical second opinion in writing",
        "$850.00",
        "NPI 1234567893",
        "93-1234567",
        "It is not a contract",
        "at least $400 more",
    ):
        assert part in words, part
    assert not any(word in words for word in ILLNESS)
    task = Task.objects.get(case=asked.case, key="estimate")
    assert task.done_at is not None
    assert Event.objects.filter(case=asked.case, verb=Verb.ESTIMATED).count() == 1


def test_the_clock_stands_with_the_desk_until_the_estimate_is_sent(cast):
    """F10.2: drawing it may fail; the day until which it must be out is on the task."""
    papers.start_clock(cast.case, at=MONDAY)

    task = Task.objects.get(case=cast.case, key="estimate", done_at=None)
    due = task.due_at.astimezone(PORTLAND.zone)
    assert (due.date(), due.hour) == (date(2026, 11, 19), 17)
    assert task.role == "billing"


def test_a_change_of_the_bill_or_the_provider_is_a_new_estimate_and_nothing_else_is(asked, client):
    """F10.2."""
    for _again in range(3):
        papers.estimate(asked.case, at=MONDAY + timedelta(days=2))
    assert len(estimates()) == 1

    price(asked, 18000, item=Item.PATHOLOGY)
    bill.add_on(asked.case, Item.PATHOLOGY, by=berta(asked), at=MONDAY)
    hear(asked.case, Verb.PRICE_CHANGED, following.renew_estimate)
    asked.okoye.npi, asked.okoye.credentials = "1987654328", "MD"
    asked.okoye.save()
    event = asked.case.tell(Verb.OFFER_ACCEPTED, by=Actor.of(asked.okoye), at=MONDAY)
    following.renew_estimate.func(event_id=str(event.pk), tenant_id=str(asked.case.tenant_id))

    assert [paper.version for paper in estimates()] == [1, 2, 3]
    words = read(client, asked.rosa, asked.case, "estimate.pdf")
    assert "Pathology slides read again" in words
    assert "$1,030.00" in words
    assert "Chidi Okoye, MD, NPI 1987654328" in words
    assert "takes the place of the estimates before it" in words
    first = words_of(papers.pdf(estimates()[0]))
    assert "$1,030.00" not in first  # what was sent once stays as it was


def test_whom_an_institution_pays_for_gets_no_estimate(cast, client):
    """F10.2: it is for who pays herself."""
    actions.quote(cast.petras_case, at=MONDAY)
    actions.bill_institution(cast.petras_case, reason="Contract", by=berta(cast), at=MONDAY)
    hear(cast.petras_case, Verb.SUBMITTED, following.begin_estimate)

    assert estimates() == []
    assert not Task.objects.filter(case=cast.petras_case, key="estimate", done_at=None).exists()
    client.force_login(cast.petra, backend=BACKEND)
    assert client.get(f"/cases/{cast.petras_case.pk}/payment/estimate.pdf").status_code == 404


@pytest.mark.parametrize(
    ("asked_on", "scheduled", "due"),
    [
        ("2026-11-16", None, "2026-11-19"),  # on request: three business days
        ("2026-11-19", None, "2026-11-24"),  # over a weekend
        ("2026-11-24", None, "2026-11-30"),  # over Thanksgiving and the weekend
        ("2026-11-16", "2026-12-07", "2026-11-19"),  # ten or more days ahead: three
        ("2026-11-16", "2026-11-20", "2026-11-17"),  # three to nine: one
        ("2026-11-20", "2026-11-27", "2026-11-23"),
    ],
)
def test_an_estimate_is_due_as_the_rule_says(asked_on, scheduled, due):
    """F10.2, facts F.5, 45 CFR 149.610(b)."""
    calendar = Calendar(zone=PORTLAND.zone, holidays=frozenset({date(2026, 11, 26)}))
    at = datetime.fromisoformat(f"{asked_on}T10:00").replace(tzinfo=calendar.zone)
    on = date.fromisoformat(scheduled) if scheduled else None

    until = papers.estimate_due(at, calendar=calendar, scheduled=on)

    assert until.date().isoformat() == due


@given(hours=st.integers(0, 24 * 365))
def test_an_estimate_is_due_on_a_working_day_three_to_five_days_later(hours):
    """F10.2: never earlier than asked, never on a weekend, also over a change of clocks."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    until = papers.estimate_due(at, calendar=PORTLAND)

    assert until.weekday() < 5
    assert 3 <= (until.date() - at.astimezone(PORTLAND.zone).date()).days <= 5


def test_the_receipt_says_what_a_savings_account_asks_and_no_illness(asked, client):
    """F10.7: patient, provider with its numbers, service, date, amount, how it was paid."""
    charged(asked.case)
    words = read(client, asked.rosa, asked.case, "receipt.pdf")

    for part in (
        "Receipt",
        "Rosa Delgado",
        "Northgate Hospital, NPI 1234567893",
        "$850.00",
        "Visa ending 4242",
        "Date of service",
        "written second opinion",
    ):
        assert part in words, part
    assert not any(word in words for word in ILLNESS)


def test_there_is_no_receipt_before_something_was_paid(cast, client):
    save_card(cast.case)
    client.force_login(cast.rosa, backend=BACKEND)

    assert client.get(f"/cases/{cast.case.pk}/payment/receipt.pdf").status_code == 404


def test_each_refund_has_a_receipt_of_its_own_made_once(asked, client):
    """F10.7."""
    charged(asked.case)
    event = hear(
        asked.case, Verb.REFUNDED, following.make_refund_receipt, minor=12345, currency="USD"
    )
    following.make_refund_receipt.func(event_id=str(event.pk), tenant_id=str(asked.case.tenant_id))

    paper = Paper.objects.get(sort="refund")
    words = read(client, asked.rosa, asked.case, f"refunds/{paper.pk}.pdf")
    assert "Receipt of a refund" in words
    assert "$123.45" in words
    page = client.get(f"/cases/{asked.case.pk}/payment/").content.decode()
    assert f"payment/refunds/{paper.pk}.pdf" in page


def test_a_paper_opens_only_at_its_own_case(asked, client):
    """F1.3: Petra cannot read Rosa's receipt through her own case."""
    made = papers.refund_receipt(
        charged(asked.case), Money(100, "USD"), cause=asked.case.pk, way="Visa", at=MONDAY
    )
    client.force_login(asked.petra, backend=BACKEND)

    below = f"payment/refunds/{made.pk}.pdf"
    assert client.get(f"/cases/{asked.petras_case.pk}/{below}").status_code == 404
    assert client.get(f"/cases/{asked.case.pk}/{below}").status_code == 404


def test_the_same_paper_is_the_same_bytes(asked):
    """A paper that is drawn again can be compared with the one that was sent."""
    from konsil.billing.paper.draw import pdf_of

    paper = estimates()[0]

    assert pdf_of(paper.content) == papers.pdf(paper) == pdf_of(paper.content)
    assert Payment.objects.count() == 1
