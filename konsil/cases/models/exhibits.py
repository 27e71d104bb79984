"""An exhibit: a thing on the case that can be shown and cited. Rooms above make them."""

from typing import Any, ClassVar, Self

from django.db import models

from konsil.cases.access import Action, roles_that_may
from konsil.cases.models.owned import CaseOwned, CaseOwnedQuerySet
from konsil.cases.models.seats import Seat
from konsil.people.actors import Actor, ActorKind


class ExhibitQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """What is set aside is shown only to those who may decide about it."""
        rows = super().visible_to(actor)
        if actor.kind == ActorKind.SYSTEM:
            return rows
        deciders = Seat.objects.held_by(actor).filter(
            role__in=roles_that_may(Action.DECIDE_IDENTITY)
        )
        return rows.filter(
            models.Q(state=Exhibit.State.SHOWN) | models.Q(case__in=deciders.values("case"))
        )

    def by_date_of_care(self) -> Self:
        return self.order_by(models.F("care_date").desc(nulls_last=True), "-created_at")


class Exhibit(CaseOwned):
    """One line of the record: a study, a paper, a slide; sorted by the date of care (F5.2)."""

    class Sort(models.TextChoices):
        STUDY = "study", "Images"
        PAPER = "paper", "Paper"
        PICTURE = "picture", "Photograph"
        DATA = "data", "Data"
        SLIDE = "slide", "Slide"
        OTHER = "other", "File"

    class State(models.TextChoices):
        SHOWN = "shown", "In the record"
        SET_ASIDE = "set_aside", "Set aside"
        REMOVED = "removed", "Taken out"

    class DateFrom(models.TextChoices):
        IMAGE = "image", "from the images"
        PAPER = "paper", "from the paper"
        SENDER = "sender", "as the sender said"
        ARRIVAL = "arrival", "date of arrival"

    sort = models.CharField(max_length=10, choices=Sort)
    title = models.CharField(max_length=200)
    amount = models.CharField(max_length=60, blank=True, help_text="1,204 images, 3 pages")
    care_date = models.DateField(null=True, blank=True)
    care_date_from = models.CharField(max_length=10, choices=DateFrom, default=DateFrom.ARRIVAL)
    source = models.CharField(max_length=120, blank=True, help_text="Who sent it")
    modality = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.SHOWN)
    reason = models.CharField(max_length=300, blank=True)
    object_id = models.UUIDField(help_text="The study's or document's own row")

    objects: ClassVar[Any] = ExhibitQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "care_date"])]

    def __str__(self) -> str:
        return self.title
