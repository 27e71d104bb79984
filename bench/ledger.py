"""The books under a hundred thousand random deeds: charges, refunds, disputes, cheques, replays.

Each is done by the application's own code against a card provider in memory; news of one charge
come in bursts, twice, late, or after newer ones. At the end the database itself is asked.
"""

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from unittest.mock import patch

from bench.stack import Stack
from bench.table import Row

DEEDS = 100_000
CASES = 600
BURST = 50
SEED = 20261124


def measure(stack: Stack) -> Iterator[Row]:
    """What the books say after the deeds, and how long a deed took."""
    made = stack.ask("ledger", str(DEEDS))
    yield Row(f"ledger: random deeds on {made['cases']} cases", f"{made['deeds']:,}", "deeds")
    yield Row("ledger: entries that they made", f"{made['entries']:,}", "entries")
    yield _zero("ledger: the sum of all entries", made["sum"], "minor units")
    yield _zero("ledger: bookings that do not sum to zero", made["uneven"], "bookings")
    yield _zero("ledger: cases that disagree with the provider", made["disagree"], "cases")
    yield Row("ledger: one deed", f"{made['seconds'] * 1000 / made['deeds']:.2f}", "ms")


def _zero(name: str, figure: int, unit: str) -> Row:
    return Row(name, str(figure), unit, "0", figure == 0)


def reckon(deeds: int, *, at: datetime) -> dict[str, Any]:
    """Do so many random deeds, then ask the database (in the process beside the server)."""
    from django.db.models import Sum

    from konsil.billing.models import LedgerEntry
    from konsil.cases.listeners import nobody_listens
    from konsil.cases.scope import scope
    from konsil.people.models import Institution

    player = _Player(Institution.front(), at)
    start = time.perf_counter()
    with (
        nobody_listens(),
        patch("konsil.billing.configured.provider", lambda: player.bank),
        patch("konsil.billing.charging.defer", _nothing),
        patch("konsil.billing.refunding.defer", _nothing),
    ):
        while player.done < deeds:
            player.deed()
        seconds = time.perf_counter() - start
        player.hear_all()
    with scope([player.tenant.pk]):
        rows = LedgerEntry.objects.filter(case__in=player.cases).order_by()
        uneven = rows.values("transaction").annotate(all=Sum("minor")).exclude(all=0)
        return {
            "deeds": player.done,
            "cases": len(player.cases),
            "entries": rows.count(),
            "sum": rows.aggregate(all=Sum("minor"))["all"] or 0,
            "uneven": uneven.count(),
            "disagree": player.disagree(),
            "seconds": seconds,
        }


def _nothing(*_given: object, **_more: object) -> None:
    """The queue's place: what follows is done at once, or later by another deed."""


