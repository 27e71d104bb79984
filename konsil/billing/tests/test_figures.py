"""Reviewers' pay and the months as pages and sheets; what the billing desk never reads."""

import csv
import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsil.billing import actions, reckoning
from konsil.billing.models import HandMove, Payment, ReviewerRate
from konsil.billing.money import Money
from konsil.billing.tests.money_desk import berta, charged, refused, rule, save_card
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from tests.cast import MONDAY
from tests.test_who_sees_a_case import BACKEND

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
PORTLAND = ZoneInfo("America/Los_Angeles")


def sign(case, who, at=MONDAY):
    case.tell(Verb.SIGNED, by=Actor.of(who), at=at)


def rows_of(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_each_signed_opinion_earns_its_author_once(cast):
    """F10.9: signed twice (an amended version) and added to, it is one opinion."""
    rule(cast, reviewer_minor=30000)
    sign(cast.case, cast.okoye)
    sign(cast.case, cast.okoye, MONDAY + timedelta(days=1))
    cast.case.tell(Verb.ADDED_TO, by=Actor.of(cast.okoye), at=MONDAY)
    sign(cast.petras_case, cast.ferreira)

    rows = reckoning.pay_list(cast.northgate, *NOVEMBER)

    assert [(row.reviewer, row.case, row.fee.minor) for row in rows] == [
        ("Chidi Okoye", cast.case.number, 30000),
        ("Marta Ferreira", cast.petras_case.number, 30000),
    ]


def test_an_opinion_belongs_to_the_period_of_the_hospitals_own_day(cast):
    """F10.9: a quarter to midnight on the last day, and a quarter past, in Portland."""
    sign(cast.case, cast.okoye, datetime(2026, 11, 30, 23, 45, tzinfo=PORTLAND))
    sign(cast.petras_case, cast.okoye, datetime(2026, 12, 1, 0, 15, tzinfo=PORTLAND))

    assert [row.case for row in reckoning.pay_list(cast.northgate, *NOVEMBER)] == [cast.case.number]
    december = (date(2026, 12, 1), date(2026, 12, 31))
    assert [row.case for row in reckoning.pay_list(cast.northgate, *december)] == [
        cast.petras_case.number
    ]


def test_a_reviewers_own_rate_holds_from_its_day(cast):
    """F10.9."""
    rule(cast, reviewer_minor=30000)
    rate = {"tenant": cast.northgate, "user": cast.okoye, "made_at": MONDAY}
    ReviewerRate.objects.create(minor=45000, starts=date(2026, 11, 20), **rate)
    sign(cast.case, cast.okoye, MONDAY)
    sign(cast.petras_case, cast.okoye, MONDAY + timedelta(days=5))

    rows = reckoning.pay_list(cast.northgate, *NOVEMBER)
    assert [row.fee.minor for row in rows] == [30000, 45000]
    assert reckoning.totals(rows) == [("Chidi Okoye", 2, Money(75000, "USD"))]


def test_the_pay_list_is_a_page_and_a_sheet_for_the_desk_only(cast, client):
    """F10.9."""
    rule(cast, reviewer_minor=30000)
    cast.okoye.npi = "1987654328"
    cast.okoye.save()
    sign(cast.case, cast.okoye)
    client.force_login(cast.berta, backend=BACKEND)
    period = {"first": "2026-11-01", "last": "2026-11-30"}

    page = client.get("/payments/pay/", period).content.decode()
    sheet = rows_of(client.get("/payments/pay/", {**period, "as": "csv"}))

    assert "Chidi Okoye" in page
    assert "Lung" not in page
    assert sheet[1] == [
        "Chidi Okoye", "1987654328", cast.case.number, "2026-11-16", "300.00", "USD",
    ]  # fmt: skip
    assert client.get("/payments/pay/", {"first": "x", "last": "2026-11-30"}).status_code == 422
    client.force_login(cast.okoye, backend=BACKEND)
    assert client.get("/payments/pay/", period).status_code == 403


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_name_that_is_a_formula_stays_a_name(cast, client, start):
    """F10.9, trust: a reviewer named =HYPERLINK(…) starts nothing in a spreadsheet."""
    cast.okoye.name = f"{start}HYPERLINK(1)"
    cast.okoye.save()
    sign(cast.case, cast.okoye)
    client.force_login(cast.berta, backend=BACKEND)

    sheet = rows_of(
        client.get("/payments/pay/", {"first": "2026-11-01", "last": "2026-11-30", "as": "csv"})
    )

    assert sheet[1][0].startswith("'")


@given(cells=st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_no_cell_begins_with_what_a_spreadsheet_reckons_and_none_is_lost(cells):
    """F10.9."""
    text = reckoning.sheet(["a"] * len(cells), [cells])
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]

    assert len(read) == 1 or cells == [""]
    for cell, got in zip(cells, read[0] if read else [], strict=False):
        assert got in {cell, f"'{cell}"}
        assert not got.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_amounts_stay_figures_also_below_zero():
    """A minus is no formula in a cell that we wrote as an amount."""
    assert reckoning.figure(Money(-12345, "USD")) == "-123.45"


def test_the_months_are_what_the_books_say(cast, client):
    """F10.9 and the day's end of the desk: taken, given back, billed, waived."""
    charged(cast.case)
    actions.waive(cast.petras_case, reason="Hardship", by=berta(cast), at=MONDAY)
    client.force_login(cast.berta, backend=BACKEND)

    sheet = rows_of(client.get("/payments/figures/", {"as": "csv"}))

    head, november = sheet[0], dict(zip(sheet[0], sheet[1], strict=True))
    assert head[:2] == ["Month", "Currency"]
    assert november["Month"] == "2026-11"
    assert november["Taken by card"] == "850.00"
    assert november["Waived"] == "850.00"
    assert november["Given back"] == "0.00"
    assert "November 2026" in client.get("/payments/figures/").content.decode()


PAGES = (
    "/payments/",
    "/payments/?show=charge",
    "/payments/?show=failed",
    "/payments/?show=disputed",
    "/payments/?show=refund",
    "/payments/?show=invoices",
    "/payments/?show=paid",
    "/payments/invoices/",
    "/payments/pay/?first=2026-11-01&last=2026-11-30",
    "/payments/pay/?first=2026-11-01&last=2026-11-30&as=csv",
    "/payments/figures/",
    "/payments/figures/?as=csv",
    "/payments/rules/",
    "/payments/codes/",
)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_the_billing_desk_says_anything_clinical(cast, client, page):
    """F1.3, permissions BL: canaries in every clinical word of both cases."""
    for case in (cast.case, cast.petras_case):
        case.diagnosis = "CNRYdiagnosis"
        case.save()
        case.question_set.update(text="CNRYquestion")
    cast.line.name = cast.line.specialty = "CNRYillness"
    cast.line.save()
    charged(cast.case)
    sign(cast.case, cast.okoye)
    actions.bill_institution(cast.petras_case, reason="x", by=berta(cast), at=MONDAY)
    client.force_login(cast.berta, backend=BACKEND)

    answer = client.get(page)

    assert answer.status_code == 200
    assert b"CNRY" not in answer.content


def listed(client, show):
    return client.get("/payments/", {"show": show}).content.decode()


def test_the_worklist_says_what_waits_and_how_much_of_it(cast, client):
    """F10: to charge, failed, to give back; each payment in its list and in no other."""
    save_card(cast.case)
    actions.become_due(cast.case, at=MONDAY)
    charged(cast.petras_case)
    HandMove.objects.create(
        case=cast.petras_case,
        payment=Payment.objects.get(case=cast.petras_case),
        minor=-100,
        currency="USD",
        how="cheque",
        at=MONDAY,
    )
    client.force_login(cast.berta, backend=BACKEND)

    assert "To charge (1)" in listed(client, "all")
    assert "To give back (1)" in listed(client, "all")
    assert cast.case.number in listed(client, "charge")
    assert cast.petras_case.number not in listed(client, "charge")
    assert cast.petras_case.number in listed(client, "refund")
    refused(cast.case)
    assert cast.case.number in listed(client, "failed")
    assert cast.case.number not in listed(client, "charge")
