"""Who of a clinic opened what of its own patients, for the clinic's administrator (F12.2, F1.5)."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from konsil.cases.access import Action
from konsil.cases.doorway import DoorRequest, door
from konsil.cases.models import Case, Look
from konsil.people.models import Membership
from konsil.people.roles import Role
from konsil.referrals.desks import clinics_of
from konsil.referrals.worklist import own_patients
from konsil.web.looks import THINGS

A_PAGE = 60


@dataclass(frozen=True)
class Line:
    """One opened page."""

    at: datetime
    name: str
    case: Case
    thing: str


@never_cache
@door()
def looks(request: DoorRequest) -> HttpResponse:
    """Newest first. What the hospital’s own staff open is the patient’s to read alone."""
    clinics = clinics_of(request.actor, Role.CHILD_ADMIN)
    ours = Membership.objects.filter(institution__in=clinics).values("user")
    rows = (
        Look.objects.visible_to(request.actor)
        .filter(case__in=own_patients(request.actor), actor_user__in=ours)
        .select_related("case__patient")
        .order_by("-at", "pk")
    )
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    lines = [Line(look.at, look.actor_name, look.case, _thing(look.action)) for look in page]
    return render(request, "web/clinic_looks.html", {"page": page, "lines": lines})


def _thing(action: str) -> str:
    return THINGS.get(Action(action), "the case") if action in Action else "the case"
