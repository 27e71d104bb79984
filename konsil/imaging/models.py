"""Studies, series and instances of a case, and the marks that readers draw on them."""

from typing import Any, ClassVar, Self

from django.db import models

from konsil.cases.life import DELIVERED
from konsil.cases.models import CaseOwned, CaseOwnedQuerySet, Exhibit, Seat
from konsil.parcels.models import Holding
from konsil.people.actors import Actor, ActorKind
from konsil.people.models import User
from konsil.people.roles import Role

WAITING = (Role.PATIENT, Role.PROXY, Role.REFERRER)
"""Who sees what the reader drew only when the report is delivered."""


class StudyQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A study is seen where its exhibit is: what is set aside is for those who decide."""
        exhibits = Exhibit.objects.visible_to(actor).exclude(state=Exhibit.State.REMOVED)
        return super().visible_to(actor).filter(exhibit__in=exhibits.values("pk"))


class Study(CaseOwned):
    """A DICOM study (PS3.3 C.7.2) of this case. Its UID is kept and is never an authority."""

    exhibit = models.OneToOneField(Exhibit, on_delete=models.PROTECT, related_name="study")
    uid = models.CharField(max_length=64)
    aside = models.BooleanField(default=False, help_text="Arrived under another name")
    study_date = models.DateField(null=True)
    study_time = models.TimeField(null=True)
    description = models.CharField(max_length=200, blank=True)
    accession = models.CharField(max_length=64, blank=True)
    institution = models.CharField(max_length=120, blank=True)
    patient_name = models.CharField(max_length=200, blank=True, help_text="As in the images")
    patient_id = models.CharField(max_length=64, blank=True, help_text="As in the images")

    objects: ClassVar[Any] = StudyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "uid", "aside"], name="one_study_a_case")
        ]

    def __str__(self) -> str:
        return self.description or "Images"


class WithinStudyQuerySet(CaseOwnedQuerySet):
    """Rows that are seen where their study is."""

    through = "study"

    def visible_to(self, actor: Actor) -> Self:
        studies = Study.objects.visible_to(actor)
        return self.filter(**{f"{self.through}__in": studies.values("pk")})


WITHOUT_PICTURES = (
    *("SR", "PR", "KO", "AU", "ECG", "HD", "EPS", "DOC", "FID", "RWV", "SM"),
    *("PLAN", "RTSTRUCT", "RTPLAN", "RTRECORD", "REG"),
)
"""Modalities that hold no picture a stack can show (PS3.3 C.7.3.1.1.1)."""


class SeriesQuerySet(WithinStudyQuerySet):
    def to_open_first(self) -> Any:
        """The first real stack, as scouts and captures often come before it; else the first."""
        shown = self.exclude(modality__in=WITHOUT_PICTURES).annotate(n=models.Count("instances"))
        found = list(shown.order_by(models.F("number").asc(nulls_last=True), "uid"))
        return next((one for one in found if one.n >= 10), found[0] if found else None)


class Series(CaseOwned):
    """A series (PS3.3 C.7.3)."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="series")
    uid = models.CharField(max_length=64)
    number = models.IntegerField(null=True)
    modality = models.CharField(max_length=16, blank=True)
    description = models.CharField(max_length=200, blank=True)
    body_part = models.CharField(max_length=64, blank=True)

    objects: ClassVar[Any] = SeriesQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number", "uid"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "uid"], name="one_series_a_study")
        ]


class InstanceQuerySet(WithinStudyQuerySet):
    through = "series__study"


class Instance(CaseOwned):
    """An instance (PS3.3 C.12.1): where its frames lie, so that reading it parses nothing."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="instances")
    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="instances")
    uid = models.CharField(max_length=64)
    sop_class = models.CharField(max_length=64)
    number = models.IntegerField(null=True)
    rows = models.IntegerField(null=True)
    columns = models.IntegerField(null=True)
    frames = models.PositiveIntegerField(default=0)
    frames_sha256 = models.CharField(max_length=64, blank=True, help_text="What holds the frames")
    frame_index = models.JSONField(default=list, help_text="[offset, length] of each frame")
    frame_media_type = models.CharField(max_length=60, blank=True)
    transfer_syntax = models.CharField(max_length=64, blank=True, help_text="Of what is served")
    lossy = models.BooleanField(default=False)

    objects: ClassVar[Any] = InstanceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number", "uid"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "uid"], name="one_instance_a_series")
        ]
        indexes: ClassVar = [models.Index(fields=["case", "uid"])]


class MarksQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A reader's marks are part of the opinion being written: outside only once delivered."""
        rows = super().visible_to(actor)
        if actor.kind == ActorKind.SYSTEM:
            return rows
        inside = Seat.objects.held_by(actor).exclude(role__in=WAITING)
        return rows.filter(
            models.Q(case__in=inside.values("case")) | models.Q(case__stage__in=DELIVERED)
        )


class Marks(CaseOwned):
    """What one reader drew on one study; the images themselves never change (F5.4)."""

    study_uid = models.CharField(max_length=64)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    annotations = models.JSONField(default=list)
    saved_at = models.DateTimeField()

    objects: ClassVar[Any] = MarksQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "study_uid", "author"], name="one_set_of_marks_a_reader"
            )
        ]
