"""Invitations to a desk: bound to one mailbox, used once, gone after 72 hours (F12.2, F1.8).

A hospital's administrator invites staff and the people of its clinics; a clinic's administrator
invites the people of that clinic. Nobody gives a part that is above their own.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from konsil.core.mail import send
from konsil.people.actors import Actor
from konsil.people.models import Institution, Invitation, Membership, Pass, User
from konsil.people.roles import STAFF, Role

LASTS = timedelta(hours=72)
A_DAY = 5
"""How many invitations go to one mailbox a day, from everybody together."""
CLINIC = frozenset({Role.REFERRER, Role.CHILD_ADMIN})


class NotInvited(Exception):
    """No invitation was made, or none can be accepted; the words say why and what to do."""


def grantable(giver: User, institution: Institution) -> frozenset[Role]:
    """The parts that `giver` may give at `institution`; empty for somebody who may give none."""
    desks = Membership.objects.in_force().filter(user=giver)
    runs_hospital = desks.filter(
        institution=institution.tenant_pk, role=Role.ADMIN, institution__parent=None
    ).exists()
    if institution.parent_id is None:
        return STAFF if runs_hospital else frozenset()
    runs_clinic = desks.filter(institution=institution, role=Role.CHILD_ADMIN).exists()
    return CLINIC if runs_hospital or runs_clinic else frozenset()


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    institution: Institution,
    by: Actor,
    at: datetime,
) -> Invitation:
    """Mail an invitation; an earlier open one to the same desk is dead then. Raises `NotInvited`.

    Only the hash of the link is kept.
    """
    email, wanted = email.strip().lower(), frozenset(roles)
    giver = by.user
    if giver is None or not wanted or not wanted <= grantable(giver, institution):
        raise NotInvited(_("You cannot give this part. Ask the administrator of the hospital."))
    Institution.objects.select_for_update().get(pk=institution.pk)
    desks = Membership.objects.in_force().filter(user__email__iexact=email, institution=institution)
    if wanted <= {Role(role) for role in desks.values_list("role", flat=True)}:
        raise NotInvited(_("This person works here in that part already."))
    recent = Invitation.objects.filter(email=email, created_at__gt=at - timedelta(days=1))
    if recent.count() >= A_DAY:
        raise NotInvited(_("Many invitations went to this address today. Try again tomorrow."))
    for earlier in waiting(institution, at=at).filter(email=email):
        withdraw(earlier, by=by, at=at)
    held, token = Pass.issue(
        tenant=institution.tenant, label=f"Invitation of {name}"[:120], expires_at=at + LASTS
    )
    made = Invitation.objects.create(
        held=held,
        institution=institution,
        email=email,
        name=name,
        roles=sorted(role.value for role in wanted),
        invited_by=giver,
    )
    transaction.on_commit(partial(_send, made, token), robust=True)
    return made


def _send(made: Invitation, token: str) -> None:
    until = timezone.localtime(made.held.expires_at)
    words = render_to_string(
        "mail/invitation.txt",
        {
            "hospital": made.institution.tenant,
            "institution": made.institution,
            "by": made.invited_by,
            "link": f"{settings.PUBLIC_URL}/invitation/{token}/",
            "until": f"{until:%B} {until.day}, {until.hour}:{until:%M}",
        },
    )
    subject = _("Your account at %(place)s") % {"place": made.institution}
    send(to=made.email, subject=subject, body=words)


def waiting(institution: Institution, *, at: datetime) -> QuerySet[Invitation]:
    """Invitations of `institution` that can still be accepted."""
    return Invitation.objects.filter(
        institution=institution,
        accepted_at=None,
        held__revoked_at=None,
        held__expires_at__gt=at,
        held__misses__lt=Pass.MISSES_ALLOWED,
    ).select_related("held", "invited_by")


def find(token: str, *, at: datetime) -> Invitation | None:
    """The invitation of a token while it can be accepted; None for any other."""
    found = (
        Invitation.objects.filter(held__token_hash=Pass.hash_of(token), accepted_at=None)
        .select_related("held", "institution__parent", "invited_by")
        .first()
    )
    return found if found and found.held.open_at(at) else None


def account_of(made: Invitation) -> User | None:
    """The account that has the invited mailbox already: it has to sign in to accept."""
    return User.objects.filter(email__iexact=made.email, is_active=True).first()


@transaction.atomic
def accept_new(made: Invitation, *, name: str, password: str, at: datetime) -> User:
    """Make the account of the invited mailbox and seat it at its desk. Raises `NotInvited`.

    An account that was ended lives again, with the new password.
    """
    made = _taken(made, at=at)
    if account_of(made) is not None:
        raise NotInvited(_("This address has an account. Sign in with it, then open the link."))
    from allauth.account.models import EmailAddress

    ended = User.objects.filter(email__iexact=made.email).first()
    user = ended or User(email=made.email)
    user.name, user.is_active = name, True
    user.set_password(password)
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return _seated(made, user, at=at)


@transaction.atomic
def accept_as(made: Invitation, user: User, *, at: datetime) -> User:
    """The signed-in owner of the invited mailbox takes the desk. Raises `NotInvited`."""
    made = _taken(made, at=at)
    if not user.is_active or user.email.lower() != made.email:
        raise NotInvited(_("This invitation went to another address. Sign in with that one."))
    return _seated(made, user, at=at)


def _taken(made: Invitation, *, at: datetime) -> Invitation:
    """The same invitation, locked: of two presses at once only one finds it open.

    What its giver may no longer give, it no longer gives.
    """
    locked = Invitation.objects.select_for_update(of=("self", "held")).select_related("held")
    made = locked.get(pk=made.pk)
    if made.accepted_at or not made.held.open_at(at):
        raise NotInvited(_("This invitation has been used or has ended. Ask for a new one."))
    allowed = grantable(made.invited_by, made.institution)
    if not {Role(role) for role in made.roles} <= allowed:
        raise NotInvited(_("Whoever invited you no longer can. Ask for a new invitation."))
    return made


def _seated(made: Invitation, user: User, *, at: datetime) -> User:
    here = Membership.objects.in_force().filter(user=user, institution=made.institution)
    for role in set(made.roles) - set(here.values_list("role", flat=True)):
        Membership.objects.create(
            user=user, institution=made.institution, role=role, granted_by=made.invited_by
        )
    made.accepted_at, made.accepted_by = at, user
    made.save(update_fields=["accepted_at", "accepted_by"])
    made.held.revoked_at = at
    made.held.save(update_fields=["revoked_at"])
    return user


@transaction.atomic
def withdraw(made: Invitation, *, by: Actor, at: datetime) -> None:
    """Take an invitation back; its link is dead at once. Raises `NotInvited`."""
    if by.user is None or not grantable(by.user, made.institution):
        raise NotInvited(_("This invitation is not yours to take back."))
    made.held.revoked_at = at
    made.held.save(update_fields=["revoked_at"])
    made.withdrawn_by = by.user
    made.save(update_fields=["withdrawn_by"])
