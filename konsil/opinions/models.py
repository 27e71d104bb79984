"""The opinion: a working draft for its writers, and signed versions that nobody can change."""

import json
from datetime import date
from typing import Any, ClassVar, NoReturn, Self

from django.db import models
from django.db.models import Q

from konsil.cases.access import Action, Kind, roles_that_may
from konsil.cases.checking import CHECKERS
from konsil.cases.life import DELIVERED, Stage
from konsil.cases.models import Case, CaseOwned, CaseOwnedQuerySet, Exhibit, Question, Seat
from konsil.cases.models.seats import SeatScope
from konsil.core.prose.schema import empty
from konsil.people.actors import Actor, ActorKind
from konsil.people.models import User
from konsil.people.roles import Role

WRITERS = (Role.REVIEWER, Role.COLLEAGUE)
WAITING = (Role.PATIENT, Role.PROXY, Role.REFERRER, Role.TREATING)
"""Who reads what is signed only when the hospital has released it."""


def blank() -> dict[str, Any]:
    """A text in which nothing is written yet."""
    return {"type": "doc", "content": [{"type": "paragraph"}]}


def _writing(actor: Actor) -> Q:
    """Its writers; and whoever checks it, as long as it is declared ready."""
    held = Seat.objects.held_by(actor).filter(scope=SeatScope.CASE)
    return Q(case__in=held.filter(role__in=WRITERS).values("case")) | Q(
        case__in=held.filter(role__in=CHECKERS).values("case"), case__stage=Stage.DRAFTED
    )


def _reading(actor: Actor) -> Q:
    """What is signed: at once for the house, after the release for those who wait for it."""
    seats = Seat.objects.held_by(actor)
    inside = seats.filter(role__in=roles_that_may(Action.READ_REPORT) - set(WAITING))
    return Q(case__in=inside.values("case")) | Q(
        case__in=seats.filter(role__in=WAITING, reads_report=True).values("case"),
        case__stage__in=DELIVERED,
    )


class DraftQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A draft is for those who write it, and for nobody else."""
        rows = super().visible_to(actor)
        return rows if actor.kind == ActorKind.SYSTEM else rows.filter(_writing(actor))


class VersionQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Signed: for the house at once, for patient and referrer when it is released."""
        rows = super().visible_to(actor)
        return rows if actor.kind == ActorKind.SYSTEM else rows.filter(_reading(actor))


class KeyImageQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A picture of a draft is for its writers; one in a signed version for its readers."""
        rows = super().visible_to(actor)
        if actor.kind == ActorKind.SYSTEM:
            return rows
        return rows.filter(_writing(actor) | Q(version__isnull=False) & _reading(actor))


class Report(CaseOwned):
    """The working opinion of a case: one, with its sections and answers."""

    kind = Kind.REPORT

    objects: ClassVar[Any] = DraftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case"], name="one_report_a_case")]


class Written(CaseOwned):
    """A text that is being written: `revision` counts its savings, so that none is lost."""

    kind = Kind.REPORT

    body = models.JSONField(default=blank)
    revision = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = DraftQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_blank(self) -> bool:
        return empty(self.body)


class Section(Written):
    """A part of the report under its own title, as the service line asks for it (F13.1)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sections")
    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    required = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "key"], name="one_section_a_key")
        ]

    def __str__(self) -> str:
        return self.title


class Answer(Written):
    """The answer to one of the patient's questions, or why there can be none (F13.2)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="answers")
    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="answer")
    cannot_because = models.CharField(max_length=600, blank=True)

    class Meta:
        ordering: ClassVar = ["question__number"]

    @property
    def is_given(self) -> bool:
        return bool(self.cannot_because) or not self.is_blank


class WriteOnce(models.Model):
    """A row that is written once; the database refuses a change even to those who try (F13.6)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self._refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise TypeError("What is signed never changes. Sign an addendum instead.")


class Version(WriteOnce, CaseOwned):
    """A signed version, complete in itself. `written` are the very bytes that `sha256` is of."""

    class Sort(models.TextChoices):
        SIGNED = "signed", "First version"
        ADDENDUM = "addendum", "Addendum"
        CORRECTION = "correction", "Correction"

    kind = Kind.REPORT

    number = models.PositiveSmallIntegerField()
    sort = models.CharField(max_length=12, choices=Sort)
    written = models.TextField(help_text="Canonical JSON, see frozen.py")
    sha256 = models.CharField(max_length=64)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signer = models.JSONField(help_text="Name, credentials and background of that day")
    method = models.CharField(max_length=60, help_text="How the signer's identity was confirmed")
    signed_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = VersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="one_version_a_number")
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def content(self) -> dict[str, Any]:
        """What was signed, as a tree."""
        read: dict[str, Any] = json.loads(self.written)
        return read


class Printed(WriteOnce, CaseOwned):
    """The PDF of a version, once it is drawn; its bytes lie in the store by their hash."""

    kind = Kind.REPORT

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="printed")
    pdf_sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects: ClassVar[Any] = VersionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.pdf_sha256


class KeyImage(CaseOwned):
    """One view of an image, kept as the reviewer saw it, that knows where it came from (F5.3).

    `source` is what the viewer said: study, series, instance, frame, window, zoom, marks.
    """

    kind = Kind.REPORT

    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    caption = models.CharField(max_length=600, blank=True)
    alt = models.CharField(max_length=2000)
    source = models.JSONField()
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, null=True, related_name="key_images"
    )

    objects: ClassVar[Any] = KeyImageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["taken_at"]

    @property
    def study_date(self) -> date | None:
        return self.exhibit.care_date


def latest(case: Case, actor: Actor) -> Version | None:
    """The newest version that `actor` may read."""
    found: Version | None = (
        Version.objects.visible_to(actor).filter(case=case).order_by("-number").first()
    )
    return found
