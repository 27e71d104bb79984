"""The sweep: takes the timers that are due, a few at a time, and lets each climb its ladder."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from konsil.cases.actions import set_task
from konsil.cases.clocks import Business, Ladder, Prod, Rung
from konsil.cases.ladders import prod_tasks
from konsil.cases.models import Task
from konsil.cases.scope import scope
from konsil.notices.keeping import Plan, is_wanted, plan_next, plan_of, receivers_of
from konsil.notices.models import Timer
from konsil.notices.people import ASKING, escalation_of
from konsil.notices.telling import queue
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution
from konsil.people.roles import Role

log = logging.getLogger(__name__)

AT_ONCE = 100
"""So many in one transaction: others wait no longer for these rows."""
AGAIN = timedelta(hours=1)
CLINIC = (Role.REFERRER, Role.CHILD_ADMIN)

prod_tasks("late", Ladder(Business(days=2), (Rung(1.0, Role.DIRECTOR),)))
"""What was escalated is reminded of once and not escalated again."""


def sweep(tenant: Institution, *, at: datetime) -> int:
    """Take every due timer of a hospital; how many that were. Costs only those that are due."""
    total = 0
    while True:
        with scope([tenant.pk]):
            rows = Timer.objects.due(at).filter(tenant=tenant)
            locked = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
            batch = list(locked.select_related("case__tenant", "case__patient", "task")[:AT_ONCE])
            for timer in batch:
                _take(timer, at=at)
        total += len(batch)
        if len(batch) < AT_ONCE:
            return total


def _take(timer: Timer, *, at: datetime) -> None:
    """One timer; whatever breaks in it keeps no other one waiting."""
    try:
        with transaction.atomic():
            climb(timer, at=at)
    except Exception:  # the timers of all other cases go on; this one is tried again
        log.exception("The timer %s could not be taken.", timer.pk)
        Timer.objects.filter(pk=timer.pk).update(due_at=at + AGAIN)


def climb(timer: Timer, *, at: datetime) -> None:
    """Take the rungs that are due, if it is still owed, and plan the next."""
    if not is_wanted(timer):
        timer.ended_at = at
    elif not timer.is_snoozed(at):
        due = [each for each in plan_of(timer) if each[0] <= at]
        for _moment, number, rung in without_repeats(due):
            act(timer, number, rung, at=at)
        if due:
            timer.taken_until = due[-1][0]
    if timer.ended_at is None:
        plan_next(timer, at=at)
    timer.save()


def without_repeats(due: Plan) -> Plan:
    """After a night, a snooze or an outage several reminders are due: the last is enough."""
    last = {rung.to: number for _at, number, rung in due if rung.how == Prod.REMIND}
    return [each for each in due if each[2].how != Prod.REMIND or last[each[2].to] == each[1]]


def act(timer: Timer, number: int, rung: Rung, *, at: datetime) -> None:
    """What one rung does: remind, tell, set a task to call, hand it to a named person."""
    if rung.how == Prod.TELEPHONE:
        what = f"Call {timer.who}: {timer.what}"
        _task(timer, Role.COORDINATOR, what, f"call-{timer.pk.hex[:16]}-{number}", at=at)
        return
    if rung.how == Prod.ESCALATE:
        what = f"Late: {timer.what} ({timer.who})"
        task = _task(timer, Role.DIRECTOR, what, f"late-{timer.pk.hex[:16]}-{number}", at=at)
        named = escalation_of(timer.case)
        if task is not None and named is not None:
            task.user = named
            task.save(update_fields=["user"])
    receivers = receivers_of(timer, rung, at=at)
    queue(timer.case, receivers, words_of(rung), at=at, timer=timer, rung=number)


def words_of(rung: Rung) -> str:
    """Which text fits what the rung does and whom it speaks to."""
    if rung.how == Prod.TELL:
        return "ask_too"
    if rung.how == Prod.ESCALATE:
        return "escalated"
    if rung.to == Role.PROVIDER:
        return "provider"
    if rung.to in ASKING:
        return "remind"
    return "clinic_remind" if rung.to in CLINIC else "desk"


def _task(timer: Timer, role: Role, what: str, key: str, *, at: datetime) -> Task | None:
    """Set it once, even after it was done."""
    if Task.objects.filter(case=timer.case, key=key).exists():
        return None
    return set_task(
        timer.case, role=role, what=what[:160], key=key, where="reminders/", by=SYSTEM, at=at
    )
