"""What keeps the house in order by itself: jobs whose worker died, and rows that nobody needs."""

from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from konsil.core.jobs import every, job

SILENT = 60
"""Seconds without a heartbeat after which a worker counts as dead (it tells one every ten)."""
CRASHES_ALLOWED = 8
DONE_IS_KEPT = 7 * 24
FAILED_IS_KEPT = 60 * 24
"""Hours; a failed job is looked at by a person."""

_ORPHANS = """
SELECT job.id, job.attempts FROM procrastinate_jobs job
LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
WHERE job.status = 'doing'
  AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
FOR UPDATE OF job SKIP LOCKED
"""


@every("* * * * *")
@job()
def pick_up_what_was_dropped(timestamp: int) -> None:
    """Queue again what a killed worker left behind; what kills every worker is given up (K6)."""
    with connection.cursor() as cursor:
        cursor.execute(_ORPHANS, [SILENT])
        for pk, attempts in cursor.fetchall():
            if attempts >= CRASHES_ALLOWED:
                cursor.execute(
                    "UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [pk]
                )
                continue
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL,"
                " queueing_lock = NULL, attempts = attempts + 1, scheduled_at = now()"
                " WHERE id = %s",
                [pk],
            )


@every("17 3 * * *")
@job()
def forget_what_is_over(timestamp: int) -> None:
    """Delete finished jobs and ended sessions; the timeline keeps what people did."""
    from procrastinate.sql import queries

    with connection.cursor() as cursor:
        for hours, statuses in (
            (DONE_IS_KEPT, ["succeeded"]),
            (FAILED_IS_KEPT, ["failed", "cancelled", "aborted"]),
        ):
            wanted = {"nb_hours": hours, "queue": None, "statuses": statuses}
            cursor.execute(queries["delete_old_jobs"], wanted)
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
