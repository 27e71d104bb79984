"""Emergency access: who has no seat opens a case, with a reason, seen by others, for an hour (A8).

Only a privacy officer (permissions.md, "bg"). The seat has a term by the database's clock, so that
it ends by itself; while it lasts nothing can be written, and every opening is on the list that the
patient reads.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from konsil.cases.models import Case, Seat
from konsil.cases.verbs import Verb
from konsil.entrance.models import EmergencyAccess
from konsil.people.actors import Actor
from konsil.people.models import Institution, Membership, User
from konsil.people.roles import Role

LONGEST = timedelta(minutes=60)
OVERSEE = (Role.PRIVACY, Role.DIRECTOR)
"""Who hears of it, and reads the reasons."""


class NotOpened(Exception):
    """The case stays closed; the words say why."""


def hospitals_of(user: User | None, *roles: Role) -> list[Institution]:
    """The hospitals at which `user` has one of these desks now."""
    desks = Membership.objects.in_force().filter(user=user, role__in=roles)
    return list(Institution.objects.filter(parent=None, pk__in=desks.values("institution")))


@transaction.atomic
def break_glass(
    number: str,
    *,
    reason: EmergencyAccess.Reason,
    words: str,
    term: timedelta,
    by: Actor,
    at: datetime,
) -> EmergencyAccess:
    """Seat the privacy officer at the case of that number until `at + term`. Raises `NotOpened`."""
    if by.user is None:
        raise NotOpened("Only a person opens a case in an emergency.")
    places = hospitals_of(by.user, Role.PRIVACY)
    case = Case.objects.filter(number=number, tenant__in=places).first()
    if case is None:
        raise NotOpened("There is no case of this number at your hospital.")
    if not timedelta() < term <= LONGEST:
        raise NotOpened("An hour is the longest.")
    until = at + term
    seat = case.seat(Role.PRIVACY, by=by, at=at, quietly=True, user=by.user, until=until)
    made: EmergencyAccess = EmergencyAccess.objects.create(
        case=case, user=by.user, seat=seat, reason=reason, words=words, at=at, until=until
    )
    case.tell(Verb.GLASS_BROKEN, by=by, at=at, access=str(made.pk), reason=reason.value)
    return made


@transaction.atomic
def give_back(access: EmergencyAccess, *, at: datetime) -> None:
    """The officer is done before the term is."""
    Seat.objects.filter(pk=access.seat_id, until__gt=at).update(until=at)


def accesses(user: User | None) -> QuerySet[EmergencyAccess]:
    """Those of the hospitals that `user` oversees, the newest first."""
    places = hospitals_of(user, *OVERSEE)
    rows: QuerySet[EmergencyAccess] = EmergencyAccess.objects.filter(tenant__in=places)
    return rows.select_related("user", "case", "seat")
