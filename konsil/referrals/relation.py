"""The bond between a case and a clinic: who reads what, and how it ends (F12.3, F12.4).

A clinic sees a case through its seats and in no other way. Whether it reads the report stands on
them: the hospital's policy for this clinic and the patient's own word must both say yes.
"""

from datetime import datetime

from django.db import transaction

from konsil.cases.models import Case, Seat
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.models import Institution
from konsil.people.roles import Role
from konsil.referrals.models import ClinicTerms, ReferenceNumber, Referral

CLINIC = (Role.REFERRER, Role.CHILD_ADMIN)


def policy_lets_read(clinic: Institution) -> bool:
    """The hospital's policy for the clinic; without one a clinic reads the report."""
    terms = ClinicTerms.of(clinic)
    return terms is None or terms.reads_report


def settle_reading(case: Case, clinic: Institution, *, withheld: bool) -> None:
    """Write onto the clinic's seats what policy and patient say together."""
    seats = Seat.objects.in_force().filter(case=case, institution=clinic, role__in=CLINIC)
    seats.update(reads_report=policy_lets_read(clinic) and not withheld)


def settle_policy(clinic: Institution) -> None:
    """The hospital changed its policy: all seats of the clinic follow, patients’ words stay."""
    seats = Seat.objects.in_force().filter(institution=clinic, role__in=CLINIC)
    withheld = Referral.objects.filter(institution=clinic, withheld=True).values("case")
    seats.update(reads_report=policy_lets_read(clinic))
    seats.filter(case__in=withheld).update(reads_report=False)


def clinic_of(case: Case) -> Institution | None:
    """The clinic that takes part at the moment."""
    seat = Seat.objects.in_force().filter(case=case, role=Role.REFERRER).exclude(institution=None)
    found = seat.select_related("institution").first()
    return found.institution if found else None


@transaction.atomic
def take_part(case: Case, clinic: Institution, *, by: Actor, at: datetime) -> None:
    """Seat the clinic's desks at the case."""
    for role in CLINIC:
        case.seat(role, by=by, at=at, quietly=True, institution=clinic)
    settle_reading(case, clinic, withheld=False)
    case.referred_by = clinic
    case.save(update_fields=["referred_by"])


@transaction.atomic
def let_read(case: Case, *, reads: bool, by: Actor, at: datetime) -> None:
    """The patient says whether the clinic reads the report."""
    referral = Referral.objects.select_for_update(of=("self",)).filter(case=case).first()
    if referral is None or referral.institution is None or referral.withheld == (not reads):
        return
    referral.withheld = not reads
    referral.save(update_fields=["withheld"])
    settle_reading(case, referral.institution, withheld=referral.withheld)
    case.tell(Verb.CLINIC_READS, by=by, at=at, reads=reads)


@transaction.atomic
def end_part(case: Case, *, by: Actor, at: datetime) -> None:
    """The patient ends what the clinic sees: the case is gone from it at once, the trail stays."""
    if clinic_of(case) is None:
        return
    for role in CLINIC:
        case.unseat(role, by=by, at=at)
    Referral.objects.filter(case=case).update(ended_at=at)
    ReferenceNumber.objects.filter(case=case, ended_at=None).update(ended_at=at)
    case.tell(Verb.CLINIC_ENDED, by=by, at=at)
