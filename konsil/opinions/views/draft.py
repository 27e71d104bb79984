"""The draft in the reading room: the column of the opinion, its texts, and its key images."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.models import Case
from konsil.core.prose.schema import NotProse
from konsil.opinions import drafting, pictures
from konsil.opinions.column import column
from konsil.opinions.drafting import NotWritable, NotYours, SavedMeanwhile
from konsil.opinions.models import Answer, KeyImage, Section, Written
from konsil.parcels.keeping import store

PLAIN = "text/plain; charset=utf-8"
Save = Callable[..., Written]


def refused(words: object, *, status: int) -> HttpResponse:
    """A sentence that the editor shows as it is."""
    return HttpResponse(str(words), status=status, content_type=PLAIN)


def told(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Answer what the draft refuses in words: 422 the text, 409 the state of the case."""

    @wraps(view)
    def telling(request: CaseRequest, case: Case, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, case, *args, **kwargs)
        except SavedMeanwhile as other:
            return JsonResponse(drafting.standing(other.now), status=409)
        except NotWritable as refusal:
            return refused(refusal, status=423)
        except (NotProse, NotYours, pictures.NotAPicture) as refusal:
            return refused(refusal, status=422)

    return telling


@case_view(Action.WRITE_REPORT)
def panel(request: CaseRequest, case: Case) -> HttpResponse:
    """The whole column: questions, texts, signature."""
    return render(request, "opinions/_column.html", column(request, case))


@case_view(Action.WRITE_REPORT, logged=False)
def state(request: CaseRequest, case: Case) -> HttpResponse:
    """The ticks at the questions and what is missing, after something was saved."""
    return render(request, "opinions/_state.html", column(request, case))


@case_view(Action.WRITE_REPORT, "PUT", logged=False)
@told
def section(request: CaseRequest, case: Case, key: str) -> HttpResponse:
    """Save a section: {revision, body}; the saved revision and time, or how it stands now."""
    if not Section.objects.visible_to(request.actor).filter(case=case, key=key).exists():
        raise Http404
    sent = _sent(request)
    saved = drafting.write_section(
        case,
        key,
        body=sent.get("body"),
        revision=_revision(sent),
        by=request.actor,
        at=timezone.now(),
    )
    return _saved(saved)


@case_view(Action.WRITE_REPORT, "PUT", "POST", logged=False)
@told
def answer(request: CaseRequest, case: Case, number: int) -> HttpResponse:
    """Save an answer: {revision, body} or {cannot_because}; a posted form says the latter."""
    found = get_object_or_404(
        Answer.objects.visible_to(request.actor).filter(case=case), question__number=number
    )
    now = timezone.now()
    if request.method == "POST":
        because = request.POST.get("cannot_because", "")
        found = drafting.cannot_answer(case, number, because=because, by=request.actor, at=now)
        context = {"case": case, "answer": found, "writable": True}
        return render(request, "opinions/_cannot.html", context)
    sent = _sent(request)
    if "cannot_because" in sent:
        because = str(sent["cannot_because"] or "")
        found = drafting.cannot_answer(case, number, because=because, by=request.actor, at=now)
        return _saved(found)
    saved = drafting.answer_question(
        case, number, body=sent.get("body"), revision=_revision(sent), by=request.actor, at=now
    )
    return _saved(saved)


def _sent(request: CaseRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise NotProse("The text did not arrive whole. It is tried again.") from error
    if not isinstance(sent, dict):
        raise NotProse("The text did not arrive whole. It is tried again.")
    return sent


def _revision(sent: dict[str, Any]) -> int:
    revision = sent.get("revision")
    if type(revision) is not int or revision < 0:
        raise NotProse("The page does not say which text it changes. Load it again.")
    return revision


def _saved(written: Written) -> JsonResponse:
    at = written.updated_at or timezone.now()
    return JsonResponse({"revision": written.revision, "saved_at": at.isoformat()})


@case_view(Action.WRITE_REPORT, "POST")
@told
def key_images(request: CaseRequest, case: Case) -> HttpResponse:
    """Keep a key image: `image` (PNG), `source` (JSON), `alt`, and `case`, the page's own case."""
    if request.POST.get("case") not in (None, str(case.pk)):
        return refused("This page shows another case. Load it again.", status=409)
    image = request.FILES.get("image")
    if image is None or isinstance(image, list):
        raise pictures.NotAPicture("The image did not arrive. Take it again.")
    if (image.size or 0) > pictures.MOST_BYTES:
        raise pictures.NotAPicture("The image is too large. Make the window smaller.")
    made = pictures.take_key_image(
        case,
        png=image.read(),
        source=_source(request.POST.get("source", "")),
        alt=request.POST.get("alt", ""),
        caption=request.POST.get("caption", ""),
        by=request.actor,
        at=timezone.now(),
    )
    shown = {"id": str(made.pk), "caption": made.caption, "alt": made.alt, "sha256": made.sha256}
    return JsonResponse(shown, status=201)


def _source(written: str) -> object:
    try:
        return json.loads(written)
    except (ValueError, RecursionError) as error:
        raise pictures.NotAPicture(
            "The image does not say which study it is from. Take it again."
        ) from error


@case_view(Action.READ_REPORT, logged=False)
def key_image(request: CaseRequest, case: Case, image_id: UUID) -> HttpResponse:
    """The pixels of a key image, for whoever may read the text that shows it."""
    image = get_object_or_404(
        KeyImage.objects.visible_to(request.actor).filter(case=case), pk=image_id
    )
    with store().open(image.sha256) as pixels:
        return HttpResponse(pixels.read(), content_type="image/png")


@case_view(Action.WRITE_REPORT, logged=False)
def key_image_source(request: CaseRequest, case: Case, image_id: UUID) -> HttpResponse:
    """Where a key image is from, so that the viewer can go back to that very view."""
    image = get_object_or_404(
        KeyImage.objects.visible_to(request.actor).filter(case=case), pk=image_id
    )
    return JsonResponse({"exhibit": str(image.exhibit_id), "source": image.source})
