"""Timers are kept beside what they wait for: begun with it, ended with it, put off by the desk."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from konsil.cases.clocks import Rung
from konsil.cases.ladders import STAFF_TASK, ladder_for
from konsil.cases.life import NO_TURN, TURNS, ImpossibleMove, Stage
from konsil.cases.models import Case, Event, PracticeCalendar, Task
from konsil.cases.outside import outsider_of
from konsil.cases.verbs import Verb
from konsil.notices.models import Notice, Timer
from konsil.notices.people import Receiver, earliest, hearers
from konsil.people.actors import Actor
from konsil.people.models import Institution
from konsil.people.roles import Role

Plan = list[tuple[datetime, int, Rung]]
"""When each rung goes, which of its ladder's it is, and what it does."""


def plan_of(timer: Timer) -> Plan:
    """The rungs that are still to come, in order; none while the case rests."""
    case = timer.case
    if timer.task is None:
        ladder, moments = TURNS.get(Stage(case.stage), NO_TURN).ladder, case.prods()
    else:
        ladder = ladder_for(timer.task.key, Role(timer.role))
        calendar = PracticeCalendar.of(case.tenant)
        moments = [] if case.held_until else ladder.moments(timer.began_at, calendar)
    if ladder is None:
        return []
    rungs = list(ladder.rungs)
    return [(at, rungs.index(rung), rung) for at, rung in moments if at > timer.taken_until]


def receivers_of(timer: Timer, rung: Rung, *, at: datetime) -> list[Receiver]:
    """Whom this rung speaks to; nobody when they should not be reminded now."""
    task = timer.task
    if rung.to == Role.PROVIDER:
        outsider = outsider_of(task) if task else None
        address = outsider.address(task, at=at) if outsider and task else ""
        return [Receiver(address, Role.PROVIDER)] if address else []
    if task is not None and rung.to != Role.DIRECTOR:
        if task.user is not None:
            return [Receiver(task.user.email, Role(task.role), task.user)]
        if ladder_for(task.key, Role(task.role)) is STAFF_TASK:
            return hearers(timer.case, Role(task.role))
    return hearers(timer.case, rung.to)


def plan_next(timer: Timer, *, at: datetime) -> None:
    """Set when the next rung is taken: by its ladder, outside the night of who hears it."""
    plan = plan_of(timer)
    timer.due_at = None
    if plan:
        moment, _number, rung = plan[0]
        timer.due_at = earliest(timer.case, receivers_of(timer, rung, at=at), moment)
    if timer.snoozed_until and timer.due_at and timer.due_at < timer.snoozed_until:
        timer.due_at = timer.snoozed_until


@transaction.atomic
def keep_stage(case: Case, *, at: datetime, skip: bool = False) -> None:
    """The running timer of the stage: begun anew with the stage, planned anew with the ball.

    `skip`: rungs whose time is over already are not made up for.
    """
    case = (
        Case.objects.select_for_update(no_key=True, of=("self",))
        .select_related("tenant", "patient")
        .get(pk=case.pk)
    )
    running = Timer.objects.running().filter(case=case, key=Timer.STAGE)
    running.exclude(stage=case.stage, began_at=case.stage_since).update(ended_at=at)
    turn = TURNS.get(Stage(case.stage), NO_TURN)
    if not case.is_open or turn.role is None:
        return
    timer = running.select_related("task").first() or Timer(
        case=case,
        key=Timer.STAGE,
        stage=case.stage,
        role=turn.role,
        began_at=case.stage_since,
        taken_until=at if skip else case.stage_since,
    )
    timer.case = case
    plan_next(timer, at=at)
    timer.save()


@transaction.atomic
def keep_task(task: Task, *, began_at: datetime, at: datetime, skip: bool = False) -> None:
    """The timer of a task: running while the task is open."""
    running = Timer.objects.running().filter(case=task.case, key=str(task.pk))
    if task.done_at is not None or not task.case.is_open:
        running.update(ended_at=at)
        return
    if running.exists():
        return
    timer = Timer(
        case=task.case,
        key=str(task.pk),
        task=task,
        role=task.role,
        began_at=began_at,
        taken_until=at if skip else began_at,
    )
    plan_next(timer, at=at)
    timer.save()


