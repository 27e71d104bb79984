"""Reaching somebody outside the practice who owes something: the room that asked knows how.

A task that somebody without an account has to do (a provider of records) is reminded by mail with
a link. Who sends reminders must not know the room; the room says here where and with which link.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from konsil.cases.models import Task
from konsil.people.actors import Actor


class Outsider(Protocol):
    """How to reach whoever owes the tasks of one kind."""

    def address(self, task: Task, *, at: datetime) -> str:
        """Their e-mail; "" when they should not be reminded now (they answered, no address)."""

    def link(self, task: Task, *, by: Actor, at: datetime) -> str:
        """A link for this reminder, as good as the first; "" when none may go out any more."""

    def came_back(self, task: Task, *, by: Actor, at: datetime) -> None:
        """The letter could not be delivered."""


_known: dict[str, Outsider] = {}


def reached_by(prefix: str, outsider: Outsider) -> None:
    """Tasks whose key begins with `prefix` (before its first “-”) are reached this way."""
    _known[prefix] = outsider


def tasks_of(object_id: UUID) -> QuerySet[Task]:
    """The open tasks that wait for somebody outside because of this object (its key ends in it)."""
    return Task.objects.filter(key__in=[f"{prefix}-{object_id}" for prefix in _known], done_at=None)


def outsider_of(task: Task) -> Outsider | None:
    """How to reach whoever owes this task; None when nobody has said."""
    return _known.get(task.key.split("-")[0])
