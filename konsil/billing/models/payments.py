"""The money of a case: what was quoted, the card, tries to charge it, refunds, cheques.

No card number is here or anywhere: brand and last four figures are all that may be shown (F10.8).
"""

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.db import models

from konsil.billing.life import ALLOWED, State
from konsil.billing.money import Money
from konsil.billing.provider import SavedCard
from konsil.billing.rules import LATE_PERCENT, ChargePoint, Terms
from konsil.cases.access import Kind
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import CaseOwned
from konsil.people.models import User


class Card(models.Model):
    """The columns of a card that the provider keeps for us."""

    customer = models.CharField(max_length=80, blank=True)
    payment_method = models.CharField(max_length=80, blank=True)
    brand = models.CharField(max_length=20, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    exp_month = models.PositiveSmallIntegerField(null=True)
    exp_year = models.PositiveSmallIntegerField(null=True)

    CARD: ClassVar = ("customer", "payment_method", "brand", "last4", "exp_month", "exp_year")

    class Meta:
        abstract = True

    @property
    def card(self) -> SavedCard | None:
        if not self.payment_method:
            return None
        return SavedCard(
            customer=self.customer,
            payment_method=self.payment_method,
            brand=self.brand,
            last4=self.last4,
            exp=(self.exp_month or 0, self.exp_year or 0),
        )

    def put_card(self, card: SavedCard) -> None:
        """Take over the card's columns; the caller saves them."""
        self.customer, self.payment_method = card.customer, card.payment_method
        self.brand, self.last4 = card.brand, card.last4
        self.exp_month, self.exp_year = card.exp

    @property
    def card_words(self) -> str:
        """Visa ending 4242."""
        known = {"amex": "American Express", "jcb": "JCB", "unionpay": "UnionPay"}
        return f"{known.get(self.brand, self.brand.capitalize())} ending {self.last4}"

    @property
    def card_ends(self) -> date | None:
        """A day in the last month in which the card is good."""
        return date(self.exp_year, self.exp_month, 1) if self.exp_year and self.exp_month else None


class Payment(Card, CaseOwned):
    """What one case costs and where its money stands. `state` changes only through `go`."""

    kind = Kind.MONEY

    state = models.CharField(max_length=20, choices=State, default=State.QUOTED)
    minor = models.PositiveIntegerField(help_text="The price in minor units, as quoted")
    currency = models.CharField(max_length=3)
    gathering_minor = models.PositiveIntegerField(default=0)
    late_percent = models.PositiveSmallIntegerField(default=LATE_PERCENT)
    charge_point = models.CharField(
        max_length=20, choices=ChargePoint, default=ChargePoint.ACCEPTANCE
    )
    agreed_minor = models.PositiveIntegerField(
        default=0, help_text="So much the patient has agreed to; never more is charged"
    )
    frozen_at = models.DateTimeField(null=True, help_text="Since when the quoted price stands")
    due_since = models.DateTimeField(null=True, help_text="Since when the price is due: acceptance")
    paid_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was waived, or failed")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=0, help_text="Counts the entries in the ledger")
    unpaid_since = models.DateTimeField(null=True, help_text="Since when we remind: dunning")
    reminded = models.PositiveSmallIntegerField(default=0, help_text="Reminders sent so far")
    code_misses = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], name="one_payment_a_case")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "state"])]

    def __str__(self) -> str:
        return f"{self.amount}, {State(self.state).label}"

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)

    @property
    def terms(self) -> Terms:
        return Terms(
            self.amount,
            Money(self.gathering_minor, self.currency),
            self.late_percent,
            ChargePoint(self.charge_point),
        )

    def go(self, state: State, *fields: str) -> None:
        """Save the next state (and `fields` with it), or raise `ImpossibleMove`."""
        if state != self.state and state not in ALLOWED[State(self.state)]:
            raise ImpossibleMove(
                f"This cannot be done now: the payment is at “{State(self.state).label}”."
            )
        self.state = state
        self.save(update_fields=["state", *fields])


class PaymentItem(CaseOwned):
    """One line of what a case costs; what is dropped stays readable."""

    kind = Kind.MONEY

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="items")
    item = models.CharField(max_length=20)
    words = models.CharField(max_length=160)
    code = models.CharField(max_length=20, blank=True)
    minor = models.IntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["at", "created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payment", "item"],
                condition=models.Q(dropped_at=None),
                name="one_line_an_item",
            )
        ]

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)


class CardVisit(CaseOwned):
    """One visit of the patient to the provider's page on which a card is saved."""

    kind = Kind.MONEY

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SAVED = "saved", "A card was saved"
        ENDED = "ended", "Ended without a card"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="visits")
    key = models.UUIDField(default=uuid4, help_text="The idempotency key of opening the page")
    session_id = models.CharField(max_length=120, blank=True, db_index=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=models.Q(state="open"),
                name="one_open_card_visit_a_payment",
            )
        ]


class ChargeTry(Card, CaseOwned):
    """One try to take the price from one card. Its id is the idempotency key: one try, one deed."""

    kind = Kind.MONEY

    class State(models.TextChoices):
        WAITING = "waiting", "No answer yet"
        CAPTURED = "captured", "Taken"
        REFUSED = "refused", "Refused, nothing taken"
        NEEDS_PATIENT = "needs_patient", "The bank wants the patient to confirm"
        STUCK = "stuck", "A person has to look"
        DROPPED = "dropped", "Not asked any more"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="tries")
    minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    charge_id = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    confirms = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, help_text="When the provider was first asked")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["at", "created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["charge_id"], condition=~models.Q(charge_id=""), name="one_try_a_charge"
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=models.Q(state="waiting"),
                name="one_waiting_try_a_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount}, {self.card_words}"

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)


class Refund(CaseOwned):
    """One wish to give money back. Its id is the idempotency key; the ledger says what went."""

    kind = Kind.MONEY

    class State(models.TextChoices):
        ASKED = "asked", "On its way"
        DONE = "done", "Given back"
        STUCK = "stuck", "A person has to look"

    charge = models.ForeignKey(ChargeTry, on_delete=models.PROTECT, related_name="refunds")
    minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    why = models.CharField(max_length=300)
    cause = models.UUIDField(default=uuid4, unique=True, help_text="The same cause refunds once")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, help_text="When the provider was first asked")

    class Meta:
        ordering: ClassVar = ["at", "created_at"]

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)


class HandMove(CaseOwned):
    """Money that moves outside the card service: a cheque or a transfer, in or back."""

    class How(models.TextChoices):
        CHEQUE = "cheque", "Cheque"
        TRANSFER = "transfer", "Bank transfer"

    kind = Kind.MONEY

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="by_hand")
    minor = models.IntegerField(help_text="Negative: back to the patient")
    currency = models.CharField(max_length=3)
    how = models.CharField(max_length=10, choices=How)
    reference = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=300, blank=True)
    cause = models.UUIDField(default=uuid4, unique=True, help_text="The same cause moves once")
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["at", "created_at"]

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.currency)
