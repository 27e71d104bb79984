"""A hospital's own words: the list, one text with its preview, its versions and a test letter."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.cases.doorway import DoorRequest, door
from konsil.core import mail
from konsil.core.delivery import NotSent
from konsil.notices.composing import preview
from konsil.notices.forms import TextForm
from konsil.notices.models import TextVersion
from konsil.notices.texts import TEXTS, For
from konsil.notices.views.reach import ruled_by, sent_by
from konsil.notices.wording import LANGUAGES, VARIABLES, Wording, in_force, save_version


@door()
def index(request: DoorRequest) -> HttpResponse:
    """Every text, by who reads it, and in which version it holds."""
    tenant = ruled_by(request)
    groups = [
        (
            reader.value,
            [
                (key, [(code, in_force(tenant, key, code)) for code in languages(key)])
                for key, text in TEXTS.items()
                if text.reader == reader
            ],
        )
        for reader in For
    ]
    return render(request, "notices/texts.html", {"groups": groups, "tenant": tenant})


def languages(key: str) -> list[str]:
    """In which languages a text is sent: the practice reads English."""
    return ["en"] if TEXTS[key].reader == For.STAFF else list(LANGUAGES)


@door("GET", "POST")
def text(request: DoorRequest, named: str, language: str) -> HttpResponse:
    """Change the words, see the letter, send it to oneself, save it as a new version (F1.6)."""
    tenant = ruled_by(request)
    if named not in TEXTS or language not in languages(named):
        raise Http404
    now = in_force(tenant, named, language)
    first = {"subject": now.subject, "words": now.words, "verb": now.verb}
    form = TextForm(sent_by(request), initial=first, tenant=tenant, key=named)
    shown = now
    if request.method == "POST" and form.is_valid():
        shown = Wording(**form.cleaned_data)
        if request.POST.get("act") == "save":
            made = save_version(
                tenant, named, language, form.cleaned_data, by=request.actor, at=timezone.now()
            )
            messages.success(request, f"Saved as version {made.number}. It holds from now on.")
            return redirect("notices_out:text", named, language)
        if request.POST.get("act") == "test":
            _to_oneself(request, preview(tenant, shown, str(request.user), language))
    context: dict[str, Any] = {
        "form": form,
        "key": named,
        "language": LANGUAGES[language],
        "reader": TEXTS[named].reader.value,
        "variables": VARIABLES.items(),
        "letter": preview(tenant, shown, str(request.user), language),
        "versions": TextVersion.objects.filter(tenant=tenant, key=named, language=language),
        "number": now.number,
    }
    status = 422 if form.errors else 200
    return render(request, "notices/text.html", context, status=status)


def _to_oneself(request: DoorRequest, letter: Any) -> None:
    """The test letter, to nobody but whoever asks for it."""
    if request.actor.user is None:
        return
    to = request.actor.user.email
    try:
        mail.send(to=to, subject=letter.subject, body=letter.body)
    except NotSent as trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, f"Sent to {to}.")
