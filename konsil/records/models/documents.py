"""A document: a paper, a photograph, a text or a file of a kind that we cannot show."""

from typing import Any, ClassVar, Self

from django.db import models

from konsil.cases.models import CaseOwned, CaseOwnedQuerySet, Exhibit
from konsil.parcels.models import Holding
from konsil.people.actors import Actor


class DocumentQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever may see its line of the record: what is set aside waits for a decision."""
        rows = super().visible_to(actor)
        return rows.filter(exhibit__in=Exhibit.objects.visible_to(actor))


class Document(CaseOwned):
    """One file that is no image of a scanner; its bytes are a holding's."""

    exhibit = models.OneToOneField(Exhibit, on_delete=models.PROTECT, related_name="document")
    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    pages = models.PositiveIntegerField(null=True, blank=True)
    media_type = models.CharField(max_length=100)
    taken = models.DateField(null=True, blank=True, help_text="Date of care, as the file says")
    taken_is_guess = models.BooleanField(default=False)

    objects: ClassVar[Any] = DocumentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    def copy(self, *roles: str) -> dict[str, str] | None:
        """The first reading copy among `roles`: {sha256, media_type}."""
        copies: dict[str, dict[str, str]] = self.holding.copies
        return next((copies[role] for role in roles if role in copies), None)

    @property
    def shows(self) -> str:
        """How it can be shown: "pdf", "picture", "text", or "" for not at all."""
        if self.copy("pdf"):
            return "pdf"
        if self.copy("preview"):
            return "picture"
        return "text" if self.holding.facts.get("text") else ""

    @property
    def may_leave(self) -> bool:
        """Whether the original is handed out: never one that the scanner objected to."""
        return self.holding.scan not in {"infected", "failed"}
