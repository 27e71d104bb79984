"""Reminders to a provider: a link of their own, one lock for all, and silence after an answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from konsil.cases.life import Stage
from konsil.cases.models import Task
from konsil.core.delivery import Fate, NotSent
from konsil.people.actors import SYSTEM
from konsil.records import asking
from konsil.records.life import Answer, State
from konsil.records.models import RecordRequest
from konsil.records.reaching import Providers
from konsil.records.tests.giving import BORN, WRONG, ask, now, sign
from tests.cast import Cast, put_at


@pytest.fixture(autouse=True)
def post_office(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def asked(cast: Cast) -> tuple[RecordRequest, Task]:
    """Lakeside was asked for records; the task that waits for them."""
    put_at(cast.case, Stage.GATHERING)
    request = ask(cast)
    sign(cast, request)
    request.refresh_from_db()
    sent = asking.send_request(request, by=SYSTEM, at=now(), again=True)
    return sent, Task.objects.get(case=cast.case, key=f"request-{sent.pk}")


def remind(task: Task) -> str:
    link = Providers().link(task, by=SYSTEM, at=now())
    return link.partition("://")[2].partition("/")[2]


def test_a_reminder_opens_the_same_door_and_the_first_link_goes_on(cast: Cast) -> None:
    """F3.4, F4.4: whichever of the letters lies before them."""
    request, task = asked(cast)
    first = mail.outbox[-1].body.partition("/records/")[2].split()[0]
    second = remind(task)

    for path in (f"/records/{first}", f"/{second}"):
        opened = Client().post(path, BORN)
        assert (opened.status_code, str(request.pk) in opened["Location"]) == (302, True)


def test_the_end_of_the_request_ends_every_link(cast: Cast) -> None:
    """F3.13, F1.8: revoked with one click, also those of reminders."""
    request, task = asked(cast)
    second = remind(task)

    asking.revoke_link(request, by=SYSTEM, at=now())

    assert Client().post(f"/{second}", BORN).status_code == 410
    assert remind(task) == ""


def test_five_guesses_lock_all_letters_together(cast: Cast) -> None:
    """F1.8: three letters are not fifteen tries."""
    _request, task = asked(cast)
    second, third = remind(task), remind(task)

    for path in (second, third, second, third, second):
        Client().post(f"/{path}", WRONG)

    assert Client().post(f"/{third}", BORN).status_code == 410
    assert remind(task) == ""


def test_whoever_answered_later_is_left_in_peace_until_the_day(cast: Cast) -> None:
    """F3.5: an answer stops the reminders; a promised day that has passed starts them again."""
    request, task = asked(cast)
    until = timezone.localdate() + timedelta(days=5)
    asking.answer_request(request, Answer.LATER, by=SYSTEM, at=now(), until=until)
    providers = Providers()

    assert providers.address(task, at=now()) == ""
    assert providers.address(task, at=now() + timedelta(days=7)) == request.holder.email


def test_a_first_letter_that_nobody_takes_is_a_task_the_same_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """case-life, record request: BOUNCED, and the link is dead."""

    def refuse(**_letter: Any) -> None:
        raise NotSent("The post office does not know this address.", Fate.REFUSED)

    monkeypatch.setattr("konsil.records.letters.send", refuse)

    request, _task = asked(cast)

    request.refresh_from_db()
    assert (request.state, request.link_alive(now())) == (State.BOUNCED, False)
    assert Task.objects.filter(case=cast.case, key=f"link-{request.pk}", done_at=None).exists()


def test_a_post_office_that_is_away_leaves_the_request_ready(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K9: nothing of it happened, so that the job tries again."""

    def away(**_letter: Any) -> None:
        raise NotSent("The post office cannot be reached.", Fate.LATER)

    monkeypatch.setattr("konsil.records.letters.send", away)
    put_at(cast.case, Stage.GATHERING)
    request = ask(cast)
    sign(cast, request)

    with pytest.raises(NotSent):
        asking.send_request(request, by=SYSTEM, at=now(), again=True)

    request.refresh_from_db()
    assert request.state == State.READY
