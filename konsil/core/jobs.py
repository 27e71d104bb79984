"""The one seam to the queue: rooms write `from konsil.core.jobs import job`.

The queue is a table (procrastinate), so a job commits or vanishes with the act that queued it.
Jobs may run late and twice; they are written to be harmless then. Jobs of one name (`once`) never
run at the same time.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

Job = Task[Any, Any, Any]


def job(
    *, queue: str = "default", attempts: int = 5, wait: int = 3
) -> Callable[[Callable[..., Any]], Job]:
    """Make a function a job: retried `attempts` times, the pause growing from `wait` seconds."""

    def make(function: Callable[..., Any]) -> Job:
        name = f"{function.__module__.removeprefix('konsil.')}.{function.__name__}"
        retry = RetryStrategy(max_attempts=attempts, exponential_wait=wait)
        task: Job = app.task(
            name=name, queue=queue, retry=retry, task_middleware=[_no_longer_waiting]
        )(function)
        return task

    return make


def _no_longer_waiting(go_on: Callable[[], Any], context: Any, worker: Any) -> Any:
    """A job that has begun gives its name free, so that the next one of that name can wait.

    Else a job that fails while another waits could not be put back: two may not wait as one.
    """
    if context.job.queueing_lock:
        with connection.cursor() as cursor:
            forget = "UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %s"
            cursor.execute(forget, [context.job.id])
    return go_on()


def defer(task: Job, *, once: str = "", **arguments: Any) -> None:
    """Queue a job in the running transaction; with `once`, not while one of that name waits.

    One that runs already may have passed by what is new, so another waits for its end.
    """
    if not once:
        task.defer(**arguments)
        return
    try:
        with transaction.atomic():
            task.configure(queueing_lock=once, lock=once).defer(**arguments)
    except AlreadyEnqueued:
        return


def every(cron: str) -> Callable[[Job], Job]:
    """Run a job on a schedule (cron syntax); it is given `timestamp` (Unix seconds)."""

    def make(task: Job) -> Job:
        app.periodic(cron=cron)(task)
        return task

    return make
