"""Every address of the URL configuration with the ids of one case, and a browser for everybody."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from konsil.cases.models import Case, Exhibit
from konsil.imaging.models import Instance, Study
from konsil.opinions.models import KeyImage
from konsil.parcels.models import IdentityDecision, Upload
from konsil.records.models import RecordRequest
from tests.canary import Canaries, everything
from tests.matrix import PETRAS, ROSAS, columns
from tests.matrix_narrow import NARROW
from tests.narrow import seat_them
from tests.overheard import facts, more, told
from tests.rich import Rich, build, undone

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BORN = {"birth_date_day": "14", "birth_date_month": "3", "birth_date_year": "1971"}
PEOPLE = {
    "anon": "",
    "rosa": "rosa",
    "petra": "petra",
    "ada": "ada",
    "okoye": "okoye",
    "wells": "wells",
    "brid": "brid",
    "hal": "hal",
    "berta": "berta",
    "mona": "mona",
    "zoe": "zoe",
    "asked": "ferreira",
}
"""Who is signed in, by the heads of the columns; “link” holds the pass of the case's provider."""


@dataclass(frozen=True)
class Route:
    """One address: its name, its pattern, the methods that its doorway declares."""

    name: str
    pattern: str
    methods: tuple[str, ...]

    @property
    def of_case(self) -> bool:
        return "case_id" in self.pattern


def routes(resolver: Any = None, before: str = "", space: str = "") -> Iterator[Route]:
    """All of ours; django-allauth's own are listed in the test."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, pattern, f"{entry.namespace or ''}")
        elif isinstance(entry, URLPattern):
            methods = getattr(entry.callback, "methods", ())
            yield Route(f"{space}:{entry.name}" if space else str(entry.name), pattern, methods)


def ours() -> list[Route]:
    """The routes of this house, without the library's."""
    return [route for route in routes() if not route.pattern.startswith("account/")]


def ids_of(rich: Rich, owner: str) -> dict[str, Any]:
    """What stands in the addresses of one case, by the names in the patterns."""
    case: Case = rich.case if owner == "rosa" else rich.petras
    images = Instance.objects.filter(case=case).select_related("series__study__exhibit")
    image = images.get(series__study__exhibit__state=Exhibit.State.SHOWN)
    paper = Exhibit.objects.get(case=case, sort=Exhibit.Sort.PAPER, title__icontains="report")
    decision = IdentityDecision.objects.filter(case=case).first()
    request = RecordRequest.objects.get(pk=rich.ids[f"{owner}_request"])
    return {
        "case_id": case.pk,
        "key": "summary",
        "upload_id": Upload.objects.get(case=case).pk,
        "parcel_id": rich.ids[f"{owner}_parcel"],
        "exhibit_id": paper.pk,
        "decision_id": decision.pk if decision else case.pk,
        "line": "path",
        "timer_id": rich.ids[f"{owner}_timer"],
        "named": "remind",
        "language": "en",
        "request_id": request.pk,
        "release_id": request.release_id,
        "study_id": image.series.study.pk,
        "study_uid": image.series.study.uid,
        "study": image.series.study.uid,
        "series": image.series.uid,
        "instance": image.uid,
        "frame": 1,
        "image_id": KeyImage.objects.get(case=case).pk,
        "number": 1,
        "batch_id": case.pk,
        "line_id": rich.cast.line.pk,
        "place": "US-OR",
        "name": "none",
        "version_id": rich.ids["version"],
        "import_id": rich.ids["import"],
        "token": rich.ids[f"{owner}_token"],
        "paper_id": rich.ids[f"{owner}_paper"],
        "invoice_id": rich.ids["invoice"],
        "aside": Study.objects.get(case=case, exhibit__state=Exhibit.State.SET_ASIDE),
    }


def address(route: Route, ids: dict[str, Any]) -> str:
    """The route's address, with these ids in it."""
    if route.name == "parcels:identity":
        ids = ids | {"exhibit_id": ids["aside"].exhibit_id}
    if route.name.startswith("practice_out:"):
        ids = ids | {"key": "time" if route.name.endswith("line_part") else "staff"}
    if route.name == "intake:step":
        ids = ids | {"key": "questions"}
    path = route.pattern
    while "<" in path:
        head, _, rest = path.partition("<")
        name, _, tail = rest.partition(">")
        path = f"{head}{ids[name.rpartition(':')[2]]}{tail}"
    return f"/{path}"


