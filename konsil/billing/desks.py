"""Who keeps the money of which hospital: the door of every page of the billing desk."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from konsil.cases.doorway import DoorRequest
from konsil.people.models import Institution, Membership
from konsil.people.roles import Role

DESK = frozenset({Role.BILLING, Role.DIRECTOR})
SETTERS = frozenset({Role.BILLING, Role.DIRECTOR, Role.ADMIN})
"""Who sets prices and the rules of money (permissions.md: “prices”, “config”)."""


def hospital_of(request: DoorRequest, roles: frozenset[Role]) -> Institution:
    """The hospital at which the actor has one of these desks; nobody else comes in."""
    desk = (
        Membership.objects.in_force()
        .filter(user=request.actor.user, role__in=roles, institution__parent=None)
        .select_related("institution")
        .first()
    )
    if request.actor.user is None or desk is None:
        raise PermissionDenied("This page is for the billing desk.")
    hospital: Institution = desk.institution
    return hospital


def as_csv(text: str, name: str) -> HttpResponse:
    """A sheet to keep, with the mark by which spreadsheets know UTF-8."""
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def as_pdf(pdf: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
