"""The staff's navigation: which lists there are for whom, and how much waits in each."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from konsil.people.models import User
from konsil.people.roles import Role

DESK = {Role.COORDINATOR, Role.NURSE, Role.DIRECTOR}
ITEMS: tuple[tuple[str, str, str, set[Role]], ...] = (
    ("Cases", "web_out:board", "layout-dashboard", {*DESK, Role.REVIEWER, Role.BILLING}),
    ("List", "web_out:list", "list", {*DESK, Role.REVIEWER, Role.BILLING}),
    ("Our patients", "referrals_out:worklist", "users", {Role.REFERRER, Role.CHILD_ADMIN}),
    ("Messages", "messaging_out:inbox", "inbox", {*DESK, Role.REVIEWER, Role.REFERRER}),
    ("Payments", "billing_out:payments", "credit-card", {Role.BILLING, Role.DIRECTOR, *DESK}),
)


def desk_nav(request: HttpRequest) -> dict[str, Any]:
    """The items for the signed-in user's desks; patients have none."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not hasattr(request, "actor"):
        return {}
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
    return {"desk_nav": items, "role": titles}
