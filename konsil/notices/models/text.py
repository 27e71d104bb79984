"""A hospital's own words for a notice; each saving is a version, none is ever changed."""

from typing import Any, ClassVar

from django.db import models

from konsil.core.models import Record
from konsil.people.models import Institution, User


class TextVersion(Record):
    """What a text said from a day on, in one language, and who wrote it."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=80)
    words = models.TextField(max_length=600)
    verb = models.CharField(max_length=60)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "key", "language", "number"], name="one_text_version_a_number"
            )
        ]
