"""A letter: what went out to one person, by mail or as a text message, and what became of it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from konsil.core.models import Record
from konsil.people.models import Institution, User


class Letter(Record):
    """Written before it is sent: a crash between sending and noting it sends nothing twice.

    The database itself keeps to one letter a day and person (F4.5); only urgent ones, which
    answer what somebody just did, stand outside. Its words are not kept.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", "E-mail"
        SMS = "sms", "Text message"

    class State(models.TextChoices):
        SENDING = "sending", "On its way"
        LATER = "later", "Tried, tried again later"
        SENT = "sent", "Sent"
        ARRIVED = "arrived", "Arrived"
        FAILED = "failed", "Did not arrive"

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    email = models.EmailField(help_text="Whom: the person's address, whatever the channel")
    to = models.CharField(max_length=254, help_text="Where it went: an address or a number")
    channel = models.CharField(max_length=4, choices=Channel, default=Channel.MAIL)
    day = models.DateField(help_text="Of the receiver's own calendar")
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.SENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "email", "day"],
                condition=Q(urgent=False),
                name="one_letter_a_day_and_person",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "state", "begun_at"],
                condition=Q(state__in=["sending", "later"]),
                name="letters_on_their_way",
            )
        ]

    @property
    def key(self) -> str:
        """What names it outside: in the Message-ID, and to the gateway."""
        return f"{self.tenant_id.hex}.{self.pk.hex}"
