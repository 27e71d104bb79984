"""A document on the screen: its page, its reading copy, its small picture, and the original."""

from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view, log_look
from konsil.cases.models import Case, Exhibit, Look
from konsil.parcels.keeping import store
from konsil.people.roles import Role
from konsil.records.models import Document

Answer = TypeVar("Answer", bound=HttpResponseBase)
ONE_LOOK = timedelta(minutes=10)
"""Reading on in the same document is the same look."""

POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


def find(request: CaseRequest, case: Case, exhibit_id: UUID) -> Document:
    """The document behind a line of this case's record, if the visitor may see that line."""
    rows = Document.objects.visible_to(request.actor).select_related("exhibit", "holding")
    found: Document = get_object_or_404(rows, case=case, exhibit=exhibit_id)
    if found.exhibit.state == Exhibit.State.REMOVED:
        raise Http404
    return found


@case_view(Action.READ_RECORD, logged=False)
def page(request: CaseRequest, case: Case, exhibit_id: UUID) -> HttpResponse:
    """The document in the browser, with where it came from and the way to the original."""
    document = find(request, case, exhibit_id)
    look_once(request, case)
    context = {
        "case": case,
        "document": document,
        "exhibit": document.exhibit,
        "filing": document.exhibit.filings.order_by("created_at").first(),
        "calm": bool(request.roles & {Role.PATIENT, Role.PROXY, Role.REFERRER}),
        "scanned": document.holding.scan == "clean",
    }
    return render(request, "records/document.html", context)


@case_view(Action.READ_RECORD, logged=False)
def preview(request: CaseRequest, case: Case, exhibit_id: UUID) -> HttpResponseBase:
    """The cleaned PDF, the picture drawn anew, or the plain words; never the raw upload."""
    document = find(request, case, exhibit_id)
    copy = document.copy("pdf", "preview")
    words = document.holding.facts.get("text")
    if not document.may_leave or not (copy or words):
        raise Http404
    look_once(request, case)
    if copy:
        return guarded(FileResponse(store().open(copy["sha256"]), content_type=copy["media_type"]))
    return guarded(HttpResponse(str(words), content_type="text/plain; charset=utf-8"))


@case_view(Action.READ_RECORD, logged=False)
def thumb(request: CaseRequest, case: Case, exhibit_id: UUID) -> HttpResponseBase:
    """The small picture, if there is one."""
    document = find(request, case, exhibit_id)
    copy = document.copy("thumb")
    if copy is None or not document.may_leave:
        raise Http404
    return guarded(FileResponse(store().open(copy["sha256"]), content_type=copy["media_type"]))


@case_view(Action.READ_RECORD)
def original(request: CaseRequest, case: Case, exhibit_id: UUID) -> HttpResponseBase:
    """The bytes as they came, as a file to keep; never what the scanner objected to."""
    document = find(request, case, exhibit_id)
    if not document.may_leave:
        raise PermissionDenied("The virus scanner held this file back. Nobody can open it.")
    filing = document.exhibit.filings.order_by("created_at").first()
    name = filing.name if filing else document.title
    return guarded(
        FileResponse(
            store().open(document.holding.sha256),
            as_attachment=True,
            filename=name.replace("\r", " ").replace("\n", " "),
            content_type="application/octet-stream",
        )
    )


def guarded(response: Answer) -> Answer:
    """Bytes that came from outside: no script, no frame, no guessing what they are."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def look_once(request: CaseRequest, case: Case) -> None:
    """One line of the access list for one reading, however many parts are fetched."""
    stem = request.path.partition("/documents/")[2].partition("/")[0]
    lately = Look.objects.filter(
        case=case,
        at__gt=timezone.now() - ONE_LOOK,
        actor_user=request.actor.user,
        actor_pass=request.actor.held,
        path__contains=f"/documents/{stem}/",
    )
    if not lately.exists():
        log_look(request, case, Action.READ_RECORD)
