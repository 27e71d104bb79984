"""What a clinic's software shows to be known: a token, of which only the hash is kept."""

from datetime import datetime

from django.db import models

from konsil.core.models import Record
from konsil.people.models import Institution, User


class MachineToken(Record):
    """A token of one institution for one purpose. It is found before any tenant's rows are open."""

    class Scope(models.TextChoices):
        REFER = "refer", "Refer patients and read how far their cases are"

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=10, choices=Scope)
    label = models.CharField(max_length=80, help_text="Which software, as the timeline says it")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)
    used_from = models.GenericIPAddressField(null=True)

    def __str__(self) -> str:
        return f"{self.label}, {self.institution}"

    def open_at(self, now: datetime) -> bool:
        """Whether it still opens anything at `now`."""
        return self.revoked_at is None and now < self.expires_at