def browsers(rich: Rich) -> dict[str, Client]:
    """Everybody at their own computer."""
    found = {}
    for name, who in PEOPLE.items():
        found[name] = Client()
        if who:
            found[name].force_login(getattr(rich.cast, who), backend=BACKEND)
    found |= seat_them(rich)
    found["clare"] = Client()
    found["clare"].force_login(rich.cast.extra["clare"], backend=BACKEND)
    for owner, name in (("rosa", "link"), ("petra", "petras_link")):
        found[name] = Client()
        opened = found[name].post(f"/records/{rich.ids[f'{owner}_token']}/", BORN)
        assert opened.status_code == 302
    return found


@dataclass
class Everybody:
    rich: Rich
    ids: dict[str, dict[str, Any]]
    browsers: dict[str, Client]

    def knock(self, who: str, method: str, path: str, **sent: Any) -> Any:
        """Ask, and undo whatever it did; `trail` counts the lines of the trail then."""
        with undone():
            ask = self.browsers[who]
            if method == "POST":
                answer = ask.post(path, sent.pop("data", {}), **sent)
            else:
                answer = ask.generic(method, path, **sent)
            if answer.streaming:
                answer.streaming_content = list(answer.streaming_content)
            answer.trail = trail()
        return answer


def trail() -> int:
    """How many events and looks there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM cases_event) + (SELECT count(*) FROM cases_look)"
        )
        return int(cursor.fetchone()[0])


@contextmanager
def gathered(blocker: Any, files: Any) -> Iterator[Everybody]:
    """The rich case and everybody around it, in one transaction that is thrown away."""
    from konsil.parcels.keeping import store

    nowhere = {"api_key": "k", "webhook_secret": "w", "api_base": "http://127.0.0.1:1"}
    with pytest.MonkeyPatch.context() as patch, blocker.unblock():
        patch.setattr("django.conf.settings.FILES", files)
        patch.setattr("django.conf.settings.STRIPE", nowhere)
        store.cache_clear()
        logging.disable(logging.CRITICAL)  # a refusal is no news here
        with undone():
            rich = build()
            ids = {owner: ids_of(rich, owner) for owner in ("rosa", "petra")}
            yield Everybody(rich, ids, browsers(rich))
        logging.disable(logging.NOTSET)
        store.cache_clear()


BODIES = {
    "records:act POST": {"act": "extend"},
    "messaging:threads POST": {"text": "Good morning"},
    "billing:decide POST": {"act": "charge"},
    "web:offers POST": {"recall": "1"},
    "referrals:clinic POST": {"act": "read"},
    "referrals:physicians POST": {"act": "name"},
}
"""What is sent where an empty form would only be sent back."""


@dataclass(frozen=True)
class Heard:
    """What came back to somebody who knocked: at which door of whose case, and all that it said."""

    owner: str
    door: str
    who: str
    status: int
    said: str
    wrote: int


@dataclass(frozen=True)
class Walk:
    """Everybody at every door, and what the case itself told meanwhile."""

    sings: Canaries
    heard: list[Heard]
    mails: list[str]
    facts: list[str]


COLUMNS = {"rosa": columns(ROSAS) + columns(NARROW), "petra": columns(PETRAS)}
OUTSIDERS = ("anon", "petra", "wells", "brid", "hal", "zoe", "pia", "ira", "ivo")
STRANGE = {("rosa", who) for who in OUTSIDERS}
NEVER = "a case that never was"
_walked: list[Walk] = []


def walked(blocker: Any, files: Any) -> Walk:
    """The walk of this session, if need be in a world of its own."""
    if not _walked:
        with gathered(blocker, files) as world:
            walk(world)
    return _walked[0]


def walk(world: Everybody) -> Walk:
    """Everybody of the matrix knocks at every door and a few more; once a session."""
    if not _walked:
        heard = list(_walk(world, trail()))
        _walked.append(Walk(world.rich.sings, heard, told(world.rich), facts()))
    return _walked[0]


def _walk(world: Everybody, before: int) -> Iterator[Heard]:
    for owner, people in COLUMNS.items():
        ids = world.ids[owner]
        doors = [
            (f"{route.name} {method}", method, address(route, ids))
            for route in ours()
            if owner == "rosa" or route.of_case
            for method in route.methods
        ]
        base = f"/cases/{ids['case_id']}/"
        doors += [(f"+{below}", "GET", base + below) for below in more(world.rich, owner)]
        doors.append((NEVER, "GET", f"/cases/{uuid4()}/"))
        for who in people:
            browser = "petras_link" if (owner, who) == ("petra", "link") else who
            for door, method, path in doors:
                if door.startswith("+") and (owner, who) in STRANGE:
                    continue
                sent = {"data": BODIES.get(door, {})} if method == "POST" else {}
                got = world.knock(browser, method, path, **sent)
                status, said = got.status_code, everything(got)
                yield Heard(owner, door, who, status, said, got.trail - before)
