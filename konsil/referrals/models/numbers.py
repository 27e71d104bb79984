"""The reference number that ties a patient and her doctor, whichever of them came first (F2.8)."""

import secrets
from datetime import datetime
from typing import ClassVar

from django.db import models

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O or U, so that it can be read on the telephone."""
LENGTH = 10
MEANT = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_code() -> str:
    """50 random bits; with the birth date and five tries nobody guesses it."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def plain(written: str) -> str:
    """What somebody typed, in capitals without spaces and dashes; O, I and L as they were meant."""
    kept = "".join(sign for sign in written.upper() if sign.isalnum())
    return kept.translate(MEANT)


class ReferenceNumber(CaseOwned):
    """Given by one side on paper or by telephone, typed in by the other with the birth date."""

    class For(models.TextChoices):
        PATIENT = "patient", "For the patient: the doctor registered first"
        CLINIC = "clinic", "For the doctor: the patient asked first"

    TRIES = 5
    kind = Kind.LOGISTICS

    code = models.CharField(max_length=LENGTH, unique=True, default=new_code)
    for_whom = models.CharField(max_length=10, choices=For)
    expires_at = models.DateTimeField()
    misses = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "for_whom"])]

    def __str__(self) -> str:
        return f"{self.code[:5]}-{self.code[5:]}"

    def open_at(self, now: datetime) -> bool:
        """Whether it still ties anything: in its term, not locked by misses, not taken back."""
        alive = self.ended_at is None and now < self.expires_at
        return alive and self.misses < self.TRIES
