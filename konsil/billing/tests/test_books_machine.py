"""Whatever happens in whatever order, the books sum to zero and agree with the provider.

Charges, refunds, disputes, cheques, codes; letters late, twice, backwards; two tabs at once.
"""

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from konsil.billing import actions, bill, by_hand, cards, configured, hearing, jobs
from konsil.billing.ledger import at_provider, balance
from konsil.billing.life import State
from konsil.billing.models import (
    Account,
    CardVisit,
    ChargeTry,
    Discount,
    HandMove,
    Item,
    LedgerEntry,
    MoneyRules,
    Payment,
    ProviderNews,
)
from konsil.billing.money import Money
from konsil.billing.provider import ProviderAway, SavedCard
from konsil.billing.refunding import MovedMeanwhile
from konsil.billing.tests.bank import Bank
from konsil.billing.tests.money_desk import TODAY, berta, price
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM, Actor
from tests.cast import MONDAY, put_at

LATER = MONDAY + timedelta(minutes=5)
pytestmark = pytest.mark.django_db


class Books(RuleBasedStateMachine):
    cast = None
    patch = None

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.bank, self.done, self.cards = Bank(), set(), 0
        self.patch.setattr(configured, "provider", lambda: self.bank)
        MoneyRules.objects.create(
            tenant=self.cast.northgate, made_at=MONDAY, by_hand=True, invoice_later=True
        )
        price(self.cast, 18000, item=Item.PATHOLOGY)
        Discount.objects.create(
            tenant=self.cast.northgate, code="TWENTY", percent=20, starts=TODAY, made_at=MONDAY
        )
        self.cast.case.referred_by = self.cast.brigids
        self.cast.case.save()
        put_at(self.cast.case, Stage.SCREENING)

    @property
    def case(self):
        return Case.objects.get(pk=self.cast.case.pk)

    def do(self, act, *given, **more):
        """One act as a request does it: wholly or not at all; a refusal in words is fine."""
        with contextlib.suppress(ImpossibleMove), transaction.atomic():
            act(*given, **more)

    @rule(good=st.booleans())
    def a_card_is_saved(self, good):
        self.cards += 1
        made = SavedCard("cus", f"{'good' if good else 'bad'}_{self.cards}", "visa", "1", (9, 2040))
        self.do(actions.save_card, self.case, made, by=SYSTEM, at=MONDAY)

    @rule(good=st.booleans())
    def two_tabs_open_the_card_page_and_both_come_back(self, good):
        """H4: one visit; the card that is left there is saved once."""
        opened = []
        for _tab in range(2):
            self.do(lambda: opened.append(cards.open_visit(self.case, at=MONDAY)))
        if not opened:
            return
        assert len({visit.pk for visit in opened}) == 1
        self.cards += 1
        made = SavedCard("cus", f"{'good' if good else 'bad'}_{self.cards}", "visa", "1", (9, 2040))
        for visit in opened:
            self.do(cards.end_visit, visit, made, by=SYSTEM, at=MONDAY)
        assert CardVisit.objects.filter(state="open").count() == 0

    @rule(verb=st.sampled_from([Verb.ACCEPTED, Verb.WITHDRAWN, Verb.DECLINED, Verb.EXPIRED]))
    def the_case_moves(self, verb):
        who = {Verb.WITHDRAWN: self.cast.rosa, Verb.EXPIRED: None}.get(verb, self.cast.ada)
        by = Actor.of(who) if who else SYSTEM
        self.do(self.case.move, verb, by=by, at=MONDAY, reason="other")

    @rule()
    def two_desks_press_charge_again(self):
        for _tab in range(2):
            self.do(actions.charge_again, self.case, by=berta(self.cast), at=MONDAY)

    @rule(minor=st.integers(1, 90000))
    def the_desk_gives_back(self, minor):
        amount = Money(minor, "USD")
        self.do(actions.give_back, self.case, amount, why="x", by=berta(self.cast), at=MONDAY)

    @rule(minor=st.integers(1, 30000))
    def a_refund_is_made_on_the_providers_own_pages(self, minor):
        for name in self.bank.captured():
            if Money(minor, "USD") <= self.bank.left(name):
                self.bank.give_back(name, Money(minor, "USD"))

    @rule()
    def a_bank_disputes(self):
        for name in self.bank.captured():
            self.bank.dispute(name)

    @rule(won=st.booleans())
    def disputes_end(self, won):
        for name in list(self.bank.disputes):
            self.bank.end_dispute(name, won=won)

    @rule(n=st.integers(0, 200), copies=st.integers(1, 3))
    def an_old_or_new_letter_comes(self, n, copies):
        """F10.6: any letter so far, in any order, up to three times."""
        if not self.bank.letters:
            return
        letter = self.bank.letters[n % len(self.bank.letters)]
        for _copy in range(copies):
            self.do(hearing.keep, letter, at=LATER)
        for news in ProviderNews.objects.filter(event_id=letter.id):
            for _copy in range(copies):
                with contextlib.suppress(MovedMeanwhile):
                    hearing.heed(news.pk, at=LATER)

    @rule()
    def the_provider_falls_silent(self):
        self.bank.silent = True

    @rule(times=st.integers(1, 2))
    def the_queue_is_worked_off(self, times):
        rows = ProcrastinateJob.objects.filter(task_name__in=["billing.jobs.charge",
            "billing.jobs.refund", "billing.jobs.heed", "billing.following.take_the_price",
            "billing.following.settle_the_end"])  # fmt: skip
        for row in rows.exclude(pk__in=self.done).order_by("pk"):
            for _again in range(times):
                try:
                    with transaction.atomic():
                        app.tasks[row.task_name].func(**row.args)
                    self.done.add(row.pk)
                except (ProviderAway, MovedMeanwhile):
                    pass

    @rule()
    def what_had_no_answer_is_asked_again(self):
        jobs.ask_again.func(timestamp=0)
        self.the_queue_is_worked_off(times=1)

    @rule(how=st.sampled_from(["waive", "bill_institution", "invoice_later"]))
    def the_desk_settles_it_otherwise(self, how):
        act = getattr(actions, how)
        self.do(act, self.case, reason="x", by=berta(self.cast), at=MONDAY)

    @rule()
    def a_cheque_comes(self):
        def note():
            due = by_hand.owed(actions.quote(self.case, at=MONDAY))
            by_hand.note_paid(
                self.case,
                due,
                how=HandMove.How.CHEQUE,
                reference="1",
                by=berta(self.cast),
                at=MONDAY,
            )

        self.do(note)

    @rule()
    def cheques_are_sent_back(self):
        for move in HandMove.objects.filter(done_at=None):
            for _twice in range(2):
                self.do(by_hand.note_sent_back, move, reference="2", by=berta(self.cast), at=MONDAY)

    @rule(code=st.booleans())
    def the_bill_changes(self, code):
        if code:
            self.do(bill.use_code, self.case, "TWENTY", by=SYSTEM, at=MONDAY)
        else:
            self.do(bill.add_on, self.case, Item.PATHOLOGY, by=berta(self.cast), at=MONDAY)

    @rule()
    def she_agrees(self):
        payment = Payment.objects.filter(case=self.cast.case).first()
        if payment:
            self.do(bill.agree, self.case, payment.minor, by=SYSTEM, at=MONDAY)

    @invariant()
    def every_booking_sums_to_zero(self):
        sums = LedgerEntry.objects.order_by().values("transaction").annotate(all=Sum("minor"))
        assert [row for row in sums if row["all"]] == []

    @invariant()
    def never_more_is_asked_than_was_agreed(self):
        payment = Payment.objects.filter(case=self.cast.case).first()
        waiting = ChargeTry.objects.filter(state="waiting")
        assert all(one.minor <= payment.agreed_minor for one in waiting)

    @invariant()
    def no_account_of_ours_is_below_zero(self):
        payment = Payment.objects.filter(case=self.cast.case).first()
        for account in set(Account) - {Account.FEES, Account.CARD} if payment else ():
            assert balance(payment, account).minor >= 0, account

    def teardown(self):
        try:
            self.bank.silent = False
            for _round in range(3):
                self.what_had_no_answer_is_asked_again()
                for n in range(len(self.bank.letters)):
                    self.an_old_or_new_letter_comes(n, 1)
            self.in_the_end_the_books_agree()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def in_the_end_the_books_agree(self):
        payment = Payment.objects.filter(case=self.cast.case).first()
        if payment is None:
            assert self.bank.charges == {}
            return
        there = at_provider(payment)
        assert there.minor == self.bank.held()
        assert there.minor >= 0
        if payment.state in {State.WAIVED, State.VOIDED, State.INSTITUTION_BILLED}:
            assert there.minor == 0 or self.bank.disputes
        if payment.state == State.DISPUTED:
            assert balance(payment, Account.DISPUTED)
        assert not ChargeTry.objects.filter(state="waiting", payment__state="charge_queued")


def test_the_books_agree_whatever_happens(cast, monkeypatch):
    """F10.5, F10.6, H3, H4, H5, H6."""
    Books.cast, Books.patch = cast, monkeypatch
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=max(25, settings.default.max_examples // 10),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
