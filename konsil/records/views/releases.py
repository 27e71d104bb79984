"""The signing page: the question, the exact text, what it covers, and the signature."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing as sealed
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case, Representative
from konsil.core.prose.letter import day
from konsil.parcels.keeping import store
from konsil.records.asking import ask_holder
from konsil.records.drafting import draft, signer_name
from konsil.records.forms import OWN_YES, ChoicesForm, SignatureForm
from konsil.records.models import Release
from konsil.records.paper.form import ReleaseForm
from konsil.records.paper.validity import missing
from konsil.records.paper.words import release_text, text_sha256
from konsil.records.signing import Screen, TextHasChanged, revoke_release, sign_release

SALT = "konsil.records.shown"
BUTTON = "Sign the form"
ON_PAPER = (
    "Kept. When you have signed the printed form, photograph it and add it here. "
    "We look at it, and then it goes out."
)


def find(request: CaseRequest, case: Case, release_id: UUID) -> Release:
    """The release of this case, if the visitor may see it."""
    rows = Release.objects.visible_to(request.actor).select_related(
        "case__patient", "case__tenant", "holder", "request"
    )
    found: Release = get_object_or_404(rows, case=case, pk=release_id)
    return found


@case_view(Action.SIGN_RELEASE, "GET", "POST")
def page(request: CaseRequest, case: Case, release_id: UUID) -> HttpResponse:
    """GET: read it, choose, sign. POST: sign, or say beside the fields what is missing."""
    release = find(request, case, release_id)
    if release.state != Release.State.AWAIT_SIGNATURE:
        return render(request, "records/signed.html", {"case": case, "release": release})
    if request.method != "POST":
        return _show(request, release, _choices(request, release))
    choices, signature = _choices(request, release), SignatureForm(request.POST)
    if not choices.is_valid() or not signature.is_valid():
        said = [str(error) for errors in signature.errors.values() for error in errors]
        return _show(request, release, choices, said, status=422)
    _keep(release, choices)
    if signature.cleaned_data["signature_way"] == "paper":
        messages.info(request, ON_PAPER)
        return redirect("records:tab", case.pk)
    return _sign(request, release, choices, signature)


def _sign(
    request: CaseRequest, release: Release, choices: ChoicesForm, signature: SignatureForm
) -> HttpResponse:
    now, data = timezone.now(), signature.cleaned_data
    drawn = data["signature_strokes"] if data["signature_way"] != "typed" else b""
    typed = "" if drawn else data["signature_typed"].strip()
    screen = _screen(request, data["shown"])
    form = draft(release, at=now)
    said = choices.say_missing(missing(_signed(form, typed, drawn, now), at=now))
    if screen is None or text_sha256(form) != screen.text_sha256:
        said = ["The text has changed with what you chose. Read it again, then sign."]
    if screen is None or choices.errors or said:
        return _show(request, release, choices, said, status=422)
    try:
        sign_release(release, typed=typed, drawn=drawn, by=request.actor, at=now, screen=screen)
    except (TextHasChanged, ImpossibleMove) as refusal:
        return _show(request, release, choices, [str(refusal)], status=422)
    messages.success(request, "Signed. Your copy is here.")
    return redirect("records:release", release.case_id, release.pk)


def _signed(form: ReleaseForm, typed: str, drawn: bytes, at: datetime) -> ReleaseForm:
    from dataclasses import replace

    from konsil.records.paper.form import Signature

    return replace(form, signature=Signature(typed=typed, drawn=drawn, at=at))


@case_view(Action.SIGN_RELEASE, "POST", logged=False)
def text(request: CaseRequest, case: Case, release_id: UUID) -> HttpResponse:
    """The text with what was just chosen, kept at once (a fragment; without scripts, the page)."""
    release = find(request, case, release_id)
    if release.state != Release.State.AWAIT_SIGNATURE:
        return redirect("records:release", case.pk, release.pk)
    choices = _choices(request, release)
    if choices.is_valid() or request.htmx:  # type: ignore[attr-defined]
        _keep(release, choices)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "records/_paper.html", _paper(release))
    return _show(request, release, choices)


def _choices(request: CaseRequest, release: Release) -> ChoicesForm:
    by_proxy = Representative.objects.filter(case=release.case).exists()
    return ChoicesForm(
        request.POST if request.method == "POST" else None,
        initial=ChoicesForm.initial_of(release.choices),
        private_notes=release.private_notes,
        by_proxy=by_proxy,
    )


def _keep(release: Release, choices: ChoicesForm) -> None:
    choices.is_valid()
    release.choices = choices.choices(release.choices)
    release.save(update_fields=["choices"])


def _paper(release: Release) -> dict[str, Any]:
    """The text, and a sealed note of which text was shown when."""
    now = timezone.now()
    form = draft(release, at=now)
    shown = {"text": text_sha256(form), "at": now.astimezone(UTC).isoformat()}
    return {
        "release": release,
        "paper": release_text(form),
        "shown": sealed.dumps({**shown, "release": str(release.pk)}, salt=SALT),
        "shown_hash": hashlib.sha256(shown["text"].encode()).hexdigest()[:8],
    }


def _show(
    request: CaseRequest,
    release: Release,
    choices: ChoicesForm,
    said: list[str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "case": release.case,
        "choices": choices,
        "said": said or [],
        "signer": signer_name(release.case),
        "today": day(today),
        "button": BUTTON,
        "own_yes": own_yes(choices),
        "typed": request.POST.get("signature_way") == "typed",
        **_paper(release),
    }
    return render(request, "records/sign.html", context, status=status)


def own_yes(choices: ChoicesForm) -> list[tuple[Any, Any]]:
    """Each sensitive kind as its tick and its box for initials."""
    return [
        (choices[f"yes_{kind}"], choices[f"initials_{kind}"])
        for kind in OWN_YES
        if f"yes_{kind}" in choices.fields
    ]


def _screen(request: CaseRequest, shown: str) -> Screen | None:
    """Which text was shown, by our own seal; None when that cannot be told."""
    try:
        told = sealed.loads(shown, salt=SALT, max_age=12 * 3600)
    except sealed.BadSignature:
        return None
    return Screen(
        shown_at=datetime.fromisoformat(told["at"]),
        text_sha256=told["text"],
        button=BUTTON,
        authentication=_authentication(request),
        identity_check="the e-mail address was shown to be hers by a code or a link sent there",
        user_agent=request.headers.get("User-Agent", ""),
    )


def _authentication(request: CaseRequest) -> str:
    """How she came in, as the session remembers."""
    if request.actor.held is not None:
        return "a private link sent to her e-mail address"
    records = request.session.get("account_authentication_methods", [])
    methods = [str(each.get("method", "")) for each in records if isinstance(each, dict)]
    return ", ".join(filter(None, methods)) or "a signed-in session"


@case_view(Action.READ_RECORD)
def form_pdf(request: CaseRequest, case: Case, release_id: UUID) -> HttpResponseBase:
    """The signed form; before signing, the form to print with a line for pen and ink."""
    release = find(request, case, release_id)
    if release.signed_at is not None:
        return signed_pdf(release)
    from konsil.records.paper.draw import release_pdf

    response = HttpResponse(
        release_pdf(draft(release, at=timezone.now())), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{release.form_id}.pdf"'
    return response


def signed_pdf(release: Release) -> HttpResponseBase:
    """The stored bytes, as they were signed."""
    if not release.pdf_sha256:
        raise Http404
    return FileResponse(
        store().open(release.pdf_sha256),
        filename=f"{release.form_id}.pdf",
        content_type=release.pdf_media_type,
    )


@case_view(Action.SIGN_RELEASE, "POST")
def stop(request: CaseRequest, case: Case, release_id: UUID) -> HttpResponse:
    """She withdraws the form: the link is dead when this page answers (F3.13)."""
    release = find(request, case, release_id)
    revoke_release(release, by=request.actor, at=timezone.now())
    messages.success(request, f"Stopped. {release.holder} is told, and the link no longer works.")
    return redirect("records:release", case.pk, release.pk)


@case_view(Action.SIGN_RELEASE, "POST")
def private_notes(request: CaseRequest, case: Case, release_id: UUID) -> HttpResponse:
    """A therapist's private notes need a form of their own (45 CFR 164.508(b)(3)(ii))."""
    release = find(request, case, release_id)
    made = ask_holder(case, release.holder, by=request.actor, at=timezone.now(), private_notes=True)
    return redirect("records:release", case.pk, made.release_id)
