"""Every text × everything that can happen: no letter tells a word of the case (F1.6, I7)."""

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone, translation
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from konsil.cases.actions import set_task
from konsil.cases.models import Case, Question, Task
from konsil.cases.verbs import Verb
from konsil.core import sms
from konsil.notices.composing import compose
from konsil.notices.models import Letter, Notice
from konsil.notices.people import Receiver
from konsil.notices.posting import post
from konsil.notices.telling import queue
from konsil.notices.texts import TEXTS, For
from konsil.notices.wording import LANGUAGES, VARIABLES, refusal
from konsil.people.actors import Actor
from konsil.people.roles import Role
from tests.canary import Canaries
from tests.cast import Cast

CANARY = "CNRY"


@pytest.fixture
def singing(cast: Cast, settings: Any) -> Cast:
    """Every text of the case carries a token."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sing = Canaries().sing
    case = cast.case
    case.diagnosis = sing("rosa", "clinical")
    case.local_physician = sing("rosa", "clinical")
    case.save()
    case.patient.family_name, case.patient.given_name = sing("rosa", "name"), sing("rosa", "name")
    case.patient.save()
    cast.line.name, cast.line.specialty = sing("line", "illness"), sing("line", "illness")
    cast.line.conditions = [sing("line", "illness")]
    cast.line.save()
    Question.objects.filter(case=case).update(text=sing("rosa", "clinical"))
    set_task(
        case,
        role=Role.PATIENT,
        what=sing("rosa", "task"),
        who=sing("rosa", "holder"),
        key="release-1",
        by=Actor.of(cast.ada),
        at=timezone.now(),
    )
    return cast


@pytest.mark.parametrize("verb", sorted(Verb))
def test_whatever_happens_no_letter_tells_of_it(singing: Cast, verb: Verb) -> None:
    """F1.6: each event with everything that follows it in this room, by mail."""
    for role in (Role.REFERRER, Role.ASKED, Role.REVIEWER):
        who = singing.brid if role == Role.REFERRER else singing.okoye
        singing.case.seat(role, by=Actor.of(singing.ada), at=timezone.now(), quietly=True, user=who)
    task = Task.objects.get(case=singing.case)
    singing.case.tell(
        verb, by=Actor.of(singing.mona), at=timezone.now(), task=str(task.pk), audience="patient"
    )

    for row in ProcrastinateJob.objects.order_by("pk"):
        if row.task_name.startswith("notices."):
            app.tasks[row.task_name].func(**row.args)
    post(singing.northgate, at=timezone.now())

    for letter in mail.outbox:
        said = f"{letter.subject}\n{letter.body}\n{letter.extra_headers}"
        assert CANARY not in said
        assert singing.case.number not in said


@pytest.mark.parametrize("words", sorted(TEXTS))
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_text_tells_a_word_of_the_case(singing: Cast, words: str, language: str) -> None:
    """F1.6: each text in each language, as a letter and as a text message."""
    Case.objects.filter(pk=singing.case.pk).update(stage="gathering")
    singing.case.patient.language = language
    singing.case.patient.save()
    role = Role.PATIENT if TEXTS[words].reader == For.PATIENT else Role.COORDINATOR
    to = [Receiver(singing.rosa.email, role, singing.rosa)]
    event = singing.case.tell(Verb.MESSAGE_SENT, by=Actor.of(singing.ada), at=timezone.now())
    (notice,) = queue(singing.case, to, words, at=timezone.now(), event=event)

    letter = Letter(tenant=singing.northgate, user=singing.rosa, email=singing.rosa.email)
    said = compose(letter, [Notice.objects.select_related("case__patient").get(pk=notice.pk)])

    for part in (said.subject, said.body, said.short):
        assert CANARY not in part
        assert "{" not in part
    assert len(said.short) <= sms.LONGEST
    assert f"/cases/{singing.case.pk}/" in said.body


@pytest.mark.parametrize("words", sorted(TEXTS))
def test_the_words_that_we_bring_pass_their_own_check(cast: Cast, words: str) -> None:
    """F1.6: what a hospital may not write, we do not write either, in either language."""
    for language in LANGUAGES:
        with translation.override(language):
            text = TEXTS[words]
            for said in (text.subject, text.words, text.verb):
                assert refusal(str(said), tenant=cast.northgate) == ""


def test_the_only_variables_are_about_the_receiver_and_the_hospital() -> None:
    """F1.6: an allow-list; a name more would have to be argued here."""
    assert set(VARIABLES) == {"name", "hospital", "phone"}
