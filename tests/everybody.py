"""Every address of the URL configuration with the ids of one case, and a browser for everybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from konsil.cases.models import Case, Exhibit
from konsil.imaging.models import Instance, Study
from konsil.opinions.models import KeyImage
from konsil.parcels.models import IdentityDecision, Upload
from konsil.records.models import RecordRequest
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
        "token": rich.ids[f"{owner}_token"],
        "aside": Study.objects.get(case=case, exhibit__state=Exhibit.State.SET_ASIDE),
    }


def address(route: Route, ids: dict[str, Any]) -> str:
    """The route's address, with these ids in it."""
    if route.name == "parcels:identity":
        ids = ids | {"exhibit_id": ids["aside"].exhibit_id}
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

    def knock(self, name: str, method: str, path: str, **sent: Any) -> Any:
        """Ask, and undo whatever it did."""
        with undone():
            answer = self.browsers[name].generic(method, path, **sent)
            if answer.streaming:
                answer.streaming_content = list(answer.streaming_content)
        return answer


def gather(blocker: Any, files: Any) -> Iterator[Everybody]:
    """For a fixture of a whole module: the rich case in one transaction that is thrown away."""
    with pytest.MonkeyPatch.context() as patch, blocker.unblock():
        patch.setattr("django.conf.settings.FILES", files)
        from konsil.parcels.keeping import store

        store.cache_clear()
        with undone():
            rich = build()
            ids = {owner: ids_of(rich, owner) for owner in ("rosa", "petra")}
            yield Everybody(rich, ids, browsers(rich))
        store.cache_clear()
