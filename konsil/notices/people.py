"""Who hears something at a case, in which part, and when they may be written to."""

from dataclasses import dataclass
from datetime import datetime

from konsil.cases.models import Case, Seat
from konsil.notices.hours import ZONE_OF_STATE, Night, zone_or
from konsil.notices.models import PracticeNotices, Reach
from konsil.people.models import Institution, Membership, User
from konsil.people.roles import Role

ASKING = (Role.PATIENT, Role.PROXY)


@dataclass(frozen=True)
class Receiver:
    """A person in a part; somebody outside has an address only."""

    email: str
    role: Role
    user: User | None = None


def seated(case: Case, *roles: Role) -> list[User]:
    """The users who sit at the case in these parts, themselves or at an institution's desk."""
    seats = Seat.objects.in_force().filter(case=case, role__in=roles)
    own = seats.exclude(user=None).values("user")
    desks = Membership.objects.in_force().filter(
        institution__in=seats.exclude(institution=None).values("institution"), role__in=roles
    )
    found = User.objects.filter(pk__in=own) | User.objects.filter(pk__in=desks.values("user"))
    return list(found.filter(is_active=True).order_by("email"))


def hearers(case: Case, role: Role) -> list[Receiver]:
    """Who hears what is said to `role`: the patient's proxy with her, a desk as a whole."""
    if role == Role.SYSTEM:
        return []
    if role == Role.DIRECTOR:
        named = escalation_of(case)
        return [Receiver(named.email, role, named)] if named else []
    roles = ASKING if role in ASKING else (role,)
    return [Receiver(user.email, role, user) for user in seated(case, *roles)]


def still_hears(case: Case, user: User, role: str) -> bool:
    """Whether this person still sits there in that part: asked again when the letter goes."""
    return any(user == each.user for each in hearers(case, Role(role)))


def escalation_of(case: Case) -> User | None:
    """The named person who is told when nobody moves: chosen by the hospital, else a director."""
    chosen = PracticeNotices.of(case.tenant).escalate_to
    if chosen is not None and chosen.is_active:
        return chosen
    desks = Membership.objects.in_force().filter(
        institution=case.tenant_id, role=Role.DIRECTOR, user__is_active=True
    )
    first = desks.select_related("user").order_by("since", "user__email").first()
    return first.user if first else None


def night_of(tenant: Institution, user: User | None, *, case: Case | None = None) -> Night:
    """The quiet hours of a receiver: her own, in her own zone, else the hospital's in its zone.

    A patient who has chosen no zone has that of the place where she is.
    """
    house = PracticeNotices.of(tenant)
    reach = Reach.of(user) if user else Reach()
    place = ""
    if case is not None and user is not None and case.patient.user_id == user.pk:
        place = ZONE_OF_STATE.get(case.place or case.patient.place, "")
    return Night(
        zone_or(reach.zone or place, tenant.time_zone),
        reach.quiet_from or house.quiet_from,
        reach.quiet_until or house.quiet_until,
    )


def earliest(case: Case, receivers: list[Receiver], at: datetime) -> datetime:
    """`at`, or when the first of them may be written to."""
    nights = [night_of(case.tenant, each.user, case=case) for each in receivers]
    return min((night.next_allowed(at) for night in nights), default=at)
