"""The pages: what the desk puts off, what a hospital may write, how people choose to be reached."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from konsil.cases.actions import set_task
from konsil.cases.life import Stage
from konsil.cases.models import Task
from konsil.cases.verbs import Verb
from konsil.core import sms
from konsil.notices import hearing, keeping
from konsil.notices.models import Notice, PracticeNotices, Reach, TextVersion, Timer
from konsil.notices.sweeping import sweep
from konsil.notices.texts import TEXTS
from konsil.people.actors import SYSTEM, Actor
from konsil.people.roles import Role
from tests.cast import Cast, put_at, user

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def post_office(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def as_(who: Any) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def timer_of(cast: Cast) -> Timer:
    """Rosa's case waits for her answer since now."""
    put_at(cast.case, Stage.NEEDS_INFO, at=timezone.now())
    keeping.keep_stage(cast.case, at=timezone.now())
    found: Timer = Timer.objects.running().get(case=cast.case, key=Timer.STAGE)
    return found


def put_off(client: Client, cast: Cast, timer: Timer, **said: str) -> Any:
    data = {f"{timer.pk}-{name}": value for name, value in said.items()}
    return client.post(f"/cases/{cast.case.pk}/reminders/{timer.pk}/", {"act": "snooze", **data})


def test_the_desk_sees_when_the_next_reminder_goes(cast: Cast) -> None:
    """F4.4: on its page, and beside the case."""
    timer_of(cast)
    ada = as_(cast.ada)

    page = ada.get(f"/cases/{cast.case.pk}/reminders/").content.decode()
    beside = ada.get(f"/cases/{cast.case.pk}/reminders/next/").content.decode()

    assert "answer our question" in page
    assert "reminder to the patient" in page
    assert "Patient: next reminder to the patient" in beside
    assert as_(cast.rosa).get(f"/cases/{cast.case.pk}/reminders/").status_code == 403
    assert as_(cast.zoe).get(f"/cases/{cast.case.pk}/reminders/").status_code == 404


def test_a_snooze_needs_a_day_to_come_and_a_reason(cast: Cast) -> None:
    """F4.6: refused beside the field, and what was typed stays."""
    timer, ada = timer_of(cast), as_(cast.ada)
    coming = (timezone.localdate() + timedelta(days=9)).isoformat()

    without = put_off(ada, cast, timer, until=coming, reason="")
    past = put_off(ada, cast, timer, until="2020-01-01", reason="She is away")

    assert (without.status_code, past.status_code) == (422, 422)
    assert "Say in a few words why" in without.content.decode()
    assert coming in without.content.decode()
    assert "Choose a day that is still to come" in past.content.decode()
    timer.refresh_from_db()
    assert timer.snoozed_until is None


def test_an_answer_does_not_end_the_snooze_and_is_shown(cast: Cast) -> None:
    """F4.6: nothing goes out until the day; the answer stands beside it; then it goes on."""
    timer, ada, now = timer_of(cast), as_(cast.ada), timezone.now()
    day = timezone.localdate() + timedelta(days=9)
    assert put_off(ada, cast, timer, until=day.isoformat(), reason="She is away").status_code == 302
    rosa = Actor.of(cast.rosa)
    answered = now + timedelta(days=1)
    cast.case.tell(Verb.MESSAGE_SENT, by=rosa, at=answered, audience="patient", outside=True)

    sweep(cast.northgate, at=now + timedelta(days=5))

    assert not Notice.objects.filter(timer=timer).exists()
    page = ada.get(f"/cases/{cast.case.pk}/reminders/").content.decode()
    assert "She is away" in page
    assert "Rosa Delgado wrote a message" in page
    assert "The reminders stay put off" in page
    sweep(cast.northgate, at=now + timedelta(days=11))
    assert Notice.objects.filter(timer=timer, words="remind").count() == 1


def test_the_bell_counts_what_is_new_and_only_hers(cast: Cast) -> None:
    timer_of(cast)
    sweep(cast.northgate, at=timezone.now() + timedelta(days=2))
    rosa = as_(cast.rosa)

    assert ">1<span" in rosa.get("/notices/bell/").content.decode()
    assert "One thing" not in as_(cast.petra).get("/notices/").content.decode()
    assert str(TEXTS["remind"].words)[:20] in rosa.get("/notices/").content.decode()
    rosa.post("/notices/")
    assert 'class="count"' not in rosa.get("/notices/bell/").content.decode()


def words(**said: str) -> dict[str, str]:
    return {"subject": "News", "words": "Something waits.", "verb": "Look", "act": "save", **said}


