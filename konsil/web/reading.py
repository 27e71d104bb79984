"""The reading room: the record at the left, the image in the middle, the opinion at the right.

Every item of the record has its own address here, so that a reload keeps its place and the look
at it is logged; the list of what was read for the opinion comes from those looks (F13.5).
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from konsil.cases import showing
from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.models import Case, Exhibit, LicenceRule, Look, Verdict
from konsil.imaging.models import Series
from konsil.opinions.column import column
from konsil.parcels.models import Filing
from konsil.people.places import name_of

MAY = {
    Verdict.ALLOW: "you may advise",
    Verdict.LOCAL_PHYSICIAN: "with a local physician",
    Verdict.BLOCK: "no advice allowed",
}


@case_view(Action.WRITE_REPORT)
def room(request: CaseRequest, case: Case) -> HttpResponse:
    """Lead to the item that was open last, else the newest study; an empty record is said."""
    shown = list(record(request, case))
    if not shown:
        return render(request, "web/reading.html", _context(request, case, shown, None))
    return redirect("web:reading_item", case.pk, (_last(request, case, shown) or _first(shown)).pk)


@case_view(Action.WRITE_REPORT)
def item(request: CaseRequest, case: Case, exhibit_id: UUID) -> HttpResponse:
    """The room with one item open; asked by the page itself, only the middle of it."""
    shown = record(request, case)
    exhibit = get_object_or_404(shown, pk=exhibit_id)
    if request.headers.get("X-Requested-With") == "fetch":
        return render(request, "web/_reading_item.html", _item(request, case, exhibit))
    return render(request, "web/reading.html", _context(request, case, list(shown), exhibit))


def record(request: CaseRequest, case: Case) -> Any:
    """What stands in the record, by date of care; what is set aside is not for reviewers (F3.9)."""
    seen = Exhibit.objects.visible_to(request.actor).filter(case=case, state=Exhibit.State.SHOWN)
    return seen.by_date_of_care()


def _first(shown: Iterable[Exhibit]) -> Exhibit:
    items = list(shown)
    return next((each for each in items if each.sort == Exhibit.Sort.STUDY), items[0])


def _last(request: CaseRequest, case: Case, shown: Iterable[Exhibit]) -> Exhibit | None:
    start = f"/cases/{case.pk}/reading/"
    look = (
        Look.objects.filter(case=case, actor_user=request.actor.user, path__startswith=start)
        .exclude(path=start)
        .order_by("-at")
        .first()
    )
    name = look.path.removeprefix(start).strip("/") if look else ""
    return next((each for each in shown if str(each.pk) == name), None)


def _context(
    request: CaseRequest, case: Case, shown: list[Exhibit], exhibit: Exhibit | None
) -> dict[str, Any]:
    aside = Exhibit.objects.filter(case=case, state=Exhibit.State.SET_ASIDE).count()
    return {
        **column(request, case),
        **(_item(request, case, exhibit) if exhibit else {"exhibit": None, "case": case}),
        "years": _years(shown),
        "aside": aside,
        "banner": showing.banner(case.patient, case),
        "turn": showing.whose_turn(case, request.roles),
        "due": showing.due_words(case.due_at, timezone.now()),
        "place": _place(case),
    }


def _years(shown: list[Exhibit]) -> list[tuple[str, list[Exhibit]]]:
    def year(exhibit: Exhibit) -> str:
        return str(exhibit.care_date.year) if exhibit.care_date else "Date not known"

    return [(name, list(items)) for name, items in groupby(shown, key=year)]


def _place(case: Case) -> str:
    """Where the patient is, and what the law there lets the reviewer do."""
    if not case.place:
        return ""
    rule = LicenceRule.objects.filter(tenant=case.tenant_id, place=case.place).first()
    name = rule.place_name if rule else name_of(case.place)
    return f"{name}, {MAY[LicenceRule.verdict_for(case.tenant, case.place)]}"


def _item(request: CaseRequest, case: Case, exhibit: Exhibit) -> dict[str, Any]:
    patient = case.patient
    born = patient.birth_date
    study = study_uid(exhibit) if exhibit.sort == Exhibit.Sort.STUDY else ""
    series = Series.objects.visible_to(request.actor).filter(case=case, study__uid=study)
    return {
        "case": case,
        "exhibit": exhibit,
        "study": study,
        "series": series.to_open_first() if study else None,
        "dicom_name": patient.dicom_name,
        "birth_date": f"{born:%Y%m%d}" if born else "",
        "sex": patient.sex,
        "preview": f"/cases/{case.pk}/documents/{exhibit.pk}/preview",
    }


def study_uid(exhibit: Exhibit) -> str:
    """The study that the images of this exhibit belong to; any one of its files tells."""
    filed = Filing.objects.filter(exhibit=exhibit, state=Filing.State.FILED, holding__isnull=False)
    # Not first(): sorting would read the facts of every image.
    names = list(filed.values_list("holding__facts__study_uid", flat=True)[:1])
    return names[0] or "" if names else ""
