"""What people lose: the phone with the app, and the mailbox (F1.4, E3, B5)."""

from datetime import date, datetime
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, TextChoices
from django.template.loader import render_to_string

from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.core.mail import send
from konsil.entrance.models import FactorReset
from konsil.people.actors import Actor
from konsil.people.models import Institution, Membership, Pass, User
from konsil.people.roles import Role
from konsil.people.sittings import end_sittings


class Why(TextChoices):
    """Why a patient's address is changed; the event names it, so it says nothing of health."""

    LOST = "lost", "The mailbox cannot be opened any more"
    MISTYPED = "mistyped", "It was written down wrong"
    SHARED = "shared", "Somebody else reads that mailbox"


class NotDone(Exception):
    """Nothing was changed; the words say why and what to do instead."""


def administered_by(user: User) -> list[Institution]:
    """The hospitals at which `user` is system administrator."""
    desks = Membership.objects.in_force().filter(user=user, role=Role.ADMIN)
    return list(Institution.objects.filter(parent=None, pk__in=desks.values("institution")))


@transaction.atomic
def reset_factors(
    email: str, *, checked: FactorReset.Checked, words: str, by: Actor, at: datetime
) -> FactorReset:
    """Take the second factors of a colleague away and end her sessions; she is told by mail.

    At her next sign-in she sets up a new one. Raises `NotDone`.
    """
    giver = by.user
    places = administered_by(giver) if giver else []
    desks = Membership.objects.in_force().filter(
        Q(institution__in=places) | Q(institution__parent__in=places)
    )
    person = User.objects.filter(email__iexact=email.strip(), pk__in=desks.values("user")).first()
    if giver is None or person is None:
        raise NotDone("Nobody with this address works at your hospital or refers to it.")
    if person == giver:
        raise NotDone("Not your own. Ask another administrator.")
    Authenticator.objects.filter(user=person).delete()
    end_sittings(person)
    desk = desks.filter(user=person).select_related("institution__parent")[0]
    made = FactorReset.objects.create(
        tenant=desk.institution.tenant, user=person, by=giver, at=at, checked=checked, words=words
    )
    _tell(
        person.email,
        "Your second proof was taken away",
        f"{giver} took away the app, keys and recovery codes of your account, and signed you out "
        "everywhere. At your next sign-in you set up a new one. If you did not ask for this, call "
        "the hospital now.",
        made.tenant,
    )
    return made


@transaction.atomic
def change_address(
    case: Case, *, email: str, born: date | None, why: Why, by: Actor, at: datetime
) -> None:
    """A patient lost her mailbox: from now on her account is opened through another.

    Who asked has told the birth date. Her sessions and links end; both addresses hear of it.
    Raises `NotDone`.
    """
    patient, new = case.patient, email.strip().lower()
    if born is None or born != patient.birth_date:
        raise NotDone("This is not the birth date that we have. Nothing was changed.")
    user = patient.user
    if user is None:
        raise NotDone("This patient has no account yet. Change the address in the request.")
    if user.roles:
        raise NotDone("This account works here too. An administrator has to look after it.")
    if new == user.email.lower():
        raise NotDone("This is the address that we have already.")
    if User.objects.filter(email__iexact=new).exists():
        raise NotDone("This address belongs to another account.")
    old = user.email
    user.email = patient.email = new
    user.save(update_fields=["email"])
    patient.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=new, verified=True, primary=True)
    Pass.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    end_sittings(user)
    case.tell(Verb.ADDRESS_CHANGED, by=by, at=at, why=why.value)
    for address in (old, new):
        _tell(
            address,
            "Your e-mail address with us was changed",
            "You, or somebody who knows you, asked us to use another e-mail address for your "
            "account. If it was not you, call us now.",
            case.tenant,
        )


def _tell(to: str, subject: str, words: str, hospital: Institution) -> None:
    """Once the change is made; a mailbox that refuses the letter does not undo it."""
    body = render_to_string("mail/frame.txt", {"words": words, "hospital": hospital})
    transaction.on_commit(partial(send, to=to, subject=subject, body=body), robust=True)
