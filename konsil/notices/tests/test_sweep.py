"""One sweep looks at what is due and at nothing else, however much waits."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from konsil.cases.life import Stage
from konsil.notices import keeping
from konsil.notices.models import Notice, Timer
from konsil.notices.sweeping import sweep
from konsil.people.models import Institution
from konsil.people.roles import Role
from tests.cast import Cast, put_at

MANY = 20_000


def fill(cast: Cast) -> None:
    """Timers that are not due yet, in one stroke."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notices_timer (id, created_at, tenant_id, case_id, key, stage, role,
              began_at, taken_until, due_at, snooze_reason)
            SELECT gen_random_uuid(), %s, %s, %s, 'x' || n, '', 'coordinator', %s, %s,
              %s::timestamptz + make_interval(mins => n), ''
            FROM generate_series(1, %s) n
            """,
            [now, cast.northgate.pk, cast.case.pk, now, now, now + timedelta(hours=1), MANY],
        )


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(each for below in plan.get("Plans", []) for each in nodes(below))]


def test_a_sweep_reads_only_what_is_due(cast: Cast) -> None:
    """F4.4: by the index of due timers, under row-level security; no other row is read."""
    fill(cast)
    Timer.objects.filter(key__in=["x1", "x2", "x3"]).update(due_at=timezone.now())
    with connection.cursor() as cursor:
        for costly in ("seqscan", "sort"):  # a test's table was never counted (ANALYZE)
            cursor.execute(f"SET LOCAL enable_{costly} = off")
    due = Timer.objects.due(timezone.now()).filter(tenant=cast.northgate)[:100]

    plan = json.loads(due.explain(analyze=True, format="json"))[0]["Plan"]

    used = {each.get("Index Name") for each in nodes(plan)}
    read = sum(each["Actual Rows"] + each.get("Rows Removed by Filter", 0) for each in nodes(plan))
    assert "timers_that_are_due" in used
    assert read <= 3 * len(nodes(plan))


def test_an_idle_sweep_costs_the_same_with_many_timers_as_with_none(cast: Cast) -> None:
    now = timezone.now()
    with CaptureQueriesContext(
        connection,
    ) as few:
        sweep(cast.northgate, at=now)
    fill(cast)
    with CaptureQueriesContext(connection) as many:
        assert sweep(cast.northgate, at=now) == 0

    assert len(many) == len(few)
    assert any("SKIP LOCKED" in query["sql"] for query in many)


def test_one_timer_that_breaks_keeps_no_other_waiting(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in (cast.case, cast.petras_case):
        put_at(case, Stage.SCREENING, at=timezone.now())
        keeping.keep_stage(case, at=timezone.now())
    from konsil.notices import sweeping

    climb = sweeping.climb

    def break_at_rosas(timer: Timer, *, at: Any) -> None:
        if timer.case_id == cast.case.pk:
            raise ValueError("broken")
        climb(timer, at=at)

    monkeypatch.setattr(sweeping, "climb", break_at_rosas)
    later = timezone.now() + timedelta(days=1, hours=12)

    sweep(cast.northgate, at=later)

    assert not Notice.objects.filter(case=cast.case).exists()
    assert Notice.objects.filter(case=cast.petras_case, words="desk").exists()
    broken = Timer.objects.get(case=cast.case, key=Timer.STAGE)
    assert broken.due_at == later + sweeping.AGAIN


def test_a_case_that_ended_or_went_on_is_not_reminded_of(cast: Cast) -> None:
    """F4.5: the case itself is asked, even when no event told the timer."""
    put_at(cast.case, Stage.SCREENING, at=timezone.now())
    keeping.keep_stage(cast.case, at=timezone.now())
    put_at(cast.case, Stage.GATHERING, at=timezone.now() + timedelta(hours=1))

    sweep(cast.northgate, at=timezone.now() + timedelta(days=9))

    assert not Notice.objects.exists()
    assert Timer.objects.get(case=cast.case).ended_at is not None


def test_a_hospital_sweeps_its_own_cases(cast: Cast) -> None:
    """F12.1."""
    put_at(cast.case, Stage.SCREENING, at=timezone.now())
    keeping.keep_stage(cast.case, at=timezone.now())
    other: Institution = cast.other_hospital

    assert sweep(other, at=timezone.now() + timedelta(days=9)) == 0
    assert Role.NURSE in {Role(each.role) for each in Timer.objects.running()}
