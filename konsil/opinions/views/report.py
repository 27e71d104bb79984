"""The report as people read it: the patient on her phone, the staff in a tab, and as a PDF."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from konsil.cases.access import Action, may
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import DELIVERED, Stage
from konsil.cases.models import Case, Event
from konsil.cases.verbs import Verb
from konsil.opinions.models import Version, latest
from konsil.opinions.page import drafted, shown
from konsil.opinions.printing import pdf_of
from konsil.people.roles import Role

ASKING = {Role.PATIENT, Role.PROXY}
CALM = {Role.PATIENT, Role.PROXY, Role.TREATING}


@case_view(Action.READ_REPORT)
def report(request: CaseRequest, case: Case) -> HttpResponse:
    """The newest version that the reader may see, or in words that there is none yet."""
    return _page(request, case, latest(case, request.actor))


@case_view(Action.READ_REPORT)
def version(request: CaseRequest, case: Case, number: int) -> HttpResponse:
    """One version as it was signed; an earlier one says that there is a newer."""
    return _page(request, case, _found(request, case, number))


@case_view(Action.READ_REPORT)
def pdf(request: CaseRequest, case: Case) -> HttpResponse:
    """The newest version as a PDF to keep."""
    newest = latest(case, request.actor)
    if newest is None:
        raise Http404
    return _file(request, case, newest)


@case_view(Action.READ_REPORT)
def version_pdf(request: CaseRequest, case: Case, number: int) -> HttpResponse:
    """One version as a PDF."""
    return _file(request, case, _found(request, case, number))


def _found(request: CaseRequest, case: Case, number: int) -> Version:
    seen = Version.objects.visible_to(request.actor)
    found: Version | None = seen.filter(case=case, number=number).first()
    if found is None:
        raise Http404
    return found


def _page(request: CaseRequest, case: Case, found: Version | None) -> HttpResponse:
    calm = bool(request.roles & CALM) and not may(Action.RUN_CASE, request.roles)
    if found is None:
        template = "opinions/no_report_patient.html" if calm else "opinions/no_report.html"
        draft = drafted(case, request.actor) if case.stage == Stage.DRAFTED and not calm else []
        return render(request, template, {"case": case, "draft": draft, **_doors(request, case)})
    if request.roles & ASKING:
        _tell_read(request, case)
    context = {"case": case, "version": found, **shown(found), **_doors(request, case)}
    context["versions"] = Version.objects.visible_to(request.actor).filter(case=case)
    context["newest"] = latest(case, request.actor)
    template = "opinions/report_patient.html" if calm else "opinions/report.html"
    return render(request, template, context)


def _doors(request: CaseRequest, case: Case) -> dict[str, Any]:
    """What else the reader may do from here."""
    return {
        "may_write": may(Action.WRITE_REPORT, request.roles),
        "may_sign": may(Action.SIGN_REPORT, request.roles),
        "may_release": may(Action.RELEASE_REPORT, request.roles) and case.stage == Stage.SIGNED,
        "delivered": case.stage in DELIVERED,
    }


def _tell_read(request: CaseRequest, case: Case) -> None:
    """Once for each reader."""
    user = request.actor.user
    told = Event.objects.filter(case=case, verb=Verb.REPORT_READ, actor_user=user)
    if not told.exists():
        case.tell(Verb.REPORT_READ, by=request.actor, at=timezone.now())


def _file(request: CaseRequest, case: Case, found: Version) -> HttpResponse:
    now = timezone.now()
    answer = HttpResponse(pdf_of(found, at=now), content_type="application/pdf")
    name = f"report-{case.number}-version-{found.number}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    case.tell(
        Verb.REPORT_DOWNLOADED, by=request.actor, at=now, version=str(found.pk), number=found.number
    )
    return answer