@pytest.mark.parametrize(
    ("field", "said", "why"),
    [
        ("words", "About your {diagnosis}", "tells about health"),
        ("words", "Dear {nickname}", "There is no {nickname}"),
        ("words", "Your biopsy is here", "biopsy"),
        ("subject", "Thoracic oncology writes to you", "oncolog"),
        ("verb", "See the spot on the lung", "lung"),
        ("words", "Go to https://evil.example", "Take the address out"),
        ("words", "A brace {", "A brace is open"),
        ("subject", "", "Write a subject"),
    ],
)
def test_words_about_health_are_refused_beside_the_field(
    cast: Cast, field: str, said: str, why: str
) -> None:
    """F1.6: unknown variables, health words and what the hospital's own lines are called."""
    answer = as_(cast.mona).post("/notices/texts/remind/en/", words(**{field: said}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert why.replace("'", "&#x27;") in page
    assert f'id="id_{field}_error"' in page
    assert not TextVersion.objects.exists()


def test_a_hospital_writes_its_own_words_and_keeps_the_old(cast: Cast) -> None:
    """Versioned, previewed, sent to nobody but oneself, and used from then on."""
    mona = as_(cast.mona)
    own = words(words="{hospital} waits for something, {name}. Call {phone}.")

    looked = mona.post("/notices/texts/remind/en/", own | {"act": "preview"})
    tested = mona.post("/notices/texts/remind/en/", own | {"act": "test"})

    assert "Northgate Hospital waits for something, Mona Reyes" in looked.content.decode()
    assert (tested.status_code, [letter.to for letter in mail.outbox]) == (200, [[cast.mona.email]])
    assert not TextVersion.objects.exists()
    mona.post("/notices/texts/remind/en/", own)
    mona.post("/notices/texts/remind/en/", words(subject="Other"))
    assert [each.number for each in TextVersion.objects.filter(tenant=cast.northgate)] == [2, 1]
    page = mona.get("/notices/texts/remind/en/").content.decode()
    assert "Version 2 holds" in page
    assert as_(cast.ada).get("/notices/texts/").status_code == 403


def test_the_hospital_names_who_is_told_when_nobody_moves(cast: Cast) -> None:
    """F4.4: escalation goes to a named person, with a task of hers."""
    mona = as_(cast.mona)
    nights = {"quiet_from": "20:00", "quiet_until": "09:00"}
    assert (
        mona.post("/notices/practice/", nights | {"escalate_to": str(cast.ada.pk)}).status_code
        == 302
    )
    assert PracticeNotices.of(cast.northgate).escalate_to == cast.ada
    put_at(cast.case, Stage.SCREENING, at=timezone.now())
    keeping.keep_stage(cast.case, at=timezone.now())

    sweep(cast.northgate, at=timezone.now() + timedelta(days=6))

    late = Task.objects.get(case=cast.case, key__startswith="late-")
    assert (late.role, late.user) == (Role.DIRECTOR, cast.ada)
    assert Notice.objects.filter(words="escalated", user=cast.ada).count() == 1


def test_text_messages_need_a_yes_and_a_code(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """F1.6, E7: nobody enters somebody else's number; five tries."""
    texts: list[str] = []

    class Keeps:
        def send(self, *, to: str, text: str, key: str) -> None:
            texts.append(text)

    monkeypatch.setattr(sms, "gateway", Keeps)
    rosa, phone = as_(cast.rosa), {"phone": "503 555 0100"}

    assert rosa.post("/notices/settings/", phone).status_code == 422
    assert rosa.post("/notices/settings/", phone | {"agrees": "on"}).status_code == 302
    figures = texts[0][:6]
    wrong = "000000" if figures != "000000" else "111111"
    assert rosa.post("/notices/settings/", {"code": wrong}).status_code == 422
    assert not Reach.objects.get(user=cast.rosa).by_sms
    assert rosa.post("/notices/settings/", {"code": figures}).status_code == 302

    reach = Reach.objects.get(user=cast.rosa)
    assert (reach.by_sms, reach.phone) == (True, "+15035550100")
    assert "reply STOP" in reach.agreed_words


def test_five_wrong_codes_lock(cast: Cast) -> None:
    from konsil.people.models import Pass

    reach = Reach.objects.create(user=cast.rosa, code_until=timezone.now() + timedelta(minutes=9))
    reach.code_hash = Pass.hash_of(f"{reach.pk}:123456")

    tries = [reach.prove("000000", at=timezone.now()) for _ in range(5)]

    assert tries == [False] * 5
    assert not reach.prove("123456", at=timezone.now())


def test_a_gateway_is_believed_only_with_its_signature(cast: Cast, settings: Any) -> None:
    """E7: STOP from the gateway counts, a forged or old one does not."""
    settings.POST_SECRET = "a secret of two"
    now = timezone.now()
    Reach.objects.create(user=cast.rosa, phone="+15035550100", phone_proven_at=now, agreed_at=now)
    said = json.dumps({"what": "reply", "from": "+15035550100", "text": "STOP"}).encode()

    def tell(stamp: int, signature: str) -> int:
        head = f"t={stamp},v1={signature}"
        path = "/notices/heard/"
        sent = {"content_type": "application/json", "headers": {"X-Konsil-Signature": head}}
        return int(Client().post(path, said, **sent).status_code)

    stamp = int(time.time())
    assert tell(stamp, "0" * 64) == 400
    assert tell(stamp - 4000, hearing.sign(said, stamp - 4000)) == 400
    assert Reach.objects.get(user=cast.rosa).by_sms
    assert tell(stamp, hearing.sign(said, stamp)) == 200
    assert not Reach.objects.get(user=cast.rosa).by_sms


def test_a_reminder_of_a_task_goes_to_whoever_owes_it(cast: Cast) -> None:
    """F4.4: a billing task reminds the billing desk, not the coordinators."""
    task = set_task(
        cast.case, role=Role.BILLING, what="Settle it", key="bill", by=SYSTEM, at=timezone.now()
    )
    other = user("Bo Brandt-Lie", (cast.northgate, Role.BILLING))
    keeping.keep_task(task, began_at=timezone.now(), at=timezone.now())

    sweep(cast.northgate, at=timezone.now() + timedelta(days=3))

    told = Notice.objects.filter(timer__task=task, words="desk").values_list("email", flat=True)
    assert set(told) == {cast.berta.email, other.email}
