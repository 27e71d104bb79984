"""The seam between rooms: an event queues one job per listener, in its own transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from konsil.cases.scope import scope
from konsil.cases.verbs import Verb
from konsil.core.jobs import Job, defer, job

_listeners: defaultdict[str, list[Job]] = defaultdict(list)


def on(*verbs: Verb, queue: str = "default") -> Callable[[Callable[[Any], None]], Job]:
    """Make the decorated function a job that follows whenever one of `verbs` happens.

    It is called with the `Event`, inside a transaction whose scope is the event's tenant. It may
    run late and twice, so it is written to be harmless then.
    """

    def subscribe(function: Callable[[Any], None]) -> Job:
        def follow(event_id: str, tenant_id: str) -> None:
            from konsil.cases.models.events import Event

            with scope([UUID(tenant_id)]):
                event = Event.objects.select_related("case__patient", "case__tenant").get(
                    pk=event_id
                )
                function(event)

        follow.__module__, follow.__name__ = function.__module__, function.__name__
        follow.__doc__ = function.__doc__
        task = job(queue=queue)(follow)
        for verb in verbs:
            _listeners[verb].append(task)
        return task

    return subscribe


def announce(verb: Verb, *, event_id: UUID, tenant_id: UUID) -> None:
    """Queue one job per listener. The queue is a table, so the jobs commit with the event."""
    for task in _listeners[verb]:
        defer(task, event_id=str(event_id), tenant_id=str(tenant_id))


@contextmanager
def nobody_listens() -> Iterator[None]:
    """Tell events without consequences: the demo builds a past that mails nobody."""
    kept = dict(_listeners)
    _listeners.clear()
    try:
        yield
    finally:
        _listeners.update(kept)
