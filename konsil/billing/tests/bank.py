"""The port to the card provider in memory: one key, one deed; silence loses answers, not money."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

from konsil.billing.money import Money
from konsil.billing.provider import (
    Charge,
    ChargeStatus,
    EventKind,
    ProviderAway,
    ProviderEvent,
    Refund,
    RefundStatus,
    RequestRefused,
    SavedCard,
)

SENT = datetime(2026, 11, 16, 9, tzinfo=UTC)


@dataclass
class Bank:
    """What the provider has: charges by id, deeds by key, letters that it sent so far."""

    charges: dict[str, Charge] = field(default_factory=dict)
    keys: dict[str, str | Refund] = field(default_factory=dict)
    disputes: dict[str, Money] = field(default_factory=dict)
    letters: list[ProviderEvent] = field(default_factory=list)
    silent: bool = False

    def charge(
        self, *, saved_card: SavedCard, amount: Money, case_ref: str, idempotency_key: str
    ) -> Charge:
        if idempotency_key not in self.keys:
            good = saved_card.payment_method.startswith("good")
            status = ChargeStatus.CAPTURED if good else ChargeStatus.REFUSED
            reason = "" if good else "The card was refused. Nothing was taken."
            name, zero = f"pi_{uuid4().hex}", Money.zero(amount.currency)
            self.charges[name] = Charge(name, status, reason, amount, zero, case_ref, zero)
            self.keys[idempotency_key] = name
            kind = EventKind.CHARGE_CAPTURED if good else EventKind.CHARGE_REFUSED
            self.write(kind, name)
        self._maybe_silent()
        return self.charges[str(self.keys[idempotency_key])]

    def refund(self, *, charge_id: str, amount: Money, idempotency_key: str) -> Refund:
        if idempotency_key not in self.keys:
            self.give_back(charge_id, amount)
            self.keys[idempotency_key] = Refund("re", RefundStatus.DONE, charge_id, amount)
        self._maybe_silent()
        done = self.keys[idempotency_key]
        assert isinstance(done, Refund)
        return done

    def give_back(self, charge_id: str, amount: Money) -> None:
        """A refund, whoever asked for it; more than is left is refused."""
        if amount > self.left(charge_id):
            raise RequestRefused("more than is left")
        old = self.charges[charge_id]
        self.charges[charge_id] = replace(old, refunded=old.refunded + amount)
        self.write(EventKind.REFUNDED, charge_id)

    def dispute(self, charge_id: str) -> None:
        """The cardholder's bank takes back all that is left."""
        if charge_id not in self.disputes and self.left(charge_id):
            self.disputes[charge_id] = self.left(charge_id)
            self._disputed(charge_id, self.disputes[charge_id])
            self.write(EventKind.DISPUTED, charge_id)

    def end_dispute(self, charge_id: str, *, won: bool) -> None:
        if charge_id not in self.disputes:
            return
        if won:
            self._disputed(charge_id, Money.zero(self.charges[charge_id].amount.currency))
        self.write(EventKind.DISPUTE_MOVED, charge_id)

    def _disputed(self, charge_id: str, amount: Money) -> None:
        self.charges[charge_id] = replace(self.charges[charge_id], disputed=amount)

    def find_charge(self, charge_id: str) -> Charge:
        if charge_id not in self.charges:
            raise RequestRefused("no such charge")
        return self.charges[charge_id]

    def left(self, charge_id: str) -> Money:
        """What of a charge is with the hospital."""
        one = self.charges[charge_id]
        nothing = Money.zero(one.amount.currency)
        taken = one.amount if one.status == ChargeStatus.CAPTURED else nothing
        return taken - one.refunded - (one.disputed or nothing)

    def held(self) -> int:
        """What the hospital has of all charges, in minor units."""
        return sum(self.left(name).minor for name in self.charges)

    def captured(self) -> list[str]:
        return [n for n, one in self.charges.items() if one.status == ChargeStatus.CAPTURED]

    def write(self, kind: EventKind, charge_id: str) -> None:
        """A letter about a charge; it may be delivered late, twice, or before older ones."""
        name = f"evt_{uuid4().hex}"
        self.letters.append(ProviderEvent(name, kind.value, {}, kind, SENT, charge_id))

    def _maybe_silent(self) -> None:
        if self.silent:
            self.silent = False
            raise ProviderAway("silence")