@transaction.atomic
def end_all(case: Case, *, at: datetime) -> None:
    """The case has ended: no timer of it runs, and no reminder that waits goes out."""
    Timer.objects.running().filter(case=case).update(ended_at=at)
    waiting = Notice.objects.filter(case=case, state=Notice.State.QUEUED)
    waiting.exclude(timer=None).update(state=Notice.State.DROPPED)


def is_wanted(timer: Timer) -> bool:
    """Whether what it waits for is still owed; asked of the case and the task themselves."""
    case, task = timer.case, timer.task
    if timer.ended_at is not None or not case.is_open:
        return False
    if task is not None:
        return task.done_at is None
    return timer.stage == case.stage and timer.began_at == case.stage_since


@transaction.atomic
def snooze(timer: Timer, *, until: datetime, reason: str, by: Actor, at: datetime) -> None:
    """No reminders about it until then. An answer in between is shown and ends nothing (F4.6)."""
    if until <= at:
        raise ImpossibleMove("Choose a day that is still to come.")
    if not reason.strip():
        raise ImpossibleMove("Say in a few words why. It stands beside the date.")
    timer.snoozed_until, timer.snooze_reason = until, reason.strip()[:200]
    timer.snoozed_at, timer.snoozed_by = at, by.user
    plan_next(timer, at=at)
    timer.save()
    waiting = Notice.objects.filter(timer=timer, state=Notice.State.QUEUED)
    waiting.update(state=Notice.State.DROPPED)
    timer.case.tell(Verb.SNOOZED, by=by, at=at, timer=str(timer.pk), until=until.isoformat())


@transaction.atomic
def wake(timer: Timer, *, by: Actor, at: datetime) -> None:
    """The reminders go on."""
    timer.snoozed_until, timer.snooze_reason = None, ""
    plan_next(timer, at=at)
    timer.save()
    timer.case.tell(Verb.WOKEN, by=by, at=at, timer=str(timer.pk))


ANSWERS = (
    Verb.MESSAGE_SENT,
    Verb.INFO_GIVEN,
    Verb.PROVIDER_ANSWERED,
    Verb.PARCEL_ARRIVED,
    Verb.LINK_OPENED,
    Verb.RELEASE_SIGNED,
)


def answer_since_snooze(timer: Timer) -> Event | None:
    """What came from outside the practice since the reminders were put off."""
    if timer.snoozed_at is None:
        return None
    rows = Event.objects.filter(case=timer.case, verb__in=ANSWERS, at__gt=timer.snoozed_at)
    outside = [event for event in rows if event.verb != Verb.MESSAGE_SENT or from_outside(event)]
    return outside[-1] if outside else None


def from_outside(event: Event) -> bool:
    """Whether a message came from the other side of the table."""
    return bool(event.facts.get("outside"))


def begin_missing(tenant: Institution, *, at: datetime) -> None:
    """Timers for what has none: a case from before, or a ball that moved without a word."""
    running = Timer.objects.running().filter(case=OuterRef("pk"), key=Timer.STAGE)
    planned = running.filter(due_at__isnull=False)
    open_cases = Case.objects.open().filter(tenant=tenant).filter(~Exists(planned))
    for case in open_cases.select_related("tenant", "patient").iterator():
        keep_stage(case, at=at, skip=not Timer.objects.running().filter(case=case).exists())
    timed = Timer.objects.running().filter(task=OuterRef("pk"))
    loose = Task.objects.filter(tenant=tenant, done_at=None, case__in=Case.objects.open())
    for task in loose.filter(~Exists(timed)).select_related("case__tenant", "case__patient"):
        keep_task(task, began_at=task.created_at, at=at, skip=True)
