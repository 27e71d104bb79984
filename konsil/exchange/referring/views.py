"""The FHIR doors of a clinic's software: create, one transaction, read, search, what we can."""

import json
from importlib.metadata import version
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.doorway import door, log_look
from konsil.cases.models import Case
from konsil.exchange.referring import fhir_shown as shown
from konsil.exchange.referring.door import MachineRequest, machine_door
from konsil.exchange.referring.fhir import Json, read_request
from konsil.exchange.referring.order import Refused, take
from konsil.referrals.models import Referral

TYPE = "application/fhir+json; charset=utf-8"
TAKEN = ("application/fhir+json", "application/json")
ENTRIES = 20


def said(body: Json, *, status: int = 200) -> HttpResponse:
    """A resource as the answer."""
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=TYPE, status=status)


def say(status: int, code: str, words: str) -> HttpResponse:
    """No, as an OperationOutcome."""
    return said(shown.outcome([(code, words, "")]), status=status)


class NotJson(Exception):
    """The body cannot be read; the answer is ready."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


def _resource(request: HttpRequest, kind: str) -> Json:
    if (request.content_type or "").casefold() not in TAKEN:
        raise NotJson(say(415, "not-supported", "Send application/fhir+json."))
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as torn:
        raise NotJson(say(400, "structure", "This is not JSON.")) from torn
    found = body.get("resourceType") if isinstance(body, dict) else None
    if found != kind:
        raise NotJson(say(400, "structure", f"Send a {kind} here; this is {str(found)[:40]}."))
    return dict(body)


@machine_door("GET", "POST", say=say)
def requests(request: MachineRequest) -> HttpResponse:
    """POST creates one ServiceRequest with its patient contained; GET finds own ones by number."""
    if request.method == "GET":
        return _search(request)
    try:
        body = _resource(request, "ServiceRequest")
        case, new = _take(request, body, {})
    except NotJson as no:
        return no.answer
    except Refused as refusal:
        return said(shown.refusal(refusal.wrong), status=refusal.status)
    answer = said(_told(request, case), status=201 if new else 200)
    answer["Location"] = f"{settings.PUBLIC_URL}/fhir/ServiceRequest/{case.pk}"
    return answer


def _take(request: MachineRequest, body: Json, beside: dict[str, Json]) -> tuple[Case, bool]:
    return take(
        read_request(body, beside),
        clinic=request.token.institution,
        way=Referral.Way.FHIR,
        by=request.actor,
        at=timezone.now(),
        today=timezone.localdate(),
    )


def _told(request: MachineRequest, case: Case) -> Json:
    own = Case.objects.front().get(pk=case.pk)
    return shown.service_request(own, Referral.objects.visible_to(request.actor).get(case=own))


@machine_door("POST", say=say)
def transaction(request: MachineRequest) -> HttpResponse:
    """A transaction bundle with one ServiceRequest, and beside it whom it names."""
    try:
        body = _resource(request, "Bundle")
        order, beside = _entries(body)
        case, new = _take(request, order, beside)
    except NotJson as no:
        return no.answer
    except Refused as refusal:
        return said(shown.refusal(refusal.wrong), status=refusal.status)
    where = f"ServiceRequest/{case.pk}"
    status = "201 Created" if new else "200 OK"
    entries: list[Json] = [
        {"response": {"status": status, "location": where}, "resource": _told(request, case)}
        if _kind(entry) == "ServiceRequest"
        else {"response": {"status": "200 OK"}}
        for entry in body["entry"]
    ]
    return said(shown.bundle("transaction-response", entries))


def _kind(entry: Any) -> str:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    return str(resource.get("resourceType", "")) if isinstance(resource, dict) else ""


def _entries(body: Json) -> tuple[Json, dict[str, Json]]:
    """The one request of the bundle, and the others by every name that it may use for them."""
    entries = body.get("entry")
    if body.get("type") != "transaction" or not isinstance(entries, list):
        raise NotJson(say(400, "structure", "Send a bundle of the type “transaction”."))
    if len(entries) > ENTRIES or sum(_kind(each) == "ServiceRequest" for each in entries) != 1:
        raise NotJson(say(422, "business-rule", "Send one ServiceRequest a bundle."))
    beside: dict[str, Json] = {}
    order: Json = {}
    for entry in entries:
        kind = _kind(entry)
        if kind == "ServiceRequest":
            order = entry["resource"]
        elif kind:
            beside[str(entry.get("fullUrl", uuid4()))] = entry["resource"]
            beside[f"{kind}/{entry['resource'].get('id', uuid4())}"] = entry["resource"]
    return order, beside


def _search(request: MachineRequest) -> HttpResponse:
    """Own requests by the clinic's order number, or by ours; never another's (F12.1)."""
    asked = request.GET.get("identifier", "").strip()
    if not asked:
        return say(400, "required", "Say which: ?identifier=<your order number>.")
    number = Q(order_number=asked) | Q(order_number__endswith=f"|{asked}") | Q(case__number=asked)
    found = (
        Referral.objects.visible_to(request.actor)
        .filter(number, institution=request.actor.clinic)
        .filter(case__in=Case.objects.visible_to(request.actor))
        .order_by("referred_at")[:ENTRIES]
    )
    entries: list[Json] = []
    for row in found:
        case = Case.objects.front().get(pk=row.case_id)
        log_look(request, case, Action.SEE_CASE)
        url = f"{settings.PUBLIC_URL}/fhir/ServiceRequest/{case.pk}"
        entries.append({"fullUrl": url, "resource": shown.service_request(case, row)})
    return said(shown.bundle("searchset", entries, total=len(entries)))


@machine_door("GET", say=say)
def one_request(request: MachineRequest, request_id: UUID) -> HttpResponse:
    """One own request; 404 for every other, as for one that never was."""
    return _one(request, request_id, shown.service_request)


@machine_door("GET", say=say)
def one_task(request: MachineRequest, request_id: UUID) -> HttpResponse:
    """How far one own request is."""
    return _one(request, request_id, shown.task)


def _one(request: MachineRequest, case_id: UUID, tell: Any) -> HttpResponse:
    case = Case.objects.visible_to(request.actor).front().filter(pk=case_id).first()
    rows = Referral.objects.visible_to(request.actor)
    referral = rows.filter(case=case).first() if case else None
    if case is None or referral is None:
        return say(404, "not-found", "There is no such request of yours.")
    log_look(request, case, Action.SEE_CASE)
    return said(tell(case, referral))


@door("GET", public=True)
def metadata(request: HttpRequest) -> HttpResponse:
    """The CapabilityStatement; it tells what every reader of our documentation knows."""
    on = timezone.localdate().isoformat()
    url = f"{settings.PUBLIC_URL}/fhir"
    return said(shown.capability(url, version=version("konsil"), on=on))
