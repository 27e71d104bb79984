"""What people are told by mail, and what no mail ever says."""

from typing import Any

from django.core import mail

from konsil.cases.actions import set_task
from konsil.cases.life import Stage
from konsil.cases.models import Case, Event, Question
from konsil.cases.verbs import Verb
from konsil.notices.jobs import (
    post_now,
    tell_of_message,
    tell_of_milestone,
    tell_of_task,
    tell_the_reviewer,
)
from konsil.notices.texts import TEXTS
from konsil.people.actors import SYSTEM, Actor
from konsil.people.roles import Role
from tests.cast import Cast, put_at


def run(job: Any, event: Event) -> None:
    """The listener, then the post that it asks for."""
    job.func(event_id=str(event.pk), tenant_id=str(event.tenant_id))
    post_now.func(tenant_id=str(event.tenant_id))


def test_rosa_is_told_of_the_report_and_the_mail_says_nothing_about_her_health(
    cast: Cast, settings: Any
) -> None:
    """F1.6, F4.11: one mail, no diagnosis, no question, however often the job runs."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Case.objects.filter(pk=cast.case.pk).update(diagnosis="A spot on the lung")
    put_at(cast.case, Stage.SIGNED)
    event = cast.case.move(Verb.RELEASED, by=SYSTEM, at=cast.now)

    run(tell_of_milestone, event)
    run(tell_of_milestone, event)

    (letter,) = mail.outbox
    text = f"{letter.subject} {letter.body}".lower()
    assert letter.to == [cast.rosa.email]
    assert f"/cases/{cast.case.pk}/" in letter.body
    for word in ("lung", "cancer", "oncology", "surgery", "spot", "second opinion"):
        assert word not in text
    for question in Question.objects.filter(case=cast.case):
        assert question.text.lower() not in text


def test_the_reviewer_who_is_asked_is_told_and_others_are_not(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cast.case.seat(Role.ASKED, by=SYSTEM, at=cast.now, quietly=True, user=cast.okoye)
    event = cast.case.tell(Verb.OFFERED, by=Actor.of(cast.ada), at=cast.now)

    run(tell_the_reviewer, event)

    assert [letter.to for letter in mail.outbox] == [[cast.okoye.email]]


def test_a_message_within_the_team_mails_nobody_outside(cast: Cast, settings: Any) -> None:
    """F8.2."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    event = cast.case.tell(
        Verb.MESSAGE_SENT, by=Actor.of(cast.ada), at=cast.now, audience="internal", outside=False
    )

    run(tell_of_message, event)

    assert mail.outbox == []


def _asks_rosa(cast: Cast, key: str) -> Event:
    task = set_task(
        cast.case, role=Role.PATIENT, what="Do it", key=key, by=Actor.of(cast.ada), at=cast.now
    )
    found: Event = Event.objects.get(case=cast.case, facts__task=str(task.pk))
    return found


def test_several_tasks_at_once_are_one_letter(cast: Cast, settings: Any) -> None:
    """F4.11: two forms to sign, one mail; the refused card has its own letter already."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    for key in ("release-1", "release-2", "pay"):
        tell_of_task.func(event_id=str(_asks_rosa(cast, key).pk), tenant_id=str(cast.northgate.pk))
    post_now.func(tenant_id=str(cast.northgate.pk))

    assert [letter.subject for letter in mail.outbox] == [TEXTS["task"].subject]
