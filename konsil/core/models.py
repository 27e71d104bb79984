"""The base of every row: an id that cannot be guessed and the time it was made."""

from uuid import uuid4

from django.db import models


class Record(models.Model):
    """A row with a random id, so that knowing one address never tells another."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
