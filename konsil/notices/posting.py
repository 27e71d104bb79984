"""The post: what waits for a person becomes one letter a day, claimed first and then sent.

A letter's row is committed before it is sent. A crash in between leaves it “on its way”; it is
then called lost and shown to the desk, never sent a second time.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from konsil.cases.outside import outsider_of
from konsil.cases.scope import scope
from konsil.core import mail, sms
from konsil.core.delivery import NotSent
from konsil.notices import keeping
from konsil.notices.aftermath import note_failure, note_sent
from konsil.notices.composing import Words, compose
from konsil.notices.hours import Night
from konsil.notices.models import Letter, Notice, Reach
from konsil.notices.people import night_of, still_hears
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution, User
from konsil.people.roles import Role

MOST = 500


@dataclass(frozen=True)
class Ready:
    """A claimed letter and its words, outside any transaction."""

    tenant: UUID
    letter: UUID
    key: str
    channel: str
    to: str
    words: Words


def post(tenant: Institution, *, at: datetime) -> int:
    """Send what may go out now; how many letters that were."""
    with scope([tenant.pk]):
        ready = _claim(tenant, at=at)
    for each in ready:
        send(each, at=at)
    return len(ready)


def _claim(tenant: Institution, *, at: datetime) -> list[Ready]:
    rows = Notice.objects.waiting(at).filter(tenant=tenant).order_by("queued_at")
    locked = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
    whole = locked.select_related("case__tenant", "case__patient", "timer__task", "user")[:MOST]
    waiting: defaultdict[str, list[Notice]] = defaultdict(list)
    for notice in whole:
        if is_still_true(notice):
            waiting[notice.email].append(notice)
        else:
            _set(notice, Notice.State.DROPPED)
    found = []
    for notices in waiting.values():
        urgent = [each for each in notices if each.urgent or settings.NOTICES_AT_ONCE]
        for notice in urgent:
            found += _letter(tenant, [notice], urgent=True, at=at)
        if rest := [each for each in notices if each not in urgent]:
            found += _daily(tenant, rest, at=at)
    return found


def is_still_true(notice: Notice) -> bool:
    """Asked when the letter goes: does the person still sit there, is the thing still owed?"""
    if notice.user is not None and not still_hears(notice.case, notice.user, notice.role):
        return False
    timer = notice.timer
    if timer is None:
        return True
    timer.case = notice.case
    return keeping.is_wanted(timer) and not notice.case.held_until


def _daily(tenant: Institution, notices: list[Notice], *, at: datetime) -> list[Ready]:
    """Today's one letter, or tomorrow's when today's is gone or it is night."""
    night = night_of(tenant, notices[0].user, case=notices[0].case)
    allowed = night.next_allowed(at)
    if allowed > at:
        return _put_off(notices, allowed)
    email = notices[0].email
    today = Letter.objects.filter(tenant=tenant, email=email, day=night.day(at), urgent=False)
    if today.exclude(state=Letter.State.LATER).exists():
        return _put_off(notices, night.next_day(at))
    try:
        with transaction.atomic():
            return _letter(tenant, notices, urgent=False, at=at, night=night)
    except IntegrityError:  # another worker wrote today's letter in this very moment
        return _put_off(notices, night.next_day(at))


def _put_off(notices: Sequence[Notice], until: datetime) -> list[Ready]:
    pks = [each.pk for each in notices]
    Notice.objects.filter(pk__in=pks).update(not_before=until)
    return []


def _letter(
    tenant: Institution,
    notices: list[Notice],
    *,
    urgent: bool,
    at: datetime,
    night: Night | None = None,
) -> list[Ready]:
    """Claim the notices for a new letter; nothing when none of them has where to lead."""
    notices, links = _with_links(notices, at=at)
    if not notices:
        return []
    first = notices[0]
    night = night or night_of(tenant, first.user, case=first.case)
    channel, to = _channel(first.user, first.email)
    letter = _another_try(notices, urgent=urgent) or Letter(
        tenant=tenant, user=first.user, email=first.email, urgent=urgent
    )
    letter.to, letter.channel, letter.day = to, channel, night.day(at)
    letter.state, letter.begun_at, letter.tries = Letter.State.SENDING, at, letter.tries + 1
    letter.save()
    for notice in notices:
        notice.letter = letter
        _set(notice, Notice.State.SENDING)
    words = compose(letter, notices, links=links)
    return [Ready(tenant.pk, letter.pk, letter.key, channel, to, words)]


def _another_try(notices: list[Notice], *, urgent: bool) -> Letter | None:
    """The letter that carried these before and was not taken; it is the same letter again."""
    pks = {notice.letter_id for notice in notices if notice.letter_id}
    rows = Letter.objects.filter(pk__in=pks, state=Letter.State.LATER, urgent=urgent)
    found: Letter | None = rows.order_by("begun_at").first()
    return found


def _channel(user: User | None, email: str) -> tuple[Letter.Channel, str]:
    reach = Reach.of(user) if user else None
    if reach is not None and reach.by_sms and sms.gateway() is not None:
        return Letter.Channel.SMS, reach.phone
    return Letter.Channel.MAIL, email


def _with_links(notices: list[Notice], *, at: datetime) -> tuple[list[Notice], dict[object, str]]:
    """A provider's reminder carries its own link; without one it is dropped."""
    kept: list[Notice] = []
    links: dict[object, str] = {}
    for notice in notices:
        if notice.role != Role.PROVIDER:
            kept.append(notice)
            continue
        task = notice.timer.task if notice.timer else None
        outsider = outsider_of(task) if task else None
        link = outsider.link(task, by=SYSTEM, at=at) if outsider and task else ""
        if link:
            kept.append(notice)
            links[notice.pk] = link
        else:
            _set(notice, Notice.State.DROPPED)
    return kept, links


def _set(notice: Notice, state: Notice.State) -> None:
    notice.state = state
    notice.save(update_fields=["state", "letter"])


def send(ready: Ready, *, at: datetime) -> None:
    """Hand a claimed letter over, and write down what became of it."""
    trouble: NotSent | None = None
    try:
        if ready.channel == Letter.Channel.SMS:
            sms.send(to=ready.to, text=ready.words.short, key=ready.key)
        else:
            words = ready.words
            mail.send(to=ready.to, subject=words.subject, body=words.body, key=ready.key)
    except NotSent as reason:
        trouble = reason
    with scope([ready.tenant]):
        if trouble is None:
            note_sent(ready.letter, at=at)
        else:
            note_failure(ready.letter, trouble, at=at)
