"""The hospital's people: invite, give and take parts, end an account."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from konsil.cases.models import Version
from konsil.people import invitations, leaving
from konsil.people.models import Invitation, Membership, User
from konsil.people.roles import Role
from konsil.practice.changing import keep
from konsil.practice.forms import InviteForm
from konsil.practice.offices import OfficeRequest, office
from konsil.practice.views.front import back_to

PARTS = (
    Role.COORDINATOR,
    Role.NURSE,
    Role.REVIEWER,
    Role.DIRECTOR,
    Role.BILLING,
    Role.IT,
    Role.PRIVACY,
    Role.ADMIN,
)


@office("GET", "POST")
def staff(request: OfficeRequest) -> HttpResponse:
    """Who works here and as what, and who was invited."""
    form = _invite_form(request)
    if request.method == "POST":
        try:
            if _act(request, form):
                return back_to(request, "staff", "practice_out:staff")
        except (invitations.NotInvited, leaving.NotEnded) as refusal:
            messages.error(request, str(refusal))
    here = Membership.objects.in_force().filter(institution=request.hospital)
    desks = here.select_related("user").order_by("user__name", "user__pk")
    context = {
        "people": [
            {"user": user, "roles": [Role(desk.role) for desk in rows]}
            for user, rows in ((u, list(r)) for u, r in groupby(desks, key=lambda d: d.user))
        ],
        "waiting": invitations.waiting(request.hospital, at=timezone.now()),
        "form": form,
        "parts": PARTS,
        "alone": here.filter(role=Role.ADMIN).count() < 2,
    }
    return render(request, "practice/staff.html", context, status=422 if form.errors else 200)


def _invite_form(request: OfficeRequest) -> InviteForm:
    given = request.POST if request.POST.get("act") == "invite" else None
    return InviteForm(given, roles=[(role.value, role.label) for role in PARTS])


def _act(request: OfficeRequest, form: InviteForm) -> bool:
    """Do what was asked; True when it is done."""
    act, now = request.POST.get("act", ""), timezone.now()
    if act == "invite":
        if not form.is_valid():
            return False
        roles = [Role(role) for role in form.cleaned_data["roles"]]
        name, email = form.cleaned_data["name"], form.cleaned_data["email"]
        invitations.invite(
            email=email,
            name=name,
            roles=roles,
            institution=request.hospital,
            by=request.actor,
            at=now,
        )
        messages.success(request, f"{name} gets a link by mail. It can be used for three days.")
        return True
    if act == "withdraw":
        made = Invitation.objects.filter(
            institution=request.hospital, pk=_key(request), accepted_at=None
        ).first()
        if made is not None:
            invitations.withdraw(made, by=request.actor, at=now)
        return True
    return _to_person(request, act)


def _to_person(request: OfficeRequest, act: str) -> bool:
    desks = Membership.objects.in_force().filter(institution=request.hospital)
    person = User.objects.filter(pk=_key(request), pk__in=desks.values("user")).first()
    if person is None:
        messages.error(request, "This person does not work here any more.")
        return True
    now = timezone.now()
    _keep_desks(request, person)
    if act == "end":
        leaving.end_desks(person, request.hospital, by=request.actor, at=now)
        messages.success(request, f"The account of {person} is ended and signed out everywhere.")
    elif act == "reset":
        leaving.sign_out_everywhere(person, request.hospital, by=request.actor)
        messages.success(request, f"{person} is signed out everywhere and sets a new password.")
    elif act == "parts":
        _set_parts(request, person)
    _keep_desks(request, person, note="Changed")
    return True


def _set_parts(request: OfficeRequest, person: User) -> None:
    """Give and take desks; the last administrator keeps hers."""
    wanted = {Role(role) for role in request.POST.getlist("roles") if role in PARTS}
    if not wanted:
        raise leaving.NotEnded("Choose at least one part, or end the account.")
    here = Membership.objects.in_force().filter(institution=request.hospital, user=person)
    held = {Role(role) for role in here.values_list("role", flat=True)}
    others = leaving.administrators(request.hospital).exclude(pk=person.pk)
    if Role.ADMIN in held - wanted and not others.exists():
        raise leaving.NotEnded("This is the only administrator. Invite a second one first.")
    here.filter(role__in=held - wanted).update(until=timezone.now(), ended_by=request.actor.user)
    for role in wanted - held:
        Membership.objects.create(
            user=person, institution=request.hospital, role=role, granted_by=request.actor.user
        )
    messages.success(request, f"{person}: {', '.join(sorted(role.label for role in wanted))}.")


def _keep_desks(request: OfficeRequest, person: User, note: str = "") -> None:
    """Who had which part when; for the history, not to be put back."""
    desks = Membership.objects.in_force().filter(institution=request.hospital, user=person)
    roles = sorted(Role(role).label for role in desks.values_list("role", flat=True))
    values: dict[str, Any] = {"parts": roles}
    about, by, at = Version.About.STAFF, request.actor, timezone.now()
    keep(request.hospital, about, person.pk, str(person), values, by=by, at=at, note=note)


def _key(request: OfficeRequest) -> UUID:
    """Whom it is about; nobody for what is no key."""
    try:
        return UUID(request.POST.get("who", ""))
    except ValueError:
        return UUID(int=0)
