"""A request for records: one holder asked for one thing, and how far that is."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned, RecordHolder, Seat, SeatScope
from konsil.people.models import Pass
from konsil.records.life import Answer, State
from konsil.records.models.releases import Release


class RecordRequest(CaseOwned):
    """What a provider is asked to send. A seat of scope PUT reaches this row and no other."""

    kind = Kind.LOGISTICS
    scoped_by: ClassVar = {SeatScope.PUT: "pk"}

    holder = models.ForeignKey(RecordHolder, on_delete=models.PROTECT, related_name="requests")
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="request")
    state = models.CharField(max_length=20, choices=State, default=State.AWAIT_SIGNATURE)
    held = models.ForeignKey(Pass, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text="What was said with it")
    reminders = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["created_at"]

    def __str__(self) -> str:
        return f"Records of {self.holder}"

    def links(self) -> models.QuerySet[Pass]:
        """The link that was sent and those of its reminders: all doors to this one request."""
        seats = Seat.objects.filter(case=self.case_id, scope=SeatScope.PUT, scope_id=self.pk)
        return Pass.objects.filter(pk__in=seats.values("held"))

    def link_alive(self, at: datetime) -> bool:
        """Whether its link still opens anything."""
        return self.held is not None and self.held.open_at(at)
