"""The staff's navigation: which lists there are for whom, and how much waits in each."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from konsil.core.live import ticket_url
from konsil.people.models import Membership, User
from konsil.people.roles import STAFF, Role

DESK = {Role.COORDINATOR, Role.NURSE, Role.DIRECTOR}
ITEMS: tuple[tuple[str, str, str, set[Role]], ...] = (
    ("Cases", "web_out:board", "layout-dashboard", {*DESK, Role.REVIEWER, Role.BILLING}),
    ("List", "web_out:list", "list", {*DESK, Role.REVIEWER, Role.BILLING}),
    ("Doctors", "referrals_out:doctors", "stethoscope", DESK),
    ("Our patients", "referrals_out:worklist", "users", {Role.REFERRER, Role.CHILD_ADMIN}),
    ("Messages", "messaging_out:inbox", "inbox", {*DESK, Role.REVIEWER, Role.REFERRER}),
    ("The practice", "practice_out:front", "settings", {Role.ADMIN, *DESK}),
    ("Your licences", "practice_out:my_licences", "badge-check", {Role.REVIEWER}),
    ("Emergency access", "entrance_out:emergency", "shield", {Role.PRIVACY, Role.DIRECTOR}),
    ("Payments", "billing_out:payments", "credit-card", {Role.BILLING, Role.DIRECTOR, *DESK}),
    ("Letters", "notices_out:texts", "mail", {Role.DIRECTOR, Role.ADMIN}),
)


def desk_nav(request: HttpRequest) -> dict[str, Any]:
    """The items for the signed-in user's desks; patients have none."""
    user = getattr(request, "user", None)
    if not hasattr(request, "actor"):
        return {}
    if not isinstance(user, User):
        return {"live_url": live_url(request, set())}
    roles = user.roles
    items = []
    for label, name, icon, wanted in ITEMS:
        if roles.isdisjoint(wanted):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        items.append(
            {"label": label, "url": url, "icon": icon, "current": request.path == url, "count": ""}
        )
    titles = ", ".join(sorted(role.label for role in roles))
    return {"desk_nav": items, "role": titles, "live_url": live_url(request, roles)}


def live_url(request: HttpRequest, roles: set[Role]) -> str:
    """Where this page listens: its own case's news, and for staff the board's."""
    actor = getattr(request, "actor", None)
    match = request.resolver_match
    channels = [f"person:{actor.user.pk}"] if actor and actor.user else []
    if match and "case_id" in match.kwargs and hasattr(request, "roles"):
        channels.append(f"case:{match.kwargs['case_id']}")
    if actor and actor.user and roles & STAFF:
        desks = Membership.objects.in_force().filter(user=actor.user, role__in=STAFF)
        channels += [
            f"tenant:{pk}" for pk in desks.values_list("institution", flat=True).distinct()
        ]
    return ticket_url(channels) if channels else ""
