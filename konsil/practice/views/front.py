"""The administrator's first page, the guided set-up, and the history of changes."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from konsil.cases.models import Version
from konsil.people.roles import Role
from konsil.practice.changing import WAYS_BACK, CannotGoBack, put_back
from konsil.practice.checkup import BY_KEY, STEPS, standing
from konsil.practice.models import OfficeTask, SetupStep
from konsil.practice.offices import READS, RUNS, TAKES_OVER, OfficeRequest, office
from konsil.practice.telling import differences

PAGES: tuple[tuple[str, str, str, frozenset[Role]], ...] = (
    ("The hospital", "practice_out:institution", "Name, address, time zone", frozenset()),
    ("Colours and mark", "practice_out:brand", "How your pages look", frozenset()),
    ("Service lines", "practice_out:lines", "What patients can ask for", RUNS),
    ("Prices", "billing_out:prices", "Price list, contracts, dates", RUNS),
    ("People", "practice_out:staff", "Who works here, and as what", frozenset()),
    ("Hours and holidays", "practice_out:hours", "Due dates are counted by them", frozenset()),
    ("Licence table", "practice_out:licences", "Where you may answer", READS),
    ("Licences of physicians", "practice_out:physicians", "Who is licensed where", READS),
    ("E-mail", "practice_out:mail", "The post office, with a trial", frozenset()),
    ("Quiet hours and text messages", "notices_out:practice", "When people are reached", RUNS),
    ("Letters", "notices_out:texts", "The words of messages", RUNS),
    ("Running cases", "practice_out:imports", "Taken over from a list", TAKES_OVER),
    ("Changes", "practice_out:changes", "Who changed what, and back", RUNS),
)
A_PAGE = 40


@office(roles=READS)
def front(request: OfficeRequest) -> HttpResponse:
    """What the office has to do, what the set-up lacks, and every page of settings."""
    admin = Role.ADMIN in request.desks
    steps = standing(request.hospital) if admin else []
    context = {
        "tasks": open_tasks(request),
        "left": [each for each in steps if not each.done],
        "pages": pages_for(request.desks),
    }
    return render(request, "practice/front.html", context)


def pages_for(desks: set[Role]) -> list[dict[str, str]]:
    """The pages that these desks may open; one whose room is not installed is left out."""
    found = []
    for name, route, words, roles in PAGES:
        admin = Role.ADMIN in desks and roles != TAKES_OVER
        if not admin and desks.isdisjoint(roles):
            continue
        try:
            found.append({"name": name, "url": reverse(route), "words": words})
        except NoReverseMatch:
            continue
    return found


def open_tasks(request: OfficeRequest) -> list[OfficeTask]:
    """What waits for these desks, or for this person."""
    rows = OfficeTask.objects.filter(tenant=request.hospital, done_at=None)
    mine = rows.filter(role__in=request.desks, user=None)
    return list((mine | rows.filter(user=request.actor.user)).order_by("due_on"))


@office()
def setup(request: OfficeRequest) -> HttpResponse:
    """The set-up: each step, what is missing for it, and the one to go on with."""
    steps = standing(request.hospital)
    following = next((each for each in steps if not each.done and each.state != "later"), None)
    return render(request, "practice/setup.html", {"steps": steps, "next": following})


PLACES = {
    "institution": "practice_out:institution",
    "line": "practice_out:line_new",
    "staff": "practice_out:staff",
    "licences": "practice_out:licences",
    "mail": "practice_out:mail",
}
"""Where a step is done; the others say what to set outside of the pages."""


@office("GET", "POST")
def setup_step(request: OfficeRequest, key: str) -> HttpResponse:
    """One step: what is missing and where it is done. It can be left for later and resumed."""
    step = BY_KEY.get(key)
    if step is None:
        raise Http404
    if request.method == "POST":
        state = "later" if request.POST.get("state") == "later" else "done"
        SetupStep.objects.update_or_create(
            tenant=request.hospital,
            step=key,
            defaults={"state": state, "at": timezone.now()},
        )
        return redirect(_after(request, key))
    where = {"line": _line_place(request)}.get(key) or PLACES.get(key, "")
    context = {
        "step": step,
        "number": [each.key for each in STEPS].index(key) + 1,
        "count": len(STEPS),
        "missing": list(step.missing(request.hospital)),
        "where": f"{reverse(where)}?setup=1" if where else "",
    }
    return render(request, "practice/setup_step.html", context)


def _line_place(request: OfficeRequest) -> str:
    return "practice_out:lines" if request.hospital.service_lines.exists() else ""


def _after(request: OfficeRequest, key: str) -> str:
    keys = [each.key for each in STEPS]
    rest = keys[keys.index(key) + 1 :]
    open_ones = {each.step.key for each in standing(request.hospital) if not each.done}
    following = next((each for each in rest if each in open_ones), None)
    if following is None:
        return reverse("practice_out:setup")
    return reverse("practice_out:setup_step", args=[following])


def back_to(request: OfficeRequest, key: str, else_: str) -> HttpResponse:
    """After a save: back to the set-up's step if one came from there, else to the page itself."""
    if request.GET.get("setup"):
        return redirect("practice_out:setup_step", key)
    return redirect(else_)


@office(roles=RUNS)
def changes(request: OfficeRequest) -> HttpResponse:
    """Every change, newest first, or those of one thing."""
    rows = Version.objects.filter(tenant=request.hospital).exclude(note="As it was before")
    about, subject = request.GET.get("about", ""), request.GET.get("subject", "")
    if about in Version.About:
        rows = rows.filter(about=about)
        rows = rows.filter(subject=subject) if subject else rows
    pages = Paginator(rows.select_related("changed_by"), A_PAGE).get_page(request.GET.get("page"))
    context = {"pages": pages, "about": about, "subject": subject, "abouts": Version.About.choices}
    return render(request, "practice/changes.html", context)


@office("GET", "POST", roles=RUNS)
def version(request: OfficeRequest, version_id: str) -> HttpResponse:
    """One change, before and after; an earlier version can be put back."""
    found = get_object_or_404(Version, tenant=request.hospital, pk=version_id)
    latest = Version.latest(request.hospital, found.about, found.subject)
    if request.method == "POST":
        try:
            put_back(found, by=request.actor, at=timezone.now())
            words = f"“{found.title}” is as it was on {found.at:%B} {found.at.day}."
            messages.success(request, words + " Running cases keep what they began with.")
        except CannotGoBack as refusal:
            messages.error(request, str(refusal))
        newest = Version.latest(request.hospital, found.about, found.subject)
        return redirect("practice_out:version", newest.pk if newest else found.pk)
    context = {
        "version": found,
        "before": found.before,
        "differences": differences(found.before, found),
        "latest": latest,
        "can_go_back": latest != found and Version.About(found.about) in WAYS_BACK,
        "since_then": differences(found, latest) if latest and latest != found else [],
    }
    return render(request, "practice/version.html", context)


def stale_after(days: int = 365) -> timedelta:
    """After how long a rule of the licence table should be looked at again."""
    return timedelta(days=days)
