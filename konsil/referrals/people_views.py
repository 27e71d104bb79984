"""A clinic's administrator looks after its people: invites, ends, signs out (F12.2)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from konsil.cases.doorway import DoorRequest, door
from konsil.people import invitations
from konsil.people.actors import Actor
from konsil.people.leaving import NotEnded, end_desks, sign_out_everywhere
from konsil.people.models import Institution, Invitation, Membership, User
from konsil.people.roles import Role
from konsil.referrals.desks import clinics_of

PARTS = [
    (Role.REFERRER.value, gettext_lazy("Refers patients and reads their cases")),
    (Role.CHILD_ADMIN.value, gettext_lazy("Administers the people of the clinic")),
]
Refused = (invitations.NotInvited, NotEnded)


class InviteForm(forms.Form):
    """Whom, at which address, for what."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the name of your colleague")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Own e-mail address"),
        help_text=gettext_lazy("The account is tied to it. A shared mailbox will not do."),
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the address of your colleague")},
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("What they do"),
        choices=PARTS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one part")},
    )


@dataclass(frozen=True)
class Group:
    """One clinic on the page: who works there, and who was invited."""

    clinic: Institution
    desks: list[Membership]
    waiting: list[Invitation]
    alone: bool
    form: InviteForm


@never_cache
@door("GET", "POST")
def people(request: DoorRequest) -> HttpResponse:
    """Who works at the clinic; invite, take back, end an account, ask for a new password."""
    clinics = clinics_of(request.actor, Role.CHILD_ADMIN)
    if request.method != "POST":
        return _page(request, clinics)
    clinic = _one(clinics, request.POST.get("clinic", ""))
    if request.POST.get("act") == "invite":
        form = InviteForm(request.POST, auto_id=_ids(clinic))
        if not form.is_valid():
            return _page(request, clinics, {clinic.pk: form}, status=422)
    try:
        messages.success(request, _act(request, clinic))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("referrals_out:people")


def _one(rows: list[Any], key: str) -> Any:
    """The row of that id among those that are the visitor's; else 404."""
    for row in rows:
        if str(row.pk) == key:
            return row
    raise Http404


def _act(request: DoorRequest, clinic: Institution) -> str:
    """Do what the button says; what to tell then. Raises one of `Refused`."""
    sent, by = request.POST, request.actor
    act = sent.get("act")
    if act == "invite":
        return _invite(sent, clinic, by)
    if act == "withdraw":
        waiting = list(invitations.waiting(clinic, at=timezone.now()))
        invitations.withdraw(_one(waiting, sent.get("who", "")), by=by, at=timezone.now())
        return _("The invitation is taken back. Its link is dead.")
    user = _one([desk.user for desk in _desks([clinic])], sent.get("who", ""))
    if act == "end":
        end_desks(user, clinic, by=by, at=timezone.now())
        return _("%(who)s is signed out and no longer works here.") % {"who": user}
    if act == "reset":
        sign_out_everywhere(user, clinic, by=by)
        _mail_reset(request, user)
        return _("%(who)s is signed out. A link for a new password is on its way.") % {"who": user}
    raise Http404


def _invite(sent: QueryDict, clinic: Institution, by: Actor) -> str:
    form = InviteForm(sent)
    form.is_valid()
    given = form.cleaned_data
    invitations.invite(
        email=given["email"],
        name=given["name"],
        roles=[Role(role) for role in given["roles"]],
        institution=clinic,
        by=by,
        at=timezone.now(),
    )
    return _("The invitation went to %(email)s. It works for three days.") % given


def _mail_reset(request: DoorRequest, user: User) -> None:
    """The library's own letter: its link sets a new password, once."""
    from allauth.account.forms import ResetPasswordForm

    form = ResetPasswordForm({"email": user.email})
    if form.is_valid():
        form.save(request)


def _desks(clinics: list[Institution]) -> Any:
    return (
        Membership.objects.in_force()
        .filter(institution__in=clinics)
        .select_related("user", "institution")
        .order_by("institution__name", "user__name", "role")
    )


def _page(
    request: DoorRequest,
    clinics: list[Institution],
    forms_: dict[UUID, InviteForm] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    desks, given, now = list(_desks(clinics)), forms_ or {}, timezone.now()
    groups = []
    for clinic in clinics:
        members = [desk for desk in desks if desk.institution_id == clinic.pk]
        admins = {desk.user_id for desk in members if desk.role == Role.CHILD_ADMIN}
        groups.append(
            Group(
                clinic,
                _by_person(members),
                list(invitations.waiting(clinic, at=now)),
                alone=len(admins) < 2,
                form=given.get(clinic.pk) or _blank(clinic),
            )
        )
    context = {"groups": groups, "wrong": next(iter(given.values()), None)}
    return render(request, "referrals/people.html", context, status=status)


def _blank(clinic: Institution) -> InviteForm:
    return InviteForm(initial={"roles": [Role.REFERRER.value]}, auto_id=_ids(clinic))


def _ids(clinic: Institution) -> str:
    """Two clinics on one page: each field keeps its own id."""
    return f"id_%s_{clinic.pk}"


def _by_person(members: list[Membership]) -> list[Membership]:
    """One line a person, with all her parts; the oldest desk first."""
    lines: dict[Any, Membership] = {}
    for desk in members:
        line: Any = lines.setdefault(desk.user_id, desk)
        line.parts = [*getattr(line, "parts", []), desk.get_role_display()]
    return list(lines.values())
