"""Putting a notice into the queue: once for a cause and a person, never to whoever caused it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from konsil.cases.models import Case, Event
from konsil.core.live import publish
from konsil.notices.models import Notice, Timer
from konsil.notices.people import Receiver, night_of
from konsil.notices.texts import TEXTS

CONFIRMS = ("received",)
"""Whoever did it wants to read that it arrived."""
A_MOMENT = timedelta(minutes=3)
"""What comes of one act (accepted, two forms to sign) is one letter: it waits that long."""


@transaction.atomic
def queue(
    case: Case,
    receivers: Iterable[Receiver],
    words: str,
    *,
    at: datetime,
    event: Event | None = None,
    timer: Timer | None = None,
    rung: int = 0,
) -> list[Notice]:
    """Those that are new, queued for the next letter; the bell shows them at once."""
    key = f"event:{event.pk.hex}" if event else f"timer:{timer.pk.hex}:{rung}" if timer else words
    return [
        notice
        for each in receivers
        if words in CONFIRMS or not (event and each.user and each.user.pk == event.actor_user_id)
        if (notice := _one(case, each, words, key=key, at=at, event=event, timer=timer))
    ]


def _one(
    case: Case,
    to: Receiver,
    words: str,
    *,
    key: str,
    at: datetime,
    event: Event | None,
    timer: Timer | None,
) -> Notice | None:
    urgent, night = TEXTS[words].urgent, night_of(case.tenant, to.user, case=case)
    wait = timedelta() if timer else A_MOMENT
    allowed = at if urgent or settings.NOTICES_AT_ONCE else night.next_allowed(at + wait)
    notice, new = Notice.objects.get_or_create(
        case=case,
        key=key,
        email=to.email,
        defaults={
            "event": event,
            "timer": timer,
            "user": to.user,
            "role": to.role.value,
            "words": words,
            "urgent": urgent,
            "queued_at": at,
            "not_before": allowed,
        },
    )
    if not new:
        return None
    _overtake(notice)
    if to.user is not None:
        publish(f"person:{to.user.pk}", "notices")
    return notice


def _overtake(notice: Notice) -> None:
    """Older news of the case that nobody has sent yet says less than this one: it stays unsent."""
    older = Notice.objects.filter(
        case=notice.case_id,
        email=notice.email,
        state=Notice.State.QUEUED,
        words__in=[*TEXTS[notice.words].overtakes, notice.words],
    )
    older.exclude(pk=notice.pk).update(state=Notice.State.DROPPED)
