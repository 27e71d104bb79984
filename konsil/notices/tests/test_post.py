"""What becomes of letters: lost on the way, refused, tried again, returned, by text message."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from konsil.cases.models import Event, Task
from konsil.cases.verbs import Verb
from konsil.core import sms
from konsil.core.delivery import Fate, NotSent
from konsil.notices import aftermath, hearing
from konsil.notices.models import Letter, Notice, Reach
from konsil.notices.people import Receiver
from konsil.notices.posting import post
from konsil.notices.telling import queue
from konsil.people.actors import SYSTEM
from konsil.people.roles import Role
from tests.cast import Cast

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def post_office(settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    settings.NOTICES_AT_ONCE = True


def tell_rosa(cast: Cast, words: str = "message") -> Notice:
    event = cast.case.tell(Verb.MESSAGE_SENT, by=SYSTEM, at=timezone.now(), audience="patient")
    to = [Receiver(cast.rosa.email, Role.PATIENT, cast.rosa)]
    (notice,) = queue(cast.case, to, words, at=timezone.now(), event=event)
    return notice


def breaks(monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    def refuse(**_letter: Any) -> None:
        raise trouble

    monkeypatch.setattr("konsil.core.mail.send", refuse)


def test_a_crash_between_sending_and_noting_it_sends_nothing_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F4.4: the claimed letter is called lost and shown to the desk, not sent again."""
    notice = tell_rosa(cast)
    with monkeypatch.context() as crash:
        crash.setattr("konsil.notices.posting.note_sent", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            post(cast.northgate, at=timezone.now())
    later = timezone.now() + timedelta(minutes=20)

    post(cast.northgate, at=later)
    aftermath.find_lost(cast.northgate, at=later)
    post(cast.northgate, at=later)

    assert len(mail.outbox) == 1
    notice.refresh_from_db()
    assert notice.state == Notice.State.FAILED
    assert "cannot tell" in notice.letter.reason
    assert Task.objects.filter(case=cast.case, key__startswith="unreached-").count() == 1


def test_an_address_that_nobody_has_is_a_task_for_the_desk(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F9.3, F4.4: refused for good, told in the case's history, and never tried again."""
    notice = tell_rosa(cast)
    breaks(monkeypatch, NotSent("The post office does not know this address.", Fate.REFUSED))

    post(cast.northgate, at=timezone.now())

    notice.refresh_from_db()
    assert notice.state == Notice.State.FAILED
    (task,) = Task.objects.filter(case=cast.case, key__startswith="unreached-")
    assert task.role == Role.COORDINATOR
    assert "Rosa Delgado" in task.what
    assert Event.objects.filter(case=cast.case, verb=Verb.NOT_REACHED).count() == 1
    assert post(cast.northgate, at=timezone.now() + timedelta(days=2)) == 0


def test_a_post_office_that_is_away_gets_the_same_letter_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K9: nothing is lost and nothing is doubled; there is no task for a short trouble."""
    notice, now = tell_rosa(cast), timezone.now()
    with monkeypatch.context() as away:
        breaks(away, NotSent("The post office cannot be reached.", Fate.LATER))
        post(cast.northgate, at=now)
    assert post(cast.northgate, at=now + timedelta(minutes=5)) == 0

    assert post(cast.northgate, at=now + timedelta(minutes=11)) == 1

    notice.refresh_from_db()
    assert (notice.state, notice.letter.tries) == (Notice.State.SENT, 2)
    assert Letter.objects.filter(email=cast.rosa.email).count() == 1
    assert len(mail.outbox) == 1
    assert not Task.objects.filter(key__startswith="unreached-").exists()


def test_after_a_day_of_trying_the_desk_is_asked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice, now = tell_rosa(cast), timezone.now()
    breaks(monkeypatch, NotSent("The post office cannot be reached.", Fate.LATER))

    for hour in range(30):
        post(cast.northgate, at=now + timedelta(hours=hour))

    notice.refresh_from_db()
    assert notice.state == Notice.State.FAILED
    assert notice.letter.tries == aftermath.TRIES
    assert Task.objects.filter(key__startswith="unreached-").exists()


@pytest.mark.parametrize(
    ("trouble", "fate"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"no")}), Fate.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (451, b"greylisted")}), Fate.LATER),
        (smtplib.SMTPDataError(554, b"spam"), Fate.REFUSED),
        (smtplib.SMTPAuthenticationError(535, b"password"), Fate.LATER),
        (smtplib.SMTPServerDisconnected("gone"), Fate.UNSURE),
        (ConnectionRefusedError(), Fate.LATER),
        (TimeoutError(), Fate.UNSURE),
    ],
)
def test_what_the_post_office_answers_is_understood(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception, fate: Fate
) -> None:
    """RFC 5321 4.2.1: a line that breaks in the middle is no reason to send again."""
    from konsil.core.mail import send

    def refuse(_letter: Any) -> None:
        raise trouble

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with pytest.raises(NotSent) as found:
        send(to="a@b.c", subject="x", body="y")

    assert found.value.fate == fate


def test_whoever_left_the_case_is_not_written_to(cast: Cast) -> None:
    """F4.5, F12.3: rights are asked again when the letter goes."""
    notice = tell_rosa(cast)
    cast.case.unseat(Role.PATIENT, at=timezone.now(), user=cast.rosa)

    post(cast.northgate, at=timezone.now())

    notice.refresh_from_db()
    assert (notice.state, mail.outbox) == (Notice.State.DROPPED, [])


def report(key: str) -> bytes:
    return f"""From: MAILER-DAEMON@mx.example
To: no-reply@konsil.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; rosa@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user
--b
Content-Type: text/rfc822-headers

Message-ID: <{key}@konsil.example>
Subject: You have a message
--b--
""".replace("\n", "\r\n").encode()


def test_a_returned_letter_finds_its_case(cast: Cast) -> None:
    """F9.3, RFC 3464: hours later the post office sends it back."""
    notice = tell_rosa(cast)
    post(cast.northgate, at=timezone.now())
    notice.refresh_from_db()
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{notice.letter.key}@")

    found = hearing.read_return(report(notice.letter.key))

    assert found is not None
    assert hearing.came_back(*found, at=timezone.now())
    assert hearing.came_back(*found, at=timezone.now())  # twice is once
    notice.refresh_from_db()
    assert (notice.state, notice.letter.reason) == (
        Notice.State.FAILED,
        "smtp; 550 no such user",
    )
    assert Task.objects.filter(case=cast.case, key__startswith="unreached-").count() == 1


def test_a_report_about_nothing_of_ours_changes_nothing(cast: Cast) -> None:
    strange = report("0" * 32 + "." + "1" * 32)
    found = hearing.read_return(strange)

    assert found is not None
    assert not hearing.came_back(*found, at=timezone.now())
    assert hearing.read_return(b"Subject: hello\r\n\r\nhow are you") is None
    assert hearing.read_return(strange.replace(b"Action: failed", b"Action: delayed")) is None


def by_text(cast: Cast) -> Reach:
    now = timezone.now()
    reach: Reach = Reach.objects.create(
        user=cast.rosa, phone="+15035550100", phone_proven_at=now, agreed_at=now
    )
    return reach


class Pigeons:
    """A gateway that keeps what it was given, or refuses."""

    def __init__(self, trouble: NotSent | None = None) -> None:
        self.sent: dict[str, tuple[str, str]] = {}
        self.trouble = trouble

    def send(self, *, to: str, text: str, key: str) -> None:
        if self.trouble:
            raise self.trouble
        self.sent[key] = (to, text)


def test_rosa_is_reached_by_text_until_she_says_stop(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1.6: her yes and a proven number; the message says what the mail says, and STOP ends it."""
    pigeons = Pigeons()
    monkeypatch.setattr(sms, "gateway", lambda: pigeons)
    by_text(cast)
    tell_rosa(cast)

    post(cast.northgate, at=timezone.now())

    ((to, text),) = pigeons.sent.values()
    assert (to, mail.outbox) == ("+15035550100", [])
    assert "You have a message" in text
    assert "STOP" in text
    assert hearing.hear_reply("(503) 555-0100", " Stop. ", at=timezone.now())
    tell_rosa(cast)
    post(cast.northgate, at=timezone.now())
    assert (len(pigeons.sent), len(mail.outbox)) == (1, 1)
    assert hearing.hear_reply("+1 503 555 0100", "START", at=timezone.now())
    assert Reach.objects.get(user=cast.rosa).by_sms


def test_a_number_that_is_dead_is_followed_by_mail_and_a_task(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = Pigeons(NotSent("The text gateway does not take this number.", Fate.REFUSED))
    monkeypatch.setattr(sms, "gateway", lambda: dead)
    by_text(cast)
    tell_rosa(cast)

    post(cast.northgate, at=timezone.now())
    post(cast.northgate, at=timezone.now())

    assert len(mail.outbox) == 1
    assert Task.objects.filter(case=cast.case, key__startswith="unreached-").exists()


def test_a_number_without_proof_or_consent_gets_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    pigeons = Pigeons()
    monkeypatch.setattr(sms, "gateway", lambda: pigeons)
    Reach.objects.create(user=cast.rosa, phone="+15035550100", agreed_at=timezone.now())
    tell_rosa(cast)

    post(cast.northgate, at=timezone.now())

    assert (pigeons.sent, len(mail.outbox)) == ({}, 1)
