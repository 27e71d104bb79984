"""What the tests of this room share: a case with a holder of records, and a form to sign."""

from datetime import datetime
from typing import Any

from django.core import mail
from django.test import Client
from django.utils import timezone

from konsil.cases.life import Stage
from konsil.cases.models import Case, RecordHolder
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import Institution
from konsil.records import asking
from konsil.records.models import RecordRequest, Release
from konsil.records.signing import screen_of, sign_release
from tests.cast import Cast, put_at

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BORN = {"birth_date_day": "14", "birth_date_month": "3", "birth_date_year": "1971"}
WRONG = {"birth_date_day": "2", "birth_date_month": "9", "birth_date_year": "1944"}


def now() -> datetime:
    return timezone.now()


def ready(cast: Cast) -> None:
    """The hospital has an address and Rosa a telephone, as both have in life."""
    Institution.objects.filter(pk=cast.northgate.pk).update(address="1 Harbor Street\nNorthgate")
    cast.northgate.refresh_from_db()
    for case in (cast.case, cast.petras_case):
        case.patient.phone = "+1 503 555 0188"
        case.patient.save()
        case.diagnosis = "A spot in my right lung"
        case.save()
        case.refresh_from_db()


def ask(cast: Cast, case: Case | None = None, **about: Any) -> RecordRequest:
    """Somebody holds records of the case; a form waits to be signed."""
    ready(cast)
    case = case or cast.case
    given = {
        "name": "Lakeside Lung Clinic",
        "email": "records@lakesidelung.example",
        "address": "40 Shore Road, Lakeside",
        "what": "Lung function tests and visit notes",
        "dates": "from 2024 on",
    }
    holder = RecordHolder.objects.create(case=case, **{**given, **about})
    return asking.ask_holder(case, holder, by=SYSTEM, at=now())


def sign(cast: Cast, request: RecordRequest, name: str = "Rosa Delgado") -> Release:
    """She signs by typing."""
    who = cast.rosa if request.case_id == cast.case.pk else cast.petra
    release = Release.objects.select_related("case__patient", "case__tenant", "holder").get(
        pk=request.release_id
    )
    return sign_release(
        release, typed=name, by=Actor.of(who), at=now(), screen=screen_of(release, at=now())
    )


def send(cast: Cast, request: RecordRequest | None = None) -> tuple[RecordRequest, str]:
    """Signed, the case accepted, the link mailed: the request and the token in the mail."""
    request = request or ask(cast)
    case = request.case
    sign(cast, request, str(case.patient))
    put_at(case, Stage.GATHERING)
    request = asking.send_request(request, by=SYSTEM, at=now())
    return request, token_in(str(mail.outbox[-1].body))


def token_in(words: str) -> str:
    return words.partition("/records/")[2].partition("/")[0]


def opened(cast: Cast, request: RecordRequest | None = None) -> tuple[Client, RecordRequest]:
    """A browser that opened the link with the right birth date."""
    request, token = send(cast, request)
    client = Client()
    assert client.post(f"/records/{token}/", BORN).status_code == 302
    request.refresh_from_db()
    return client, request


def come_in(client: Client, who: Any) -> None:
    client.force_login(who, backend=BACKEND)
