"""Who opens which page: one page of each kind, with the session of somebody who may see it."""

from datetime import datetime
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.test import Client

from konsil.cases.life import Stage
from konsil.cases.models import Case, Exhibit, RecordHolder
from konsil.cases.scope import scope
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import Institution, User
from konsil.records import asking
from konsil.records.models import RecordRequest, Release
from konsil.records.signing import screen_of, sign_release
from tests.proving import second_factored

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
READ = "rosa@example.org"
SIGNED = "leila@example.org"


def cookie_of(email: str) -> str:
    """The session of somebody who just signed in, as a Cookie header."""
    client = Client()
    second_factored(client, User.objects.get(email=email), BACKEND)
    return _cookie(client)


def _cookie(client: Client) -> str:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def case_of(email: str) -> Any:
    """The case of a patient."""
    return Case.objects.select_related("patient__user", "tenant").get(patient__user__email=email)


def visits(*, at: datetime) -> list[dict[str, str]]:
    """`kind`, `path` and `cookie` of each page that is measured."""
    hospital = Institution.front()
    with scope([hospital.pk]):
        read, signed = case_of(READ), case_of(SIGNED)
        first = Exhibit.objects.filter(case=read, sort=Exhibit.Sort.STUDY).by_date_of_care()[0]
        provider = _provider(hospital, at=at)
    ada, okoye = cookie_of("ada@northgate.example"), cookie_of("okoye@northgate.example")
    rosa, leila = cookie_of(READ), cookie_of(SIGNED)
    brid = cookie_of("brid@stbrigids.example")
    case = f"/cases/{read.pk}/"
    pages = [
        ("landing", "/", ""),
        ("can you help", "/can-you-help/1/", ""),
        ("board", "/cases/", ada),
        ("list of cases", "/cases/list/", ada),
        ("case overview", case, ada),
        ("records", f"{case}records/", ada),
        ("messages", f"{case}messages/", ada),
        ("payment", f"{case}payment/", rosa),
        ("history", f"{case}history/", ada),
        ("reading room", f"{case}reading/{first.pk}/", okoye),
        ("patient’s home", case, rosa),
        ("report", f"/cases/{signed.pk}/report/", leila),
        ("referrer’s list", "/referrals/", brid),
        ("provider’s page", *provider),
    ]
    return [{"kind": kind, "path": path, "cookie": cookie} for kind, path, cookie in pages]


def _provider(hospital: Institution, *, at: datetime) -> tuple[str, str]:
    """A clinic that was asked for records, and opened its link with the birth date."""
    rows = Case.objects.select_related("patient__user", "tenant")
    asked_before = RecordRequest.objects.values("case")
    case = (
        rows.filter(stage=Stage.GATHERING, number__startswith="K-B")
        .exclude(pk__in=asked_before)
        .order_by("-number")[0]
    )
    holder = RecordHolder.objects.create(
        case=case, name="Lakeside Lung Clinic", email="records@lakeside.example", address="Oregon"
    )
    asked = asking.ask_holder(case, holder, by=SYSTEM, at=at)
    release = Release.objects.select_related("case__patient", "case__tenant", "holder").get(
        pk=asked.release_id
    )
    patient = Actor.of(case.patient.user)
    sign_release(
        release, typed=str(case.patient), by=patient, at=at, screen=screen_of(release, at=at)
    )
    with patch.object(asking, "send_link") as letter:
        asked = asking.send_request(asked, by=SYSTEM, at=at, again=True)
    token = letter.call_args.kwargs["token"]
    return f"/cases/{case.pk}/sending/{asked.pk}/", _opened(token, case.patient.birth_date)


def _opened(token: str, born: Any) -> str:
    client = Client(SERVER_NAME="127.0.0.1")
    typed = {
        "birth_date_day": str(born.day),
        "birth_date_month": str(born.month),
        "birth_date_year": str(born.year),
    }
    answer = client.post(f"/records/{token}/", typed)
    if answer.status_code != 302:
        raise RuntimeError(f"The provider’s link answers {answer.status_code}")
    return _cookie(client)


def queries(pages: list[dict[str, str]]) -> dict[str, int]:
    """SQL statements of each page, begins and commits not counted, once it is warm."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for page in pages:
        client = Client(SERVER_NAME="127.0.0.1", HTTP_COOKIE=page["cookie"])
        client.get(page["path"])
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(page["path"])
        if answer.status_code != 200:
            raise RuntimeError(f"{page['path']} answers {answer.status_code}")
        found[page["kind"]] = sum(1 for each in captured if _asks(str(each["sql"])))
    return found


def _asks(sql: str) -> bool:
    return not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"))
