"""The demo's mail: what would have been sent, on a page of this computer only."""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from konsil.cases.doorway import DoorRequest, door
from konsil.people.watch import outlasts_lock

NEWEST = 60
LOOPBACK = {"127.0.0.1", "::1"}


@outlasts_lock
@door(public=True)
def mailbox(request: DoorRequest) -> HttpResponse:
    """The newest letters first; not there at all in production or from another computer."""
    if not settings.DEMO or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        raise Http404
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.json"), reverse=True)[:NEWEST] if folder.exists() else []
    letters = [json.loads(file.read_text()) for file in files]
    for letter in letters:
        letter["at"] = datetime.fromisoformat(letter["at"])
    wanted = request.GET.get("to", "")
    if wanted:
        letters = [each for each in letters if wanted in each["to"]]
    return render(request, "demo/mail.html", {"letters": letters, "wanted": wanted})
