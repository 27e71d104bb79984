"""Acts on several rows of a case at once: opening one, and seating the practice at it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from konsil.cases.guards import guard
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case, Seat, ServiceLine, Task, Verdict, rule_for
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import Institution, Membership, Patient, User
from konsil.people.roles import DESKS, Role


@transaction.atomic
def open_case(
    *,
    patient: Patient,
    service_line: ServiceLine,
    by: Actor,
    at: datetime,
    referred_by: Institution | None = None,
    **elsewhere: Any,
) -> Case:
    """Begin a request; the practice's desks, and the referrer's, are seated at once.

    `elsewhere`: what is known of a case that began before Konsil: its stage, `submitted_at`,
    `diagnosis`, `local_physician`.
    """
    case: Case = Case.objects.create(
        tenant=patient.tenant,
        patient=patient,
        service_line=service_line,
        began_with=service_line.keep_version(by=SYSTEM, at=at),
        referred_by=referred_by,
        stage_since=at,
        place=patient.place,
        **elsewhere,
    )
    case.take_ball_back(at=at)
    for role in DESKS:
        case.seat(role, by=by, at=at, quietly=True, institution=patient.tenant)
    if referred_by is not None:
        for role in (Role.REFERRER, Role.CHILD_ADMIN):
            case.seat(role, by=by, at=at, quietly=True, institution=referred_by)
    case.tell(Verb.OPENED, by=by, at=at)
    return case


@transaction.atomic
def set_task(
    case: Case,
    *,
    role: Role,
    what: str,
    key: str,
    by: Actor,
    at: datetime,
    due_at: datetime | None = None,
    where: str = "",
    who: str = "",
) -> Task:
    """Give somebody a task; one open task a key, so setting it twice is harmless.

    `where` is the page below the case where it is done; `who` names somebody outside the practice.
    """
    task: Task
    given = {"role": role, "what": what, "due_at": due_at, "where": where, "who": who}
    task, new = Task.objects.get_or_create(case=case, key=key, done_at=None, defaults=given)
    if new:
        case.tell(Verb.TASK_SET, by=by, at=at, task=str(task.pk))
    return task


def finish_task(case: Case, *, key: str, by: Actor, at: datetime) -> None:
    """The task of that key is done, if there is one open."""
    for task in Task.objects.filter(case=case, key=key, done_at=None):
        task.finish(by=by, at=at)


@guard("licence_allows")
def licence_allows(case: Case) -> str:
    """The law of the place where the patient is must let whoever answers answer her (F.2).

    Where a reviewer is asked or seated, her own licence there counts; else the table alone.
    """
    seats = Seat.objects.in_force().filter(case=case, role__in=[Role.REVIEWER, Role.ASKED])
    reviewers = [seat.user for seat in seats.select_related("user") if seat.user] or [None]
    rules = [rule_for(case.tenant, case.place, reviewer=reviewer) for reviewer in reviewers]
    verdicts = {rule.verdict for rule in rules}
    if Verdict.BLOCK in verdicts:
        return "The licence table does not allow an opinion to a patient in this place."
    if Verdict.LOCAL_PHYSICIAN in verdicts and not case.local_physician:
        return (
            "This place needs a local physician. Name one on the case, or choose a reviewer who "
            "is licensed there."
        )
    return ""


@transaction.atomic
def offer(case: Case, reviewer: User, *, by: Actor, at: datetime) -> None:
    """Offer the case to a reviewer of the practice; she sees the record and answers within 12 h."""
    desks = Membership.objects.in_force().filter(user=reviewer, role=Role.REVIEWER)
    if not desks.filter(institution=case.tenant).exists():
        raise ImpossibleMove("Choose a reviewing physician of this practice.")
    case.seat(Role.ASKED, by=by, at=at, quietly=True, user=reviewer)  # the guard asks whose licence
    case.move(Verb.OFFERED, by=by, at=at, reviewer=str(reviewer.pk))


@transaction.atomic
def answer_offer(case: Case, *, takes: bool, reason: str, by: Actor, at: datetime) -> None:
    """The reviewer takes the case (and is seated at it) or declines with a reason."""
    if not takes and not reason:
        raise ImpossibleMove("Say in a few words why, so that the next offer fits better.")
    verb = Verb.OFFER_ACCEPTED if takes else Verb.OFFER_DECLINED
    facts = {} if takes else {"reason": reason[:200]}
    case.move(verb, by=by, at=at, **facts)
    if takes:
        case.seat(Role.REVIEWER, by=by, at=at, quietly=True, user=by.user)


@transaction.atomic
def recall_offer(case: Case, *, by: Actor, at: datetime) -> None:
    """Take the offer back: nobody answered, or somebody else is chosen."""
    case.move(Verb.OFFER_RECALLED, by=by, at=at)
