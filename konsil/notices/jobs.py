"""Who hears of which event, and what time itself does: sweep the timers, empty the post box.

A listener may run late and twice; a notice is unique for its cause and person, so is the letter.
"""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from konsil.cases.life import MOVES
from konsil.cases.listeners import on
from konsil.cases.models import Case, Event, Task
from konsil.cases.scope import scope
from konsil.cases.verbs import Verb
from konsil.core.jobs import defer, every, job
from konsil.notices import aftermath, keeping
from konsil.notices.people import ASKING, hearers
from konsil.notices.posting import post
from konsil.notices.sweeping import sweep
from konsil.notices.telling import queue
from konsil.people.models import Institution
from konsil.people.roles import Role

CLINIC = Role.REFERRER
MILESTONES = {
    Verb.SUBMITTED: ("received", "clinic_step"),
    Verb.ACCEPTED: ("accepted", "clinic_step"),
    Verb.DECLINED: ("declined", "clinic_declined"),
    Verb.INFO_ASKED: ("question", ""),
    Verb.FILE_COMPLETED: ("complete", "clinic_step"),
    Verb.OFFER_ACCEPTED: ("reading", "clinic_step"),
    Verb.SIGNED: ("written", "clinic_step"),
    Verb.RELEASED: ("report", "clinic_report"),
    Verb.ADDED_TO: ("report", "clinic_report"),
    Verb.FOLLOWED_UP: ("later", ""),
    Verb.CLOSED: ("closed", "clinic_step"),
    Verb.WITHDRAWN: ("ended", "clinic_declined"),
    Verb.EXPIRED: ("ended", "clinic_declined"),
    Verb.CHARGE_REFUSED: ("card", ""),
    Verb.ESTIMATED: ("estimate", ""),
    Verb.PAYMENT_OVERDUE: ("unpaid", ""),
}
"""What patient and referrer hear of each milestone, in their words (F4.11)."""
BALL_MAY_MOVE = (
    *dict.fromkeys(move.verb for move in MOVES),
    Verb.OPENED,
    Verb.CARD_SAVED,
    Verb.CHARGED,
    Verb.CHARGE_REFUSED,
    Verb.WAIVED,
    Verb.INSTITUTION_BILLED,
    Verb.REFUNDED,
    Verb.INVOICED,
    Verb.PAID_BY_HAND,
    Verb.PRICE_CHANGED,
    Verb.PRICE_AGREED,
)
TOLD_OTHERWISE = ("pay",)
"""Tasks whose cause is news of its own: the card was refused."""


def tell(event: Event, roles: Iterable[Role], words: str) -> None:
    """Tell whoever sits there in these parts; whoever did it is not told of it."""
    for role in roles:
        queue(event.case, hearers(event.case, role), words, at=timezone.now(), event=event)
    post_soon(event.tenant_id)


def post_soon(tenant_id: UUID) -> None:
    """Empty the post box as soon as this is committed."""
    defer(post_now, once=f"post-{tenant_id}", tenant_id=str(tenant_id))


@on(*MILESTONES)
def tell_of_milestone(event: Event) -> None:
    """Patient and referrer hear of each milestone, in their words (F4.11)."""
    hers, theirs = MILESTONES[Verb(event.verb)]
    tell(event, [Role.PATIENT], hers)
    if theirs:
        tell(event, [CLINIC], theirs)


@on(Verb.OFFERED)
def tell_the_reviewer(event: Event) -> None:
    """The reviewer who is asked hears of it at once."""
    tell(event, [Role.ASKED], "offer")


@on(Verb.TASK_SET)
def tell_of_task(event: Event) -> None:
    """The patient hears of a task that is still open; its timer runs, whoever owes it."""
    task = (
        Task.objects.select_related("case__tenant", "case__patient")
        .filter(pk=event.facts.get("task"), done_at=None)
        .first()
    )
    if task is None:
        return
    keeping.keep_task(task, began_at=event.at, at=timezone.now())
    if task.role in ASKING and not task.key.startswith(TOLD_OTHERWISE):
        tell(event, [Role.PATIENT], "task")


@on(Verb.TASK_DONE)
def end_of_task(event: Event) -> None:
    """What is done is not reminded of."""
    for task in Task.objects.select_related("case__tenant").filter(pk=event.facts.get("task")):
        keeping.keep_task(task, began_at=event.at, at=timezone.now())


@on(Verb.MESSAGE_SENT)
def tell_of_message(event: Event) -> None:
    """Whoever is across the table hears that there is a message; never what it says."""
    if event.facts.get("outside"):
        return  # the practice has its inbox
    across = {
        "patient": (Role.PATIENT,),
        "referrer": (CLINIC,),
        "internal": (Role.REVIEWER, Role.COLLEAGUE),
    }
    tell(event, across.get(event.facts.get("audience", ""), ()), "message")


@on(*BALL_MAY_MOVE)
def keep_timer(event: Event) -> None:
    """The stage's timer follows the case; the last breath of a case ends them all."""
    case = Case.objects.select_related("tenant", "patient").get(pk=event.case_id)
    keeping.keep_stage(case, at=timezone.now())
    if not case.is_open:
        keeping.end_all(case, at=timezone.now())


@job()
def post_now(tenant_id: str) -> None:
    """Send what waits in one hospital."""
    tenant = Institution.objects.get(pk=tenant_id)
    post(tenant, at=timezone.now())


@every("*/5 * * * *")
@job()
def go_round(timestamp: int) -> None:
    """Take the timers that are due, then send what may go out, hospital by hospital."""
    for tenant in Institution.objects.filter(parent=None):
        now = timezone.now()
        aftermath.find_lost(tenant, at=now)
        sweep(tenant, at=now)
        post(tenant, at=now)


@every("41 4 * * *")
@job()
def look_over(timestamp: int) -> None:
    """Each night: whatever waits without a running timer gets one, and is not prodded at once."""
    now = timezone.now()
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            keeping.begin_missing(tenant, at=now)
