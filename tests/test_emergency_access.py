"""Emergency access: a reason, a fresh proof, seen by others, over within the hour (A8, F1.5)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from konsil.cases.models import Event, Look, Question, Seat
from konsil.cases.verbs import Verb
from konsil.entrance import glass
from konsil.entrance.jobs import tell_of_emergency
from konsil.entrance.models import EmergencyAccess
from konsil.messaging.models import Message
from konsil.people.actors import Actor
from konsil.people.models import User
from konsil.people.roles import Role
from tests.cast import Cast, user

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WHY = {"reason": "breach", "words": "Somebody may have looked without need.", "minutes": "30"}


@pytest.fixture(autouse=True)
def counted_from_nothing(db: None) -> None:
    cache.clear()


@pytest.fixture
def pia(cast: Cast) -> User:
    return user("Pia Voss", (cast.northgate, Role.PRIVACY))


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def test_without_it_privacy_it_and_administration_see_no_case(cast: Cast, pia: User) -> None:
    """A8: 404 as for any stranger, and nothing in the lists."""
    others = [user("Ivo Stein", (cast.northgate, Role.ADMIN))]
    others.append(user("Ira Cole", (cast.northgate, Role.IT)))
    for who in (pia, *others):
        client = signed_in(who)
        for below in ("", "records/", "messages/", "history/", "report/", "case.zip", "payment/"):
            assert client.get(f"/cases/{cast.case.pk}/{below}").status_code == 404, (who, below)
        for page in ("/cases/", "/cases/list/?q=Delgado", "/messages/"):
            assert b"Delgado, " not in client.get(page).content
            assert cast.case.number.encode() not in client.get(page).content


def test_a_privacy_officer_opens_a_case_and_only_reads(cast: Cast, pia: User) -> None:
    """A8, F1.5: every page is a look under a name that says so; nothing can be written."""
    client = signed_in(pia)
    answer = client.post("/emergency-access/", {"number": cast.case.number.lower(), **WHY})
    case = f"/cases/{cast.case.pk}/"
    assert answer["Location"] == case
    for below in ("", "records/", "messages/", "history/", "report/"):
        assert client.get(case + below).status_code == 200, below
    assert Question.objects.filter(case=cast.case)[0].text in client.get(case).content.decode()
    looks = Look.objects.filter(case=cast.case, actor_user=pia)
    assert looks.count() == 6
    assert set(looks.values_list("actor_name", flat=True)) == {"Pia Voss, by emergency access"}

    for below, data in (("messages/", {"text": "Hello", "audience": "patient"}), ("steps/", {})):
        assert client.post(case + below, data).status_code == 403
    assert client.get(f"{case}payment/").status_code == 403
    assert client.get(f"{case}address/").status_code == 403
    assert not Message.objects.filter(case=cast.case).exists()
    assert client.get(f"/cases/{cast.petras_case.pk}/").status_code == 404


def test_the_bytes_that_follow_a_look_are_looks_too(cast: Cast, pia: User) -> None:
    """A8: what is not logged for a seat is logged for her, one by one."""
    client = signed_in(pia)
    client.post("/emergency-access/", {"number": cast.case.number, **WHY})
    before = Look.objects.count()
    client.get(f"/cases/{cast.case.pk}/messages/latest/")
    assert Look.objects.count() == before + 1


def test_it_ends_at_its_term_and_when_she_is_done(cast: Cast, pia: User) -> None:
    """A8, A11: at once, by the database's clock; never more than an hour."""
    client, case = signed_in(pia), f"/cases/{cast.case.pk}/"
    client.post("/emergency-access/", {"number": cast.case.number, **WHY})
    access = EmergencyAccess.objects.get()
    assert access.until - access.at == timedelta(minutes=30)
    assert access.seat.until == access.until
    now = timezone.now()
    Seat.objects.filter(pk=access.seat_id).update(since=now - timedelta(hours=1), until=now)
    assert client.get(case).status_code == 404

    client.post("/emergency-access/", {"number": cast.case.number, **WHY})
    assert client.get(case).status_code == 200
    again = EmergencyAccess.objects.latest("at")
    client.post("/emergency-access/end/", {"access": str(again.pk)})
    assert client.get(case).status_code == 404
    with pytest.raises(glass.NotOpened):
        glass.break_glass(
            cast.case.number,
            reason=EmergencyAccess.Reason.SAFETY,
            words="A long time",
            term=timedelta(minutes=61),
            by=Actor.of(pia),
            at=now,
        )


def test_it_needs_a_reason_in_words_and_a_fresh_proof(cast: Cast, pia: User) -> None:
    with time_machine.travel(datetime(2030, 1, 7, 9, tzinfo=UTC), tick=False) as clock:
        client = signed_in(pia)
        for missing in ({"reason": ""}, {"words": "hm"}, {"minutes": "90"}, {"number": "K-1"}):
            given = {"number": cast.case.number, **WHY, **missing}
            assert client.post("/emergency-access/", given).status_code == 422
        clock.shift(timedelta(minutes=6))
        led = client.post("/emergency-access/", {"number": cast.case.number, **WHY})
        assert led["Location"].startswith(
            "/account/2fa/reauthenticate/?next=%2Femergency-access%2F"
        )
    assert not EmergencyAccess.objects.exists()


@pytest.mark.parametrize(
    ("who", "opens"),
    [("ada", 403), ("okoye", 403), ("mona", 403), ("berta", 403), ("brid", 403), ("rosa", 403)],
)
def test_nobody_else_opens_a_case_this_way(cast: Cast, who: str, opens: int) -> None:
    """A8: the director has her seat; she reads the list, and that is all."""
    client = signed_in(getattr(cast, who))
    given = {"number": cast.case.number, **WHY}
    assert client.post("/emergency-access/", given).status_code == opens
    assert client.get("/emergency-access/").status_code == (200 if who == "mona" else 403)


def test_another_hospitals_officer_finds_no_such_case(cast: Cast) -> None:
    """A3: and learns nothing: the words are those for a number that never was."""
    client = signed_in(user("Noa Lind", (cast.other_hospital, Role.PRIVACY)))
    said = [
        client.post("/emergency-access/", {"number": number, **WHY}).content.decode()
        for number in (cast.case.number, "K-1")
    ]
    assert all("no case of this number" in page for page in said)
    assert not EmergencyAccess.objects.exists()


def test_the_others_hear_of_it_at_once_and_the_patient_reads_it(cast: Cast, pia: User) -> None:
    """A8: one letter each, without a name or a number; the reason is for the overseers alone."""
    second = user("Rut Sand", (cast.northgate, Role.PRIVACY))
    signed_in(pia).post("/emergency-access/", {"number": cast.case.number, **WHY})
    event = Event.objects.get(verb=Verb.GLASS_BROKEN)
    queued = ProcrastinateJob.objects.filter(task_name__endswith="tell_of_emergency")
    assert [job.scheduled_at for job in queued] == [None]
    for _twice in range(2):
        queued_job = tell_of_emergency
        queued_job.func(event_id=str(event.pk), tenant_id=str(cast.northgate.pk))

    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([second.email, cast.mona.email])
    for letter in mail.outbox:
        assert cast.case.number not in letter.body + letter.subject
        assert "Delgado" not in letter.body
    assert WHY["words"].encode() in signed_in(cast.mona).get("/emergency-access/").content
    rosas = signed_in(cast.rosa).get(f"/cases/{cast.case.pk}/history/").content.decode()
    assert "Pia Voss opened the case by emergency access" in rosas
    assert WHY["words"] not in rosas
