"""Two clinics of one hospital: what one does changes no byte of what the other gets (F12.1)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from konsil.cases.life import Stage
from konsil.cases.models import Case
from konsil.exchange.referring.tests.orders import machine, order, token_for
from konsil.messaging.models import Audience, Thread
from konsil.people.actors import Actor
from konsil.people.models import User
from konsil.people.roles import Role
from konsil.referrals.batches import refer_list
from konsil.referrals.models import ReferenceNumber
from konsil.referrals.numbering import number_of
from konsil.referrals.tests.test_lists import GOOD, HEAD
from konsil.referrals.tests.test_referring import given
from tests.cast import Cast, put_at, user
from tests.test_house_rules import routes
from tests.test_who_sees_a_case import BACKEND

TOKENS = re.compile(r'(content|value)="(?:[A-Za-z0-9]{64}|[0-9a-f-]{36})"|ticket=[^"&]+')
LIVE = re.compile(r'data-live="[^"]*"')
WRONG = {"birth_date_day": "9", "birth_date_month": "4", "birth_date_year": "1958"}
ASKED = ("Byrne", "Nuala", "K-", "K-2043", "SB-77", "1958")
LISTS = ("/referrals/", "/cases/", "/cases/list/", "/messages/", "/start/", "/payments/")


def enter(who: User) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def of_referrals() -> Iterator[str]:
    """Every GET route of referrals without an id in it, so that a new one is met here too."""
    for route, view in routes():
        ours = route.startswith(("referr", "fhir/")) and "<" not in route
        if ours and "GET" in getattr(view, "methods", ("GET",)):
            yield f"/{route}"


def shown(answer: Any) -> tuple[int, str]:
    """What came back, without what is new each time."""
    text = answer.content.decode()
    return answer.status_code, LIVE.sub("", TOKENS.sub("", text))


def answers(cast: Cast, hal: Client, harry: Client, software: Client) -> dict[str, Any]:
    """Everything that the other clinic can ask: lists, counts, searches, errors, software."""
    found: dict[str, Any] = {}

    def ask(name: str, call: Any) -> None:
        with CaptureQueriesContext(connection) as queries:
            answer = call()
        found[name] = (*shown(answer), len(queries))

    for who, browser in (("hal", hal), ("harry", harry)):
        for page in sorted({*LISTS, *of_referrals()}):
            ask(f"{who} {page}", lambda b=browser, p=page: b.get(p))
        for words in ASKED:
            ask(f"{who} finds {words}", lambda b=browser, w=words: b.get("/referrals/", {"q": w}))
            ask(f"{who} lists {words}", lambda b=browser, w=words: b.get("/cases/list/", {"q": w}))
    for show in ("", "ours", "patient", "report", "ended"):
        ask(f"shows {show}", lambda s=show: hal.get("/referrals/", {"show": s}))
    file = f"{HEAD}\n{GOOD}".encode()
    ask("a list", lambda: hal.post("/referrals/list/", {"file": SimpleUploadedFile("a.csv", file)}))
    ask("an error", lambda: hal.post("/referrals/new/", given(cast, birth_date_year="2050")))
    sent = {"number": "7K3QM9XW2D", "physician": "Dr. B", **WRONG}
    ask("a number", lambda: hal.post("/referrals/number/", sent))
    for asked in ("ORD-1", "urn:orders|ORD-1", "K-2043"):
        path = "/fhir/ServiceRequest"
        ask(f"software {asked}", lambda p=path, a=asked: software.get(p, {"identifier": a}))
    return found


def busy(cast: Cast) -> None:
    """St Brigid's does everything that it can."""
    brid, by, now = enter(cast.brid), Actor.of(cast.brid), timezone.now()
    brid.post("/referrals/new/", given(cast))
    case = Case.objects.get(patient__family_name="Byrne")
    Thread.of(case, Audience.REFERRER).write("Hello", by=by, at=now)
    put_at(case, Stage.RELEASED)
    refer_list([], institution=cast.brigids, file_name="ours.csv", form_key=case.pk, by=by, at=now)
    brid.post("/referrals/people/", {})
    sent = json.dumps(order(cast, identifier=[{"system": "urn:orders", "value": "ORD-1"}]))
    body = sent.replace("1958-04-09", "1959-04-09")
    software = machine(token_for(cast.brigids))
    made = software.post("/fhir/ServiceRequest", body, content_type="application/fhir+json")
    assert made.status_code == 201
    number_of(cast.case, ReferenceNumber.For.CLINIC, by=by, at=now)


def test_nothing_that_one_clinic_does_changes_what_another_gets(cast: Cast) -> None:
    """F12.1: lists, counts, search, errors, numbers, exports; bytes and the number of queries."""
    harry = user("Harry Boyd", (cast.other_clinic, Role.CHILD_ADMIN))
    enter(cast.hal).post("/referrals/new/", given(cast, family_name="Own", email="own@example.org"))
    browsers = (enter(cast.hal), enter(harry), machine(token_for(cast.other_clinic)))
    answers(cast, *browsers)  # what is remembered from the first look stays out of the comparison
    before = answers(cast, *browsers)

    busy(cast)
    after = answers(cast, *browsers)

    assert len(before) > 40
    assert {name for name in before if before[name] != after[name]} == set()


def test_the_comparison_would_see_one_row(cast: Cast) -> None:
    """The same with the clinic's own row: every list and count differs, so the test can fail."""
    harry = user("Harry Boyd", (cast.other_clinic, Role.CHILD_ADMIN))
    browsers = (enter(cast.hal), enter(harry), machine(token_for(cast.other_clinic)))
    before = answers(cast, *browsers)

    enter(cast.hal).post("/referrals/new/", given(cast))
    after = answers(cast, *browsers)

    differs = {name for name in before if before[name] != after[name]}
    assert {"hal /referrals/", "hal finds Byrne", "a list"} <= differs


@pytest.mark.parametrize("same", ["name", "everything"])
def test_the_same_patient_at_another_clinic_is_no_duplicate(cast: Cast, same: str) -> None:
    """F12.1: “has an open case” would tell one clinic of the other's patient."""
    enter(cast.brid).post("/referrals/new/", given(cast))
    changed = {} if same == "everything" else {"email": "other@example.org"}

    answer = enter(cast.hal).post("/referrals/new/", given(cast, **changed))

    assert answer.status_code == 302
    assert Case.objects.filter(patient__family_name="Byrne").count() == 2