class _Player:
    """Does one random deed after the other on cases of its own."""

    def __init__(self, tenant: Any, at: datetime) -> None:
        from konsil.billing.tests.bank import Bank

        self.tenant, self.at = tenant, at
        self.chance, self.bank = random.Random(SEED), Bank()  # noqa: S311 no secret is made here
        self.cases, self.done = self._open_cases(), 0
        self.tries: dict[str, Any] = {}
        self.charges: dict[Any, list[str]] = {}

    def _open_cases(self) -> list[Any]:
        from konsil.cases.life import Stage
        from konsil.cases.models import Case, ServiceLine
        from konsil.cases.scope import scope
        from konsil.people.models import Patient

        with scope([self.tenant.pk]):
            line = ServiceLine.objects.filter(tenant=self.tenant).first()
            patient = Patient.objects.create(tenant=self.tenant, family_name="Ledger")
            clinic = self.tenant.children.first()
            made = [
                Case(
                    tenant=self.tenant,
                    patient=patient,
                    service_line=line,
                    referred_by=clinic,
                    number=f"K-L{number}",
                    stage=Stage.GATHERING,
                    stage_since=self.at,
                )
                for number in range(CASES)
            ]
            return list(Case.objects.bulk_create(made))

    def deed(self) -> None:
        """One deed, wholly or not at all; what is impossible now is refused and counts, too."""
        from konsil.billing.provider import RequestRefused
        from konsil.cases.life import ImpossibleMove
        from konsil.cases.scope import scope

        case = self.chance.choice(self.cases)
        deeds = (
            (8, self._pay),
            (3, self._refuse),
            (14, self._refund),
            (14, self._outside),
            (6, self._dispute),
            (20, self._replay),
            (34, self._burst),
            (1, self._settle),
        )
        weights = [weight for weight, _deed in deeds]
        (_weight, act) = self.chance.choices(deeds, weights)[0]
        self.done += 1
        with suppress(ImpossibleMove, RequestRefused), scope([self.tenant.pk]):
            act(case)

    def _pay(self, case: Any, good: bool = True) -> None:
        from konsil.billing import actions, charging
        from konsil.billing.models import ChargeTry
        from konsil.billing.provider import SavedCard
        from konsil.people.actors import SYSTEM

        kind = "good" if good else "bad"
        card = SavedCard("cus", f"{kind}_{self.chance.random()}", "visa", "4242", (9, 2040))
        actions.save_card(case, card, by=SYSTEM, at=self.at)
        actions.become_due(case, at=self.at)
        for attempt in ChargeTry.objects.filter(case=case, state="waiting"):
            said = self.bank.charge(
                saved_card=attempt.card or card,
                amount=attempt.amount,
                case_ref=str(case.pk),
                idempotency_key=str(attempt.pk),
            )
            charging.note(charging.locked_try(attempt.pk), said, at=self.at)
            self.tries[said.id] = attempt.pk
            self.charges.setdefault(case.pk, []).append(said.id)

    def _refuse(self, case: Any) -> None:
        self._pay(case, good=False)

    def _one_of(self, case: Any) -> str | None:
        mine = self.charges.get(case.pk)
        return self.chance.choice(mine) if mine else None

    def _refund(self, case: Any) -> None:
        from konsil.billing import actions, refunding
        from konsil.billing.models import Refund
        from konsil.billing.money import Money
        from konsil.people.actors import SYSTEM

        amount = Money(self.chance.randint(1, 9000), "USD")
        wish = actions.give_back(case, amount, why="bench", by=SYSTEM, at=self.at)
        if isinstance(wish, Refund):
            for _twice in range(self.chance.choice((1, 1, 2))):
                refunding.ask_provider(self.tenant.pk, wish.pk, at=self.at)

    def _outside(self, case: Any) -> None:
        from konsil.billing.money import Money

        if (name := self._one_of(case)) and self.bank.left(name).minor > 0:
            self.bank.give_back(name, Money(self.chance.randint(1, 5000), "USD"))
            if self.chance.random() < 0.5:  # the other half is heard of later, by a replay
                self._hear(name)

    def _dispute(self, case: Any) -> None:
        if (name := self._one_of(case)) is None:
            return
        if name in self.bank.disputes:
            self.bank.end_dispute(name, won=self.chance.random() < 0.7)
        elif self.bank.charges[name].status == "captured":
            self.bank.dispute(name)
        self._hear(name)

    def _replay(self, case: Any) -> None:
        """An old letter again: it is a hint to ask, so it changes nothing twice."""
        if name := self._one_of(case):
            for _copy in range(self.chance.choice((1, 2, 3))):
                self._hear(name)

    def _burst(self, case: Any) -> None:
        """The provider's news of one charge, one after the other, many of them again and again."""
        from konsil.billing import charging, refunding

        if (name := self._one_of(case)) is None:
            return
        attempt = charging.locked_try(self.tries[name])
        for _news in range(BURST):
            self.done += 1
            self._stir(name)
            refunding.settle(attempt, self.bank.charges[name], at=self.at)

    def _stir(self, name: str) -> None:
        """A few cents back, a dispute opened or ended, or nothing new."""
        from konsil.billing.money import Money

        throw = self.chance.random()
        if throw < 0.15 and self.bank.left(name).minor > 300:
            self.bank.give_back(name, Money(self.chance.randint(1, 300), "USD"))
        elif throw < 0.2 and self.bank.charges[name].status == "captured":
            self.bank.dispute(name)
        elif throw < 0.25:
            self.bank.end_dispute(name, won=self.chance.random() < 0.7)

    def _hear(self, name: str) -> None:
        from konsil.billing import refunding

        refunding.reconcile(self.tenant.pk, self.tries[name], at=self.at)

    def _settle(self, case: Any) -> None:
        from konsil.billing import actions
        from konsil.people.actors import SYSTEM

        act = self.chance.choice((actions.waive, actions.bill_institution))
        act(case, reason="bench", by=SYSTEM, at=self.at)

    def hear_all(self) -> None:
        """In the end every letter has come."""
        from konsil.cases.scope import scope

        for name in self.bank.charges:
            with scope([self.tenant.pk]):
                self._hear(name)

    def disagree(self) -> int:
        """How many charges stand otherwise in the books than with the provider."""
        from django.db.models import Sum

        from konsil.billing.models import Account, LedgerEntry

        booked = LedgerEntry.objects.filter(account=Account.CARD, case__in=self.cases).order_by()
        by_try = dict(booked.values_list("charge").annotate(all=Sum("minor")))
        return sum(
            by_try.get(self.tries[name], 0) != self.bank.left(name).minor
            for name in self.bank.charges
        )
