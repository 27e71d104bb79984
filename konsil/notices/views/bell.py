"""The bell, and the page of everything that a person was told."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.cases.doorway import DoorRequest, door
from konsil.notices.composing import language_of
from konsil.notices.models import Notice
from konsil.notices.texts import TEXTS, For
from konsil.notices.wording import filled, in_force
from konsil.people.roles import STAFF, Role

NEWEST = 60
INSIDE = STAFF | {Role.REFERRER, Role.CHILD_ADMIN}


def mine(request: DoorRequest) -> QuerySet[Notice]:
    """What this person was told, where she still sees the case."""
    rows = Notice.objects.visible_to(request.actor)
    found: QuerySet[Notice] = rows.of(request.actor.user) if request.actor.user else rows.none()
    return found


@door()
def bell(request: DoorRequest) -> HttpResponse:
    """The bell with the number of news (a fragment; the page asks again when something is new)."""
    unseen = mine(request).filter(seen_at=None).count()
    context = {"unseen": unseen, "calm": request.GET.get("hand") == "calm"}
    return render(request, "notices/_bell.html", context)


@door("GET", "POST")
def page(request: DoorRequest) -> HttpResponse:
    """The newest first; reading them is saying so, with one button."""
    if request.method == "POST":
        mine(request).filter(seen_at=None).update(seen_at=timezone.now())
        return redirect("notices_out:page")
    rows = mine(request).select_related("case__patient", "case__tenant")[:NEWEST]
    lines = [_line(request, notice) for notice in rows]
    roles = request.actor.user.roles if request.actor.user else set()
    context = {"lines": lines, "unseen": any(not line["seen"] for line in lines)}
    template = "notices/desk.html" if roles & INSIDE else "notices/calm.html"
    return render(request, template, context)


def _line(request: DoorRequest, notice: Notice) -> dict[str, object]:
    text, case = TEXTS[notice.words], notice.case
    own = in_force(case.tenant, notice.words, language_of([notice]))
    values = {"name": str(request.user), "hospital": case.tenant.name, "phone": case.tenant.phone}
    what = filled(own, values).words
    if text.reader in {For.STAFF, For.CLINIC} and notice.timer and notice.timer.what:
        what = notice.timer.what.capitalize()
    return {
        "what": what,
        "case": case,
        "names": text.reader in {For.STAFF, For.CLINIC},
        "url": f"/cases/{case.pk}/{text.below}",
        "at": notice.queued_at,
        "seen": notice.seen_at is not None,
    }
