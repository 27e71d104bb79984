"""A clinic's own patients, told as the clinic may see them: no payments, no internal notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from konsil.cases import showing
from konsil.cases.life import ENDED, Stage
from konsil.cases.models import Case, Event, Seat, Task
from konsil.people.actors import Actor
from konsil.people.roles import Role
from konsil.referrals.desks import OUTSIDE
from konsil.referrals.models import Referral

SHOWN_TASKS = (Role.PATIENT, Role.PROXY, Role.PROVIDER, Role.REFERRER)
DELIVERED = (Stage.RELEASED, Stage.CONSULT, Stage.FOLLOW_UP, Stage.ADDENDUM)
FILTERS: tuple[tuple[str, str, Q], ...] = (
    ("", "All open", ~Q(stage__in=ENDED)),
    ("ours", "Our turn", Q(ball=Role.REFERRER) & ~Q(stage__in=ENDED)),
    ("patient", "The patient’s turn", Q(ball__in=[Role.PATIENT, Role.PROXY]) & ~Q(stage__in=ENDED)),
    ("report", "Report is there", Q(stage__in=DELIVERED)),
    ("ended", "Ended", Q(stage__in=ENDED)),
)


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    case: Case
    name: str
    reference: str
    stage: str
    turn: showing.Whose
    due: tuple[str, str]
    missing: list[str]
    news: str
    news_at: datetime | None


def own_patients(actor: Actor) -> Any:
    """The cases at which the actor sits for a referring clinic; never those it sees otherwise."""
    seats = Seat.objects.held_by(actor).filter(role__in=OUTSIDE)
    return Case.objects.visible_to(actor).filter(pk__in=seats.values("case"))


def open_tasks(actor: Actor, cases: Iterable[Case]) -> Any:
    """What patient, clinic and providers still owe. What concerns money is not the clinic's."""
    return (
        Task.objects.visible_to(actor)
        .filter(case__in=cases, done_at=None, role__in=SHOWN_TASKS)
        .exclude(Q(where__startswith="payment") | Q(key__startswith="card") | Q(key="pay"))
        .select_related("case")
        .order_by("due_at")
    )


def lines(actor: Actor, cases: list[Case], roles: set[Role], now: datetime) -> list[Line]:
    """The rows, with three queries however many cases there are."""
    tasks: dict[Any, list[str]] = {}
    for task in open_tasks(actor, cases):
        who = f"{task.who}: " if task.who else ""
        tasks.setdefault(task.case_id, []).append(f"{who}{task.what}")
    newest = Event.objects.visible_to(actor).filter(case__in=cases)
    news = {
        each.case_id: each
        for each in newest.order_by("case_id", "-at", "-created_at").distinct("case_id")
    }
    own = dict(
        Referral.objects.visible_to(actor)
        .filter(case__in=cases)
        .values_list("case_id", "own_reference")
    )
    made = []
    for case in cases:
        event = news.get(case.pk)
        made.append(
            Line(
                case=case,
                name=str(case.patient),
                reference=own.get(case.pk, ""),
                stage=in_words(case),
                turn=showing.whose_turn(case, roles),
                due=showing.due_words(case.due_at, now),
                missing=first_of_all(case) + tasks.get(case.pk, []),
                news=f"{event.actor_name} {event.get_verb_display()}" if event else "",
                news_at=event.at if event else None,
            )
        )
    return made


def first_of_all(case: Case) -> list[str]:
    """Before anything else: without her agreement nothing goes on."""
    return ["The patient’s yes"] if case.stage == Stage.DRAFT else []


WORDS = {
    Stage.DRAFT: "Waits for the patient’s yes",
    Stage.SCREENING: "The practice checks the request",
    Stage.NEEDS_INFO: "The practice asked a question",
    Stage.GATHERING: "Records are being collected",
    Stage.FILE_COMPLETE: "The records are complete",
    Stage.OFFERED: "The right expert is being asked",
    Stage.IN_REVIEW: "The expert reads and writes",
    Stage.MORE_INFO: "The expert asked for one more thing",
    Stage.AT_BOARD: "Several experts look at it together",
    Stage.DRAFTED: "The opinion is written and being checked",
    Stage.AT_BOARD: "Several experts discuss it",
    Stage.DRAFTED: "The opinion is written and is being checked",
    Stage.SIGNED: "The opinion is written",
    Stage.RELEASED: "The report is there",
    Stage.CONSULT: "The report is there, a video visit is booked",
    Stage.CONSULT: "The report is there, they talk about it",
    Stage.ADDENDUM: "The report is there, something is being added",
    Stage.FOLLOW_UP: "The report is there, questions are open",
    Stage.ADDENDUM: "The report is there, something is being added",
    Stage.CLOSED: "Closed, the report stays",
    Stage.DECLINED: "The practice could not take it",
    Stage.WITHDRAWN: "The request was withdrawn",
    Stage.EXPIRED: "The request has lapsed",
    Stage.CANCELLED: "The practice had to stop it",
    Stage.RETRACTED: "The opinion was taken back",
    Stage.CANCELLED: "The practice had to cancel it",
    Stage.RETRACTED: "The opinion was retracted",
}


def in_words(case: Case) -> str:
    """Where it stands, for the clinic."""
    return WORDS[Stage(case.stage)]
