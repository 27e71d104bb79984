"""What a killed worker leaves behind is done all the same, and nothing piles up for ever."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from konsil.core import jobs, upkeep

pytestmark = pytest.mark.django_db


def queued(**values: Any) -> int:
    row = {"queue_name": "x", "task_name": "t", "args": "{}", "status": "doing", "attempts": 0}
    row |= values
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO procrastinate_jobs ({names}) VALUES ({marks}) RETURNING id",
            list(row.values()),
        )
        return int(cursor.fetchone()[0])


def worker(seconds_ago: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [seconds_ago],
        )
        return int(cursor.fetchone()[0])


def state(pk: int) -> tuple[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", [pk])
        status, attempts = cursor.fetchone()
        return str(status), int(attempts)


def test_what_a_dead_worker_was_doing_is_queued_again_and_a_live_ones_is_not() -> None:
    """K2: kill -9 of a worker loses nothing."""
    dead, alive = worker(3600), worker(5)
    left, gone, running = queued(worker_id=dead), queued(), queued(worker_id=alive)

    upkeep.pick_up_what_was_dropped.func(timestamp=0)

    assert state(left) == ("todo", 1)
    assert state(gone) == ("todo", 1)
    assert state(running) == ("doing", 0)


def test_it_is_queued_again_also_while_another_of_its_name_waits() -> None:
    """K2, K6: the waiting one does not stand in the way of the one that was dropped."""
    left = queued(queueing_lock="parcel-1", lock="parcel-1")
    queued(queueing_lock="parcel-1", lock="parcel-1", status="todo")

    upkeep.pick_up_what_was_dropped.func(timestamp=0)

    assert state(left)[0] == "todo"


def test_what_kills_every_worker_is_given_up() -> None:
    """K6: dead letter after some crashes; the others flow."""
    poison = queued(attempts=upkeep.CRASHES_ALLOWED)

    upkeep.pick_up_what_was_dropped.func(timestamp=0)

    assert state(poison)[0] == "failed"


def test_a_job_that_began_lets_the_next_of_its_name_wait_and_can_be_put_back() -> None:
    """K6: files that arrive while others are read are read afterwards, never at the same time."""
    jobs.defer(upkeep.forget_what_is_over, once="parcel-7", timestamp=7)
    jobs.defer(upkeep.forget_what_is_over, once="parcel-7", timestamp=7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, lock FROM procrastinate_jobs WHERE queueing_lock = 'parcel-7'")
        rows = cursor.fetchall()
        assert [lock for _pk, lock in rows] == ["parcel-7"]
        first = rows[0][0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [first])

    begun = SimpleNamespace(job=SimpleNamespace(id=first, queueing_lock="parcel-7"))
    wrapped = upkeep.forget_what_is_over.task_middleware[0]
    assert wrapped(lambda: "read", begun, None) == "read"  # type: ignore[arg-type]
    jobs.defer(upkeep.forget_what_is_over, once="parcel-7", timestamp=7)

    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [first])
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE lock = 'parcel-7'")
        assert cursor.fetchone()[0] == 2


def test_ended_sessions_and_old_jobs_are_forgotten() -> None:
    """Nothing of a visitor is kept longer than it is needed; waiting jobs are."""
    now = timezone.now()
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=now)
    Session.objects.create(
        session_key="b" * 32, session_data="", expire_date=now + timedelta(days=1)
    )
    over, waits = queued(status="succeeded"), queued(status="todo")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '30 days'")
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at)"
            " VALUES (%s, 'succeeded', now() - interval '30 days')",
            [over],
        )

    upkeep.forget_what_is_over.func(timestamp=0)

    assert [row.session_key for row in Session.objects.all()] == ["b" * 32]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs WHERE id IN (%s, %s)", [over, waits])
        assert cursor.fetchall() == [(waits,)]


def test_every_clock_of_the_house_runs() -> None:
    """A job on a schedule that no application loads would never run, and nobody would notice."""
    from procrastinate.contrib.django.procrastinate_app import current_app

    clocks = {name for name, _key in current_app.periodic_registry.periodic_tasks}
    assert {
        "core.upkeep.pick_up_what_was_dropped",
        "core.upkeep.forget_what_is_over",
        "cases.jobs.recall_late_offers",
        "parcels.jobs.look_after_parcels",
        "billing.jobs.ask_again",
    } <= clocks
