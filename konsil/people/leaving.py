"""Ending somebody's desks, and signing them out everywhere, at once (F1.4, F12.2)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from konsil.people.actors import Actor
from konsil.people.invitations import grantable, waiting, withdraw
from konsil.people.models import Institution, Membership, User
from konsil.people.roles import Role

RUNS = (Role.CHILD_ADMIN, Role.ADMIN)
"""Who administers a clinic, and who a hospital."""


class NotEnded(Exception):
    """Nothing was ended; the words say why and what to do instead."""


@transaction.atomic
def end_desks(user: User, institution: Institution, *, by: Actor, at: datetime) -> int:
    """End every desk of `user` at `institution`; how many ended. Raises `NotEnded`.

    Without any desk left the account is closed, and with it all its sessions. A patient's own
    account stays.
    """
    Institution.objects.select_for_update().get(pk=institution.pk)
    desks = Membership.objects.in_force().filter(user=user, institution=institution)
    held = {Role(role) for role in desks.values_list("role", flat=True)}
    if by.user is None or not held <= grantable(by.user, institution):
        raise NotEnded(_("This account is not yours to end. Ask the hospital’s administrator."))
    if not held.isdisjoint(RUNS) and not administrators(institution).exclude(pk=user.pk).exists():
        raise NotEnded(_("This is the only administrator. Invite a second one first."))
    ended: int = desks.update(until=Now(), ended_by=by.user)
    for invitation in waiting(institution, at=at).filter(email=user.email):
        withdraw(invitation, by=by, at=at)
    if not Membership.objects.in_force().filter(user=user).exists() and not _asks_as_patient(user):
        user.is_active = False
        user.save(update_fields=["is_active"])
    return ended


def administrators(institution: Institution) -> QuerySet[User]:
    """The active accounts that administer `institution`."""
    desks = Membership.objects.in_force().filter(
        user=OuterRef("pk"), institution=institution, role__in=RUNS
    )
    return User.objects.filter(Exists(desks), is_active=True)


def _asks_as_patient(user: User) -> bool:
    """Whether the account is a patient's or her proxy's as well."""
    seats: Any = user._meta.get_field("seats").related_model
    return bool(user.patients.exists() or seats.objects.filter(user=user).exists())


@transaction.atomic
def sign_out_everywhere(user: User, institution: Institution, *, by: Actor) -> None:
    """Forget the password: every session ends, a new password is set by mail. Raises `NotEnded`.

    Only for somebody all of whose desks the actor may give.
    """
    giver = by.user
    places = Institution.objects.filter(
        pk__in=Membership.objects.in_force().filter(user=user).values("institution")
    ).select_related("parent")
    mine = giver is not None and all(grantable(giver, place) for place in places)
    if not mine or institution not in places:
        raise NotEnded(_("This account works elsewhere too. Ask the hospital’s administrator."))
    user.set_unusable_password()
    user.save(update_fields=["password"])
