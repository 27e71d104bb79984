"""DICOMweb for one case (PS3.18 §10): search, metadata, frames, whole instances.

Because the case is in the path, its doorway guards every image. Opening a study's metadata is the
audited look; the frames that follow are not logged one by one.
"""

import gzip
from collections.abc import Iterator
from time import monotonic
from typing import Any, BinaryIO

from django.db.models import Count, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.models import Case
from konsil.exchange.dicomweb.dicomjson import (
    instance_attributes,
    series_attributes,
    study_attributes,
)
from konsil.exchange.dicomweb.places import Place, Places, Remembered
from konsil.imaging.frames import multipart
from konsil.imaging.models import Instance, Series, Study
from konsil.parcels.keeping import store

DICOM_JSON = "application/dicom+json"
CHUNK = 256 * 1024
_remembered = Remembered()


def _answer(found: list[Any]) -> HttpResponse:
    return JsonResponse(found, safe=False, content_type=DICOM_JSON)


@case_view(Action.READ_RECORD, logged=False)
def studies(request: CaseRequest, case: Case) -> HttpResponse:
    """QIDO-RS: the studies of this case (§10.6)."""
    rows = Study.objects.visible_to(request.actor).filter(case=case)
    if uid := request.GET.get("StudyInstanceUID"):
        rows = rows.filter(uid__in=uid.replace("\\", ",").split(","))
    rows = rows.annotate(
        n_series=Count("series", distinct=True), n_images=Count("series__instances", distinct=True)
    ).prefetch_related("series")
    return _answer(
        [
            study_attributes(
                study,
                modalities=sorted({one.modality for one in study.series.all() if one.modality}),
                series=study.n_series,
                images=study.n_images,
            )
            for study in rows.order_by("study_date", "uid")
        ]
    )


def _series(request: CaseRequest, case: Case, study: str) -> Any:
    rows = Series.objects.visible_to(request.actor).filter(case=case, study__uid=study)
    return rows.select_related("study")


def _images(request: CaseRequest, case: Case, study: str, series: str = "") -> Any:
    rows = Instance.objects.visible_to(request.actor).filter(case=case, series__study__uid=study)
    return rows.filter(series__uid=series) if series else rows


@case_view(Action.READ_RECORD, logged=False)
def series_of_study(request: CaseRequest, case: Case, study: str) -> HttpResponse:
    """QIDO-RS: the series of a study."""
    rows = list(_series(request, case, study).annotate(n=Count("instances")))
    if not rows:
        raise Http404
    return _answer([series_attributes(one, images=one.n) for one in rows])


@case_view(Action.READ_RECORD, logged=False)
def instances(request: CaseRequest, case: Case, study: str, series: str = "") -> HttpResponse:
    """QIDO-RS: the instances of a study or a series."""
    rows = _images(request, case, study, series).select_related("series__study")
    found = [instance_attributes(image) for image in rows]
    if not found:
        raise Http404
    return _answer(found)


@case_view(Action.READ_RECORD)
def metadata(
    request: CaseRequest, case: Case, study: str, series: str = "", instance: str = ""
) -> HttpResponse:
    """WADO-RS: the headers, as they were read when the files came (§10.4.1.1.2)."""
    rows = _images(request, case, study, series)
    if instance:
        rows = rows.filter(uid=instance)
    texts = rows.annotate(
        header=Cast(KeyTransform("metadata", "holding__facts"), TextField())
    ).values_list("header", flat=True)
    found = [text for text in texts.order_by("number", "uid") if text]
    if not found:
        raise Http404
    body = f"[{','.join(found)}]".encode()
    response = HttpResponse(content_type=DICOM_JSON)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, 1)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    response.content = body
    return response


@case_view(Action.READ_RECORD, logged=False)
def frames(
    request: CaseRequest, case: Case, study: str, series: str, instance: str, frame: int
) -> HttpResponse:
    """WADO-RS: one frame's bytes as they are kept (§10.4.1.1.6); frames are counted from 1."""
    roles = frozenset(request.roles)
    key = (request.actor.user_id, request.actor.pass_id, roles, case.pk, study, series)
    place = _remembered.find(
        key, instance, lambda: _places(request, case, study, series), now=monotonic()
    )
    if place is None or not 1 <= frame <= len(place.frames):
        raise Http404
    offset, length = place.frames[frame - 1]
    content_type, body = multipart(
        store().read_range(place.sha256, offset, length), place.media_type, place.transfer_syntax
    )
    return HttpResponse(body, content_type=content_type)


def _places(request: CaseRequest, case: Case, study: str, series: str) -> Places:
    rows = _images(request, case, study, series).values_list(
        "uid", "frames_sha256", "frame_index", "frame_media_type", "transfer_syntax"
    )
    return {uid: Place(*rest) for uid, *rest in rows}


@case_view(Action.READ_RECORD)
def original(
    request: CaseRequest, case: Case, study: str, series: str, instance: str
) -> HttpResponseBase:
    """WADO-RS: the whole instance as it arrived (§10.4.1.1.1)."""
    row = (
        _images(request, case, study, series)
        .filter(uid=instance)
        .annotate(syntax=KeyTextTransform("original_transfer_syntax", "holding__facts"))
        .values_list("holding__sha256", "syntax")
        .first()
    )
    if row is None:
        raise Http404
    sha256, syntax = row
    return StreamingHttpResponse(
        _part(store().open(sha256), syntax or ""),
        content_type='multipart/related; type="application/dicom"; boundary=instance',
    )


def _part(source: BinaryIO, syntax: str) -> Iterator[bytes]:
    yield (
        f"--instance\r\nContent-Type: application/dicom; transfer-syntax={syntax}\r\n\r\n".encode()
    )
    with source:
        while piece := source.read(CHUNK):
            yield piece
    yield b"\r\n--instance--\r\n"
