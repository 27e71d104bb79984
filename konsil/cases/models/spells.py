"""The history of the ball: how long a case was in each stage, in whose hands, of it working time.

And the holds: a case at rest, for a reason, until a day, with a named person who looks after it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from konsil.cases.access import Kind
from konsil.cases.life import Stage
from konsil.cases.models.owned import CaseOwned
from konsil.people.models import User
from konsil.people.roles import Role


class Spell(CaseOwned):
    """A stretch of time in one stage with the ball in one place (F4.3): both numbers are kept."""

    kind = Kind.HISTORY

    stage = models.CharField(max_length=20, choices=Stage)
    ball = models.CharField(max_length=20, choices=Role, blank=True)
    held = models.BooleanField(default=False, help_text="On hold: no clock ran")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    elapsed_seconds = models.PositiveBigIntegerField(default=0)
    active_seconds = models.PositiveBigIntegerField(default=0, help_text="Within opening hours")

    class Meta:
        ordering: ClassVar = ["since"]
        indexes: ClassVar = [
            models.Index(fields=["case", "since"]),
            models.Index(fields=["tenant", "stage", "until"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(until=None), name="one_open_spell_a_case"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="spell_goes_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage}, {self.ball or 'nobody'}"


class HoldReason(models.TextChoices):
    """Why a case rests (F4.10)."""

    TREATMENT = "treatment", "The patient is in treatment or in hospital"
    ABSENT = "absent", "The patient is away and asked us to wait"
    RESULT = "result", "A result is awaited"
    PAYMENT = "payment", "The payment is not settled"
    LICENCE = "licence", "The licence question is being settled"
    OTHER = "other", "Another reason, told in the notes"


class Hold(CaseOwned):
    """A rest of the case: its clocks stand still, and a named person has it until a day."""

    kind = Kind.LOGISTICS

    reason = models.CharField(max_length=20, choices=HoldReason)
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ball = models.CharField(max_length=20, choices=Role, blank=True, help_text="Before the hold")
    ball_for = models.CharField(max_length=120, blank=True)
    left_seconds = models.BigIntegerField(null=True, help_text="What was left until it was due")

    class Meta:
        ordering: ClassVar = ["since"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="one_hold_a_case"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())
