"""A million timers: one sweep costs what is due, and looks at nothing else."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from bench.table import median
from konsil.cases.scope import scope
from konsil.notices.models import Timer
from konsil.notices.sweeping import sweep
from konsil.people.models import Institution

MANY = 1_000_000
DUE = 100
ROUNDS = 20
FILL = """
INSERT INTO notices_timer
  (id, created_at, tenant_id, case_id, key, stage, role, began_at, taken_until, due_at,
   snooze_reason)
SELECT gen_random_uuid(), %(at)s, c.tenant_id, c.id, 'bench-' || n, c.stage, 'coordinator',
  c.stage_since, c.stage_since, %(at)s + make_interval(hours => 1 + n %% 2000, secs => n %% 3600),
  ''
FROM generate_series(1, %(each)s) n, (SELECT * FROM cases_case WHERE stage = 'gathering') c
"""


def fill_and_sweep(*, at: datetime) -> dict[str, Any]:
    """Write a million timers that are not due, sweep; let a hundred fall due, sweep again."""
    hospital = Institution.front()
    with scope([hospital.pk]), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case WHERE stage = 'gathering'")
        cases = cursor.fetchone()[0]
        cursor.execute(FILL, {"at": at, "each": -(-MANY // cases)})
        many = cursor.rowcount
    sweep(hospital, at=at)  # the demo's own, if some are due
    idle = median([_timed(lambda: sweep(hospital, at=at)) for _ in range(ROUNDS)])
    with scope([hospital.pk]):
        read = _rows_read(hospital, at)
        soon = list(Timer.objects.running().order_by("due_at").values_list("pk", flat=True)[:DUE])
        Timer.objects.filter(pk__in=soon).update(due_at=at - timedelta(minutes=1))
    spent = _timed(lambda: sweep(hospital, at=at))
    return {"many": many, "idle": idle, "due": DUE, "each": spent / DUE, "read": read}


def _rows_read(hospital: Institution, at: datetime) -> int:
    plan = Timer.objects.due(at).filter(tenant=hospital)[:DUE].explain(analyze=True, format="json")
    top = json.loads(plan)[0]["Plan"]
    return int(sum(_removed(top)))


def _removed(node: dict[str, Any]) -> Iterator[float]:
    yield node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
    for below_it in node.get("Plans", []):
        yield from _removed(below_it)


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
