"""A study's small picture, and the marks that readers draw."""

import json
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from konsil.cases import showing
from konsil.cases.access import Action, may
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.models import Case, Exhibit
from konsil.imaging.jobs import thumb_of
from konsil.imaging.models import Marks, Study
from konsil.parcels.keeping import store

MOST_MARKS = 2000


@case_view(Action.READ_RECORD, logged=False)
def thumb(request: CaseRequest, case: Case, study_id: UUID) -> HttpResponseBase:
    """JPEG of the study's middle image."""
    study = get_object_or_404(Study.objects.visible_to(request.actor), case=case, pk=study_id)
    sha256 = thumb_of(study)
    if not sha256:
        raise Http404
    return FileResponse(store().open(sha256), content_type="image/jpeg")


@case_view(Action.READ_RECORD)
def viewer(request: CaseRequest, case: Case, study_id: UUID) -> HttpResponse:
    """The images of one study, large, for whoever may read the record."""
    studies = Study.objects.visible_to(request.actor).select_related("exhibit")
    study = get_object_or_404(studies, case=case, pk=study_id)
    context = {
        "case": case,
        "study": study,
        "banner": showing.banner(case.patient, case),
        "aside": study.exhibit.state == Exhibit.State.SET_ASIDE,
        "back": f"/cases/{case.pk}/records/",
    }
    return render(request, "imaging/viewer.html", context)


@case_view(Action.READ_RECORD, "GET", "PUT", logged=False)
def marks(request: CaseRequest, case: Case, study_uid: str) -> HttpResponse:
    """GET: everybody's marks on the study. PUT: the reader's own, as a whole."""
    visible = Study.objects.visible_to(request.actor).filter(case=case, uid=study_uid)
    if not visible.exists():
        raise Http404
    if request.method == "PUT":
        return _save(request, case, study_uid)
    rows = Marks.objects.visible_to(request.actor).filter(case=case, study_uid=study_uid)
    found = [
        {**mark, "author": str(row.author), "at": row.saved_at.isoformat()}
        for row in rows.select_related("author")
        for mark in row.annotations
    ]
    return JsonResponse({"annotations": found})


def _save(request: CaseRequest, case: Case, study_uid: str) -> HttpResponse:
    if not may(Action.MARK_IMAGES, request.roles) or request.actor.user is None:
        return JsonResponse({"error": "Only a reviewer of the case draws here."}, status=403)
    try:
        given = json.loads(request.body)["annotations"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"error": "The marks could not be read."}, status=400)
    if not isinstance(given, list) or len(given) > MOST_MARKS:
        return JsonResponse({"error": f"At most {MOST_MARKS} marks a study."}, status=422)
    own = [
        mark
        for mark in given
        if isinstance(mark, dict) and mark.get("author") in {None, "", str(request.actor.user)}
    ]
    Marks.objects.update_or_create(
        case=case,
        study_uid=study_uid,
        author=request.actor.user,
        defaults={"annotations": own, "saved_at": timezone.now()},
    )
    return JsonResponse({"saved": len(own)})
