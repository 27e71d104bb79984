"""Invoices: once a month, without gaps, by case number only; later, by hand, and paid (F10.7)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction

from konsil.billing import actions, by_hand, invoicing, jobs
from konsil.billing.ledger import balance, held
from konsil.billing.life import State
from konsil.billing.models import Account, HandMove, Invoice, LedgerEntry, Payment
from konsil.billing.money import Money
from konsil.billing.rules import Ended
from konsil.billing.tests.money_desk import berta, rule, save_card, words_of
from konsil.cases.actions import open_case
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Task
from konsil.people.actors import SYSTEM
from konsil.people.roles import Role
from tests.cast import MONDAY, put_at, user
from tests.test_who_sees_a_case import BACKEND

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
FIRST = MONDAY + timedelta(days=15)


def billed(cast, clinic=None):
    """Another patient's case for which the clinic pays."""
    case = open_case(
        patient=cast.petras_case.patient,
        service_line=cast.line,
        by=SYSTEM,
        at=MONDAY,
        referred_by=clinic or cast.brigids,
    )
    put_at(case, Stage.SCREENING)
    actions.bill_institution(case, reason="Contract", by=berta(cast), at=MONDAY)
    return case


def month(cast, first=NOVEMBER, at=FIRST):
    return invoicing.invoice_month(cast.northgate, first, at=at)


def test_an_institution_is_invoiced_for_the_month_once_by_case_number_only(cast):
    """F10.7: no name and no service of a patient on the paper."""
    cast.petras_case.patient.family_name = "CNRYname"
    cast.petras_case.patient.save()
    cases = [billed(cast), billed(cast)]

    (made,) = month(cast)
    assert month(cast) == []

    words = words_of(invoicing.pdf(made))
    assert (made.number, made.minor) == (1, 170000)
    for part in ("Invoice", "St Brigid’s Clinic", "November 2026", "$1,700.00"):
        assert part in words, part
    for case in cases:
        assert f"Case {case.number}" in words
    assert not any(word in words for word in ("CNRYname", "Petra", "Lung", "lung"))


def test_what_is_billed_after_the_month_waits_for_the_next(cast):
    billed(cast)
    assert month(cast, date(2026, 10, 1)) == []

    assert [invoice.minor for invoice in month(cast)] == [85000]
    assert month(cast, DECEMBER, FIRST + timedelta(days=31)) == []


def test_a_credit_after_the_invoice_is_a_line_on_the_next(cast):
    """F10.5, F10.7: the case was declined after it was invoiced."""
    case = billed(cast)
    month(cast)
    actions.end(case, Ended.BY_US, cause=uuid4(), at=FIRST)

    (credit,) = month(cast, DECEMBER, FIRST + timedelta(days=31))

    assert (credit.number, credit.minor, credit.state) == (2, -85000, Invoice.State.SETTLED)
    words = words_of(invoicing.pdf(credit))
    assert "Credit note" in words
    assert "In your favor" in words


def test_numbers_have_no_gap_also_when_making_one_fails(cast, monkeypatch):
    """F10.7: a number is taken in the transaction that makes the invoice."""
    billed(cast)
    month(cast)
    billed(cast, cast.other_clinic)

    def broken(content):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="disk"), transaction.atomic():
        patch.setattr(invoicing, "keep", broken)
        month(cast)
    month(cast)

    assert sorted(Invoice.objects.values_list("number", flat=True)) == [1, 2]


def test_an_invoice_that_is_paid_moves_the_debt_to_the_bank_once(cast, client):
    """F10.5, F10.7."""
    case = billed(cast)
    (made,) = month(cast)
    client.force_login(cast.berta, backend=BACKEND)
    note = {"act": "paid", "invoice": str(made.number)}

    assert client.post("/payments/invoices/", note).status_code == 302  # without a reference
    made.refresh_from_db()
    assert made.state == "sent"
    for _twice in range(2):
        client.post("/payments/invoices/", {**note, "reference": "Wire 77"})

    payment = Payment.objects.get(case=case)
    assert not balance(payment, Account.INSTITUTION)
    assert balance(payment, Account.BANK).minor == 85000
    assert sum(LedgerEntry.objects.values_list("minor", flat=True)) == 0
    assert month(cast, DECEMBER, FIRST + timedelta(days=31)) == []


def test_a_clinics_administrator_reads_her_own_invoices_and_no_others(cast, client):
    """F12.1, permissions: “if inst pays”."""
    billed(cast)
    billed(cast, cast.other_clinic)
    own, other = sorted(month(cast), key=lambda one: str(one.institution), reverse=True)
    clare = user("Clare Boyle", (cast.brigids, Role.CHILD_ADMIN))
    client.force_login(clare, backend=BACKEND)

    page = client.get("/payments/invoices/").content.decode()
    assert f"/payments/invoices/{own.pk}.pdf" in page
    assert str(other.pk) not in page
    assert client.get(f"/payments/invoices/{own.pk}.pdf").status_code == 200
    assert client.get(f"/payments/invoices/{other.pk}.pdf").status_code == 404
    assert client.post("/payments/invoices/", {"act": "make"}).status_code == 403


def test_the_desk_makes_the_invoices_of_last_month_by_itself_or_by_a_button(cast, client):
    """F10.7: the button makes what the job of the first days has not made yet, and says so."""
    billed(cast)
    with time_machine.travel(FIRST, tick=False):
        client.force_login(cast.berta, backend=BACKEND)
        jobs.invoice.func(timestamp=0)
        again = client.post("/payments/invoices/", {"act": "make"}, follow=True)
        billed(cast, cast.other_clinic)
        more = client.post("/payments/invoices/", {"act": "make"}, follow=True)

    assert "Nothing is left to invoice." in again.content.decode()
    assert "1 made for November 2026." in more.content.decode()
    assert Invoice.objects.count() == 2


