"""A release form: what a holder of records may send us, and the proof that it was signed."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from konsil.cases.models import CaseOwned, RecordHolder


class Release(CaseOwned):
    """One form for one holder of records (45 CFR 164.508). Frozen by its signature.

    Until then `choices` is what the patient chose; from then on `form`, `evidence`, the hashes
    and the seal never change (the database refuses it), and the seal stands in the timeline too.
    """

    class State(models.TextChoices):
        AWAIT_SIGNATURE = "await_signature", "Needs a signature"
        SIGNED = "signed", "Signed"
        REVOKED = "revoked", "Withdrawn"
        EXPIRED = "expired", "Ended"

    holder = models.ForeignKey(RecordHolder, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveSmallIntegerField(help_text="Among the forms of the case")
    private_notes = models.BooleanField(
        default=False, help_text="For a therapist's private notes: a form of its own"
    )
    state = models.CharField(max_length=20, choices=State, default=State.AWAIT_SIGNATURE)
    choices = models.JSONField(default=dict)
    form = models.JSONField(default=dict, help_text="The form as it was signed")
    template_version = models.CharField(max_length=40, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    typed = models.CharField(max_length=200, blank=True)
    drawn_sha256 = models.CharField(max_length=64, blank=True, help_text="The drawing, as PNG")
    evidence = models.JSONField(default=dict)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_media_type = models.CharField(max_length=40, default="application/pdf")
    seal = models.CharField(max_length=64, blank=True, help_text="SHA-256 over all of the above")
    signed_at = models.DateTimeField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["holder", "private_notes"],
                condition=models.Q(state__in=["await_signature", "signed"]),
                name="one_living_form_a_holder",
            ),
            models.UniqueConstraint(fields=["case", "number"], name="one_form_a_number"),
        ]

    def __str__(self) -> str:
        return f"Form for {self.holder}"

    @property
    def form_id(self) -> str:
        """The number printed on the form: R-2041-1."""
        return f"R-{self.case.number.removeprefix('K-')}-{self.number}"

    def in_force(self, at: datetime) -> bool:
        """Signed, not withdrawn, not ended."""
        if self.state != self.State.SIGNED or self.revoked_at is not None:
            return False
        return self.ends_on is None or at.date() < self.ends_on

    def sealed_words(self) -> dict[str, Any]:
        """What the seal covers."""
        return {
            "case": str(self.case_id),
            "holder": str(self.holder_id),
            "number": self.number,
            "private_notes": self.private_notes,
            "form": self.form,
            "template_version": self.template_version,
            "text_sha256": self.text_sha256,
            "typed": self.typed,
            "drawn_sha256": self.drawn_sha256,
            "evidence": self.evidence,
            "pdf_sha256": self.pdf_sha256,
            "pdf_media_type": self.pdf_media_type,
            "signed_at": self.signed_at.isoformat() if self.signed_at else "",
            "ends_on": self.ends_on.isoformat() if self.ends_on else "",
        }
