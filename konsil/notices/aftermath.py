"""What became of a letter: sent, tried again, or lost, which is a task for the desk (F9.3)."""

from datetime import datetime, timedelta
from uuid import UUID

from konsil.cases.actions import set_task
from konsil.cases.models import Case
from konsil.cases.outside import outsider_of
from konsil.cases.scope import scope
from konsil.cases.verbs import Verb
from konsil.core.delivery import Fate, NotSent
from konsil.notices.models import Letter, Notice, Reach
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution
from konsil.people.roles import Role

TRIES = 8
FIRST_WAIT = timedelta(minutes=10)
LOST_AFTER = timedelta(minutes=15)
LOST = NotSent("We cannot tell whether it went out: we were interrupted.", Fate.UNSURE)
ASK_AGAIN = NotSent("We were interrupted.", Fate.LATER)
GAVE_UP = "It could not be handed over, though we tried for a day."


def note_sent(letter_id: UUID, *, at: datetime) -> None:
    """It went out."""
    Letter.objects.filter(pk=letter_id).update(state=Letter.State.SENT, sent_at=at, reason="")
    rows = Notice.objects.filter(letter=letter_id, state=Notice.State.SENDING)
    rows.update(state=Notice.State.SENT, sent_at=at)


def note_failure(letter_id: UUID, trouble: NotSent, *, at: datetime) -> None:
    """It did not: what waits for another try waits on, else the desk is asked to call."""
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter_id)
    if trouble.fate == Fate.LATER and letter.tries < TRIES:
        _again(letter, trouble, at=at)
        return
    words = trouble.words if trouble.fate != Fate.LATER else GAVE_UP
    fail(letter, words, at=at)


def _again(letter: Letter, trouble: NotSent, *, at: datetime) -> None:
    """The notices go back into the queue; the next letter of this day is this one."""
    letter.state, letter.reason = Letter.State.LATER, trouble.words[:200]
    letter.save(update_fields=["state", "reason"])
    wait = FIRST_WAIT * 2 ** (letter.tries - 1)
    rows = Notice.objects.filter(letter=letter, state=Notice.State.SENDING)
    rows.update(state=Notice.State.QUEUED, not_before=at + wait)


def fail(letter: Letter, words: str, *, at: datetime) -> None:
    """The letter is lost: every case it was about says so, and has a task (F9.3)."""
    if letter.state == Letter.State.FAILED:
        return
    letter.state, letter.failed_at, letter.reason = Letter.State.FAILED, at, words[:200]
    letter.save(update_fields=["state", "failed_at", "reason"])
    rows = Notice.objects.filter(letter=letter)
    notices = list(rows.select_related("case", "timer__task", "user"))
    rows.update(state=Notice.State.FAILED)
    if letter.channel == Letter.Channel.SMS:  # from now on by mail, beginning with these
        Reach.objects.filter(user=letter.user_id).update(phone_proven_at=None)
        rows.update(state=Notice.State.QUEUED, not_before=at, letter=None)
    for case in {notice.case_id: notice.case for notice in notices}.values():
        _ask_desk(case, letter, at=at)
    for notice in notices:
        task = notice.timer.task if notice.timer else None
        outsider = outsider_of(task) if task and notice.role == Role.PROVIDER else None
        if outsider and task:
            outsider.came_back(task, by=SYSTEM, at=at)


def _ask_desk(case: Case, letter: Letter, *, at: datetime) -> None:
    case.tell(Verb.NOT_REACHED, by=SYSTEM, at=at, letter=str(letter.pk))
    if not case.is_open:
        return
    whom = str(letter.user) if letter.user else "whoever was asked for records"
    by = "e-mail" if letter.channel == Letter.Channel.MAIL else "text message"
    set_task(
        case,
        role=Role.COORDINATOR,
        what=f"Reach {whom} another way: the {by} did not arrive"[:160],
        key=f"unreached-{letter.email}"[:60],
        where="reminders/",
        by=SYSTEM,
        at=at,
    )


def find_lost(tenant: Institution, *, at: datetime) -> int:
    """Letters on which nobody works any more: we were interrupted while they were sent."""
    with scope([tenant.pk]):
        rows = Letter.objects.filter(
            tenant=tenant, state=Letter.State.SENDING, begun_at__lte=at - LOST_AFTER
        )
        lost = list(rows.select_for_update(skip_locked=True, of=("self",)))
        for letter in lost:
            again = letter.channel == Letter.Channel.SMS  # the gateway takes a key only once
            note_failure(letter.pk, ASK_AGAIN if again else LOST, at=at)
        return len(lost)