def later(cast):
    rule(cast, invoice_later=True, invoice_words="Account 123 at First Bank", invoice_days=14)
    return actions.invoice_later(cast.case, reason="Asked for it", by=berta(cast), at=MONDAY)


def test_a_patient_who_pays_later_gets_an_invoice_and_the_case_goes_on(cast):
    """F10.7: switched on by a setting; the guard lets the case be offered."""
    from konsil.billing.guarding import payment_settled

    with pytest.raises(ImpossibleMove, match="switched off"):
        actions.invoice_later(cast.case, reason="Asked", by=berta(cast), at=MONDAY)
    payment = later(cast)

    made = Invoice.objects.get()
    assert payment.state == State.INVOICED
    assert (made.institution, made.minor, made.due_on) == (None, 85000, date(2026, 11, 30))
    assert "Account 123 at First Bank" in words_of(invoicing.pdf(made))
    assert payment_settled(cast.case) == ""


def test_an_invoice_of_a_patient_is_paid_by_cheque(cast, client):
    """F10.7: on the case's page; the invoice is paid then, and the receipt names the cheque."""
    later(cast)
    client.force_login(cast.berta, backend=BACKEND)
    form = {"act": "hand", "hand-how": "cheque", "hand-reference": "1027"}

    client.post(f"/cases/{cast.case.pk}/payment/decide/", form)

    payment = Payment.objects.get(case=cast.case)
    assert payment.state == State.CAPTURED
    assert (balance(payment, Account.PATIENT).minor, held(payment).minor) == (0, 85000)
    assert Invoice.objects.get().state == Invoice.State.PAID
    client.force_login(cast.rosa, backend=BACKEND)
    words = words_of(client.get(f"/cases/{cast.case.pk}/payment/receipt.pdf").content)
    assert "Cheque 1027" in words


@pytest.mark.parametrize(
    ("ended", "owed", "state"),
    [(Ended.BY_US, 0, State.VOIDED), (Ended.READING, 42500, State.INVOICED)],
)
def test_who_stops_before_paying_her_invoice_owes_what_the_table_says(cast, ended, owed, state):
    """F10.5: the credit is in the books."""
    later(cast)
    actions.end(cast.case, ended, cause=uuid4(), at=MONDAY)

    payment = Payment.objects.get(case=cast.case)
    assert (by_hand.owed(payment).minor, payment.state) == (owed, state)
    assert sum(LedgerEntry.objects.values_list("minor", flat=True)) == 0


def by_cheque(cast, minor=85000):
    return by_hand.note_paid(
        cast.case,
        Money(minor, "USD"),
        how=HandMove.How.CHEQUE,
        reference="1027",
        by=berta(cast),
        at=MONDAY,
    )


def test_cheques_are_taken_only_where_the_hospital_takes_them_and_only_whole(cast):
    """F10.7."""
    actions.quote(cast.case, at=MONDAY)
    with pytest.raises(ImpossibleMove, match="switched off"):
        by_cheque(cast)
    rule(cast, by_hand=True)
    with pytest.raises(ImpossibleMove, match=r"\$850.00 is owed"):
        by_cheque(cast, 80000)

    by_cheque(cast)

    with pytest.raises(ImpossibleMove, match="Nothing is to be paid"):
        by_cheque(cast)
    assert Payment.objects.get(case=cast.case).state == State.CAPTURED


def test_money_that_came_by_cheque_goes_back_by_hand_with_a_task(cast, client):
    """F10.5: withdrawn after acceptance, all but the gathering fee; booked when it was sent."""
    rule(cast, by_hand=True)
    cast.line.gathering_fee_cents = 15000
    cast.line.save()
    cast.case.service_line.refresh_from_db()
    by_cheque(cast)
    cause = uuid4()
    for _twice in range(2):
        actions.end(cast.case, Ended.COLLECTING, cause=cause, at=MONDAY)

    move = HandMove.objects.get(minor__lt=0)
    assert (move.minor, move.done_at) == (-70000, None)
    task = Task.objects.get(case=cast.case, key__startswith="send-back", done_at=None)
    assert task.role == Role.BILLING
    client.force_login(cast.berta, backend=BACKEND)
    sent = {"act": "sent", "move": str(move.pk), "reference": "2044"}
    for _twice in range(2):
        client.post(f"/cases/{cast.case.pk}/payment/decide/", sent)

    payment = Payment.objects.get(case=cast.case)
    assert (held(payment).minor, payment.state) == (15000, State.PART_REFUNDED)
    assert not Task.objects.filter(pk=task.pk, done_at=None).exists()


def test_a_card_number_is_refused_where_a_reference_is_asked(cast, client):
    """F10.8: nobody writes one down by mistake."""
    rule(cast, by_hand=True)
    save_card(cast.case)
    client.force_login(cast.berta, backend=BACKEND)
    form = {"act": "hand", "hand-how": "cheque", "hand-reference": "4242 4242 4242 4242"}

    answer = client.post(f"/cases/{cast.case.pk}/payment/decide/", form)

    assert answer.status_code == 422
    assert "looks like a card number" in answer.content.decode()
    assert not HandMove.objects.exists()
