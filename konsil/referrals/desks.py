"""For which clinics somebody works, and whether the pages of this room are theirs."""

from django.core.exceptions import PermissionDenied

from konsil.people.actors import Actor
from konsil.people.models import Institution, Membership
from konsil.people.roles import Role

OUTSIDE = frozenset({Role.REFERRER, Role.CHILD_ADMIN})


def clinics_of(actor: Actor, *roles: Role) -> list[Institution]:
    """The clinics at which `actor` works in one of `roles`; refused (403) when there is none."""
    desks = Membership.objects.in_force().filter(user=actor.user, role__in=roles)
    found = list(
        Institution.objects.filter(pk__in=desks.values("institution"))
        .exclude(parent=None)
        .select_related("parent")
        .order_by("name")
    )
    if actor.user is None or not found:
        raise PermissionDenied("This page belongs to the people of a referring clinic.")
    return found
