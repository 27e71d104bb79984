"""Parcels and what is in them: uploads, the holdings they became, and where those were filed."""

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned, Exhibit, SeatScope
from konsil.core.models import Record
from konsil.people.models import Institution, Pass, User


class Parcel(CaseOwned):
    """One delivery: what one sender sent through one door, from the first file to “that is all”."""

    class Door(models.TextChoices):
        PAGE = "page", "the upload page"
        LINK = "link", "an upload link"
        IMPORT = "import", "an import by the hospital"
        MESSAGE = "message", "a message"

    kind = Kind.LOGISTICS
    scoped_by: ClassVar = {SeatScope.PUT: "request_id"}

    door = models.CharField(max_length=10, choices=Door)
    sender = models.CharField(max_length=120, help_text="As the record says it")
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by_pass = models.ForeignKey(Pass, on_delete=models.PROTECT, null=True, related_name="+")
    request_id = models.UUIDField(null=True, blank=True, help_text="The record request it answers")
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at"]

    def __str__(self) -> str:
        return f"from {self.sender}"


class Upload(CaseOwned):
    """One file on its way in (tus 1.0): its bytes lie aside until they are read and filed."""

    class State(models.TextChoices):
        RECEIVING = "receiving", "on its way"
        RECEIVED = "received", "here, being read"
        READ = "read", "filed"

    kind = Kind.LOGISTICS
    scoped_by: ClassVar = {SeatScope.PUT: "parcel__request_id"}

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="uploads")
    path = models.CharField(max_length=500, help_text="As in the sender's folder")
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVING)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["parcel", "state"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="upload_offset_within_size", condition=Q(offset__lte=models.F("size"))
            )
        ]

    @property
    def file(self) -> Path:
        """Where its bytes wait."""
        return Path(settings.FILES) / "incoming" / str(self.parcel_id) / str(self.pk)


class Holding(Record):
    """Bytes that the institution keeps, stored once by hash, and what was read from them."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    found = models.CharField(max_length=20, help_text="What the reader found it to be")
    facts = models.JSONField(default=dict)
    identity = models.JSONField(null=True, help_text="Whom it says it is about")
    copies = models.JSONField(default=dict, help_text="role: {sha256, media_type}")
    scan = models.CharField(max_length=20, default="not_scanned")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "sha256"], name="held_once_a_tenant")
        ]


class Filing(CaseOwned):
    """Ties a holding to a case: from which parcel, whose it was judged to be, where it went."""

    class State(models.TextChoices):
        FILED = "filed", "In the record"
        SET_ASIDE = "set_aside", "Set aside"
        TWICE = "twice", "Already here"
        LEFT_OUT = "left_out", "Not needed"
        BROKEN = "broken", "Cannot be read"
        REMOVED = "removed", "Taken out"

    kind = Kind.LOGISTICS
    scoped_by: ClassVar = {SeatScope.PUT: "parcel__request_id"}

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="filings")
    holding = models.ForeignKey(
        Holding, on_delete=models.PROTECT, null=True, related_name="filings"
    )
    exhibit = models.ForeignKey(
        Exhibit, on_delete=models.PROTECT, null=True, related_name="filings"
    )
    path = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64, blank=True)
    found = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=300, blank=True)
    verdict = models.CharField(max_length=12, blank=True, help_text="match, needs_look, conflict")
    differences = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["parcel", "state"]),
            models.Index(fields=["case", "sha256"]),
            models.Index(fields=["exhibit"]),
        ]

    @property
    def name(self) -> str:
        """The file's own name, without the folders."""
        return self.path.rsplit("/", 1)[-1]


class IdentityDecision(CaseOwned):
    """Somebody decided whether a name on a record is this patient; remembered for that name."""

    kind = Kind.INTERNAL

    source = models.JSONField(help_text="{name, birth_date, sex} as the source wrote them")
    is_patient = models.BooleanField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at"]

    @staticmethod
    def key(identity: dict[str, Any]) -> dict[str, Any]:
        """The part of an identity that a decision is about; PatientID never counts (F.3)."""
        return {name: identity.get(name) or "" for name in ("name", "birth_date", "sex")}
