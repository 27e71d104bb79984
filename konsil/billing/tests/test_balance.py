"""Whatever happens in whatever order, the books sum to zero and agree with the provider (F10.5)."""

from dataclasses import dataclass, field
from uuid import uuid4

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from konsil.billing import actions, configured, jobs
from konsil.billing.ledger import at_provider
from konsil.billing.life import ALLOWED, State
from konsil.billing.models import Account, ChargeTry, LedgerEntry, Payment
from konsil.billing.money import Money
from konsil.billing.provider import (
    Charge,
    ChargeStatus,
    ProviderAway,
    Refund,
    RefundStatus,
    RequestRefused,
    SavedCard,
)
from konsil.billing.rules import Ended, Terms
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM, Actor
from tests.cast import MONDAY, put_at

STEPS = [
    *("card", "bad_card", "accept", "charge", "lost", "silent_refund", "work", "twice"),
    *("part_refund", "all_refund", "outside_refund", "sweep", "news"),
    *("waive", "bill", "withdraw", "decline", "lapse"),
]


@dataclass
class Bank:
    """The port in memory: one key, one deed; silence loses the answer, not the money."""

    charges: dict[str, Charge] = field(default_factory=dict)
    keys: dict[str, object] = field(default_factory=dict)
    silent: bool = False

    def charge(self, *, saved_card, amount, case_ref, idempotency_key):
        if idempotency_key not in self.keys:
            good = saved_card.payment_method.startswith("good")
            status = ChargeStatus.CAPTURED if good else ChargeStatus.REFUSED
            name = f"pi_{uuid4()}"
            reason = "" if good else "The card was refused. Nothing was taken."
            zero = Money.zero(amount.currency)
            self.charges[name] = Charge(name, status, reason, amount, zero, case_ref)
            self.keys[idempotency_key] = name
        self._maybe_silent()
        return self.charges[self.keys[idempotency_key]]

    def refund(self, *, charge_id, amount, idempotency_key):
        if idempotency_key not in self.keys:
            old = self.charges[charge_id]
            if old.refunded + amount > old.amount:
                raise RequestRefused("more than is left")
            self.charges[charge_id] = Charge(
                old.id, old.status, old.reason, old.amount, old.refunded + amount, old.case_ref
            )
            self.keys[idempotency_key] = Refund("re", RefundStatus.DONE, charge_id, amount)
        self._maybe_silent()
        return self.keys[idempotency_key]

    def find_charge(self, charge_id):
        return self.charges[charge_id]

    def held(self) -> int:
        taken = [one for one in self.charges.values() if one.status == ChargeStatus.CAPTURED]
        return sum((one.amount - one.refunded).minor for one in taken)

    def _maybe_silent(self):
        if self.silent:
            self.silent = False
            raise ProviderAway


