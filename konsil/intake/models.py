"""What a request is while it is being written, and the agreements that were given."""

from typing import ClassVar

from django.db import models

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned
from konsil.people.models import Pass, User


class ForWhom(models.TextChoices):
    """Whose opinion it is, seen from the person who asks."""

    ME = "me", "Myself"
    CHILD = "child", "My child"
    OTHER = "other", "Someone I care for"


class Request(CaseOwned):
    """The paper on which a request is written: which questions are answered, and how it began."""

    for_whom = models.CharField(max_length=10, choices=ForWhom, blank=True)
    answered = models.JSONField(default=list, help_text="Names of the pages that were answered")
    holders_listed = models.BooleanField(default=False, help_text="The list of clinics is whole")
    records_later = models.BooleanField(default=False)
    age_band = models.CharField(max_length=10, blank=True)
    diagnosed = models.CharField(max_length=10, blank=True, help_text="As said before starting")
    start_key = models.UUIDField(null=True, unique=True, help_text="Makes a double start one")
    first_pass = models.ForeignKey(Pass, on_delete=models.PROTECT, null=True, related_name="+")
    proven_at = models.DateTimeField(null=True, help_text="When the mailbox was shown to be theirs")
    another = models.BooleanField(default=False, help_text="Said to differ from an open request")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], name="one_request_a_case")
        ]

    @property
    def by_proxy(self) -> bool:
        """Somebody asks who is not the patient."""
        return self.for_whom in {ForWhom.CHILD, ForWhom.OTHER}


class Consent(CaseOwned):
    """An agreement that was given: to which words, by whom, when and from where. Never changed."""

    kind = Kind.HISTORY

    topic = models.CharField(max_length=20, help_text="terms, privacy, emergency")
    version = models.CharField(max_length=20)
    words = models.TextField(help_text="The sentence beside the tick, as it was shown")
    sha256 = models.CharField(max_length=64, help_text="Of the sentence and of the page it names")
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=120)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    held = models.ForeignKey(Pass, on_delete=models.PROTECT, null=True, related_name="+")
    as_representative = models.BooleanField(default=False)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering: ClassVar = ["given_at"]
        indexes: ClassVar = [models.Index(fields=["case", "topic"])]
