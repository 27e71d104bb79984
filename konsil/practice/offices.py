"""The doorway to the hospital's own pages: who works at which desk, and for which hospital."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase

from konsil.cases.doorway import DoorRequest, door
from konsil.people.models import Institution, Membership, User
from konsil.people.roles import Role

P = ParamSpec("P")
ADMINISTERS = frozenset({Role.ADMIN})
RUNS = frozenset({Role.ADMIN, Role.DIRECTOR})
"""Who sets what the practice offers: its service lines and its licence table."""
READS = RUNS | {Role.COORDINATOR, Role.NURSE}
TAKES_OVER = frozenset({Role.COORDINATOR, Role.DIRECTOR})
"""Who takes over running cases: an administrator sees no patients."""
REVIEWS = frozenset({Role.REVIEWER})


class OfficeRequest(DoorRequest):
    """A request of somebody who works for `hospital`, at the desks `desks`."""

    person: User
    hospital: Institution
    desks: set[Role]
    may_change: bool
    """Whether this is more than a reader."""


def office(
    *methods: str, roles: frozenset[Role] = ADMINISTERS
) -> Callable[[Callable[Concatenate[Any, P], HttpResponse]], Callable[..., HttpResponseBase]]:
    """A page of the hospital itself for these desks; everybody else who is signed in gets 403."""

    def open_office(
        view: Callable[Concatenate[Any, P], HttpResponse],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def enter(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            desks = (
                Membership.objects.in_force()
                .filter(user=request.actor.user, institution__parent=None)
                .select_related("institution")
                .order_by("since")
            )
            here = [desk for desk in desks if Role(desk.role) in roles]
            if request.actor.user is None or not here:
                raise PermissionDenied("This page is for the administrator of the hospital.")
            request.person = request.actor.user
            request.hospital = here[0].institution
            request.desks = {Role(each.role) for each in desks}
            request.may_change = bool(request.desks & RUNS)
            return view(request, *args, **kwargs)

        through: Callable[..., HttpResponseBase] = door(*methods)(cast(Any, enter))
        return through

    return open_office


def sent(request: OfficeRequest) -> Any:
    """What was sent, be it nothing, for a form to judge; None where nothing was sent yet."""
    return request.POST if request.method == "POST" else None
