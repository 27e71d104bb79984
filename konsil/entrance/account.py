"""The page of one's own account: how one signs in, and where one is signed in now (F1.4)."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from konsil.cases.doorway import DoorRequest, door
from konsil.people import proof
from konsil.people.leaving import administrators
from konsil.people.models import Institution, User
from konsil.people.roles import Role
from konsil.people.sittings import end_sittings, sittings


def _owner(request: DoorRequest) -> User:
    """The account's owner; the holder of a link has none."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@door()
def page(request: DoorRequest) -> HttpResponse:
    """The account's ways in, and its sessions."""
    user = _owner(request)
    context = {
        "person": user,
        "factors": proof.factors(user),
        "has_password": user.has_usable_password(),
        "sittings": sittings(request, user),
        "alone": _is_the_only_administrator(user),
        "may_reset": Role.ADMIN in user.roles,
    }
    return render(request, "entrance/account.html", context)


def _is_the_only_administrator(user: User) -> bool:
    """Then nobody can let her in again when her second factor is lost."""
    if Role.ADMIN not in user.roles:
        return False
    own = Institution.objects.filter(memberships__user=user, memberships__role=Role.ADMIN)
    return any(administrators(place).count() < 2 for place in own.distinct())


@door("POST")
def end(request: DoorRequest) -> HttpResponse:
    """`end` is a session's number, "others" or "all"; one's own only."""
    user, which = _owner(request), request.POST.get("end", "")
    here = request.session.session_key
    if which == "all":
        end_sittings(user)
        logout(request)
        return redirect("account_login")
    if which == "others":
        end_sittings(user, but=here)
        messages.success(request, _("You are signed out everywhere else."))
    elif which.isdecimal() and len(which) < 18:
        if not end_sittings(user, only=int(which), but=here):
            raise Http404
        messages.success(request, _("That device is signed out."))
    return redirect("entrance_out:account")