class Player:
    def __init__(self, cast, bank):
        self.cast, self.bank, self.done, self.cards = cast, bank, set(), 0
        put_at(cast.case, Stage.SCREENING)
        self.case = type(cast.case).objects.get(pk=cast.case.pk)

    def take(self, step: str) -> None:
        try:
            with transaction.atomic():
                getattr(self, step)()
        except ImpossibleMove:
            pass

    def card(self, kind="good"):
        self.cards += 1
        made = SavedCard("cus", f"{kind}_{self.cards}", "visa", "4242", (9, 2040))
        actions.save_card(self.case, made, by=SYSTEM, at=MONDAY)

    def bad_card(self):
        self.card("bad")

    def accept(self):
        self.case.move(Verb.ACCEPTED, by=Actor.of(self.cast.ada), at=MONDAY)

    def charge(self):
        actions.charge_again(self.case, by=Actor.of(self.cast.berta), at=MONDAY)

    def lost(self):
        self.bank.silent = True
        self.work()

    silent_refund = lost

    def part_refund(self, amount=12345):
        amount = Money(amount, "USD")
        actions.give_back(self.case, amount, why="x", by=Actor.of(self.cast.berta), at=MONDAY)

    def all_refund(self):
        self.part_refund(at_provider(actions.quote(self.case, at=MONDAY)).minor)

    def outside_refund(self):
        for one in list(self.bank.charges.values()):
            if (
                one.status == ChargeStatus.CAPTURED
                and one.refunded + Money(500, "USD") < one.amount
            ):
                key = str(uuid4())
                self.bank.refund(charge_id=one.id, amount=Money(500, "USD"), idempotency_key=key)

    def waive(self):
        actions.waive(self.case, reason="x", by=Actor.of(self.cast.berta), at=MONDAY)

    def bill(self):
        self.case.referred_by = self.cast.brigids
        actions.bill_institution(self.case, reason="x", by=Actor.of(self.cast.mona), at=MONDAY)

    def withdraw(self):
        self.case.move(
            Verb.WITHDRAWN, by=Actor.of(self.cast.rosa), at=MONDAY, reason="changed_mind"
        )

    def decline(self):
        self.case.move(Verb.DECLINED, by=Actor.of(self.cast.ada), at=MONDAY, reason="not_treated")

    def lapse(self):
        self.case.move(Verb.EXPIRED, by=SYSTEM, at=MONDAY, reason="idle")

    def sweep(self):
        jobs.ask_again.func(timestamp=0)
        self.work()

    def news(self):
        """What webhooks do: every charge of the provider is asked about again."""
        from konsil.billing.hearing import _heed_charge
        from konsil.billing.provider import EventKind

        for name in list(self.bank.charges):
            _heed_charge(name, EventKind.OTHER, MONDAY)

    def twice(self):
        self.work(times=2)

    def work(self, times=1):
        rows = ProcrastinateJob.objects.filter(task_name__startswith="billing.")
        for row in rows.exclude(pk__in=self.done).order_by("pk"):
            for _again in range(times):
                try:
                    with transaction.atomic():
                        app.tasks[row.task_name].func(**row.args)
                    self.done.add(row.pk)
                except ProviderAway:
                    pass

    def settle(self):
        """In the end the queue runs dry and all news arrive."""
        self.bank.silent = False
        for _round in range(3):
            self.sweep()
            self.news()


class Rewind(Exception):
    """Take back everything that an example did."""


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=12))
def test_the_books_sum_to_zero_and_agree_with_the_provider(steps, cast, monkeypatch):
    """F10.5, F10.6, H3, H6."""
    bank = Bank()
    monkeypatch.setattr(configured, "provider", lambda: bank)
    try:
        with transaction.atomic():
            player = Player(cast, bank)
            for step in steps:
                player.take(step)
                assert sum(LedgerEntry.objects.values_list("minor", flat=True)) == 0
            player.settle()
            check(cast, bank)
            raise Rewind
    except Rewind:
        pass


def check(cast, bank):
    assert sum(LedgerEntry.objects.values_list("minor", flat=True)) == 0
    payment = Payment.objects.filter(case=cast.case).first()
    if payment is None:
        assert bank.charges == {}
        return
    held = at_provider(payment)
    assert held.minor == bank.held()
    assert Money.zero("USD") <= held <= payment.amount
    if payment.state in {State.WAIVED, State.VOIDED, State.INSTITUTION_BILLED, State.REFUNDED}:
        assert not held
    if payment.state == State.CAPTURED:
        assert held == payment.amount
    by_account = {
        account: sum(e.minor for e in LedgerEntry.objects.filter(account=account))
        for account in Account
    }
    assert -by_account[Account.FEES] == sum(by_account[a] for a in Account if a != Account.FEES)
    assert not ChargeTry.objects.filter(state=ChargeTry.State.WAITING).exists()


@given(
    price=st.integers(1, 10**7),
    fee=st.integers(0, 10**7),
    share=st.integers(0, 100),
    taken=st.integers(0, 10**7),
    ended=st.sampled_from(Ended),
)
def test_never_more_goes_back_than_was_taken(price, fee, share, taken, ended):
    """F10.5."""
    terms = Terms(Money(price, "USD"), Money(fee, "USD"), share)

    back = terms.due_back(ended, Money(taken, "USD"))

    assert Money.zero("USD") <= back <= Money(taken, "USD")
    if ended in {Ended.UNACCEPTED, Ended.BY_US}:
        assert back == Money(taken, "USD")
    assert terms.in_words(ended).endswith(".")


def test_every_state_is_in_the_table_and_ends_stay_ends():
    assert set(ALLOWED) == set(State)
    for end in (State.WAIVED, State.INSTITUTION_BILLED, State.VOIDED):
        assert ALLOWED[end] == frozenset()
