"""How a case is told on the screen: whose turn, until when, how far along; in people's words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from konsil.cases import forecast
from konsil.cases.life import ENDED, MILESTONES, NO_TURN, TURNS, Stage
from konsil.cases.models import Case, Event, Seat
from konsil.cases.verbs import Verb
from konsil.people.models import Patient
from konsil.people.places import name_of
from konsil.people.roles import Role

DESK_ROLES = {Role.COORDINATOR, Role.NURSE}
OUTSIDE = frozenset({Role.REFERRER, Role.CHILD_ADMIN})
SEATED = {Role.REVIEWER, Role.ASKED, Role.COLLEAGUE}
ENTERED_BY = {
    Verb.OPENED: 0,
    Verb.SUBMITTED: 1,
    Verb.ACCEPTED: 2,
    Verb.FILE_COMPLETED: 3,
    Verb.OFFER_ACCEPTED: 4,
    Verb.SIGNED: 5,
    Verb.RELEASED: 6,
    Verb.FOLLOWED_UP: 7,
}


@dataclass(frozen=True)
class Whose:
    """Whose turn it is, as the ball says it."""

    who: str
    you: bool
    what: str


def whose_turn(case: Case, roles: set[Role], *, reviewer: str = "") -> Whose:
    """For somebody in `roles`: “You” or the name of whoever has the ball."""
    if not case.ball:
        return Whose("Nobody", you=False, what="")
    ball = Role(case.ball)
    yours = ball in roles or (ball in DESK_ROLES and bool(DESK_ROLES & roles))
    if yours:
        return Whose("You", you=True, what=case.ball_for)
    names = {
        Role.PATIENT: case.patient.given_name or "The patient",
        Role.PROXY: case.patient.given_name or "The patient",
        Role.REVIEWER: reviewer or "The reviewer",
        Role.ASKED: reviewer or "The reviewer",
        Role.REFERRER: case.referred_by.name if case.referred_by else "The referrer",
    }
    # A clinic is not told of a refused card: it reads what the stage asks, no more (F12.4).
    what = TURNS.get(Stage(case.stage), NO_TURN).what if roles <= OUTSIDE else case.ball_for
    return Whose(names.get(ball, "The practice"), you=False, what=what)


def due_words(due_at: datetime | None, now: datetime) -> tuple[str, str]:
    """(kind, words) for the due chip: ok, soon or late; empty kind where nothing is due."""
    if due_at is None:
        return "", ""
    left = due_at - now
    if left < timedelta():
        return "late", f"{_span(-left)} late"
    if timezone.localdate(due_at) == timezone.localdate(now):
        return "soon", f"Today {timezone.localtime(due_at):%H:%M}"
    return "ok", f"{_span(left)} left"


def _span(length: timedelta) -> str:
    if length >= timedelta(days=1):
        return f"{length.days} d"
    hours = int(length.total_seconds() // 3600)
    return f"{hours} h" if hours else f"{max(1, int(length.total_seconds() // 60))} min"


def day(moment: datetime | date | None) -> str:
    """Nov 24, and the year when it is not this one."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment).date()
    words = f"{moment:%b} {moment.day}"
    return words if moment.year == timezone.localdate().year else f"{words}, {moment.year}"


def moment(at: datetime) -> str:
    """Nov 24, 8:51; and the year when it is not this one."""
    here = timezone.localtime(at)
    return f"{day(here)}, {here.hour}:{here:%M}"


def track(case: Case) -> list[dict[str, str]]:
    """The eight stops (F4.2), each with its state and the day it was reached."""
    reached: dict[int, datetime] = {}
    for verb, at in Event.objects.filter(case=case, verb__in=list(ENTERED_BY)).values_list(
        "verb", "at"
    ):
        reached[ENTERED_BY[Verb(verb)]] = at
    here = milestone(case)
    steps = []
    for number, (name, _stages) in enumerate(MILESTONES):
        state = "done" if number < here else "now" if number == here else ""
        if case.stage == Stage.CLOSED:
            state = "done"
        when = day(reached.get(number)) if number <= here else ""
        steps.append({"name": name, "state": state, "when": when, "note": ""})
    if case.submitted_at and case.is_open and here < 6:
        low, high = expected(case)
        steps[6]["when"] = f"{day(low)} to {day(high)}"
    return steps


def milestone(case: Case) -> int:
    """Where among the eight stops the case is; an ended one stays where it was."""
    stage = Stage(case.stage)
    if stage in ENDED and stage != Stage.CLOSED and case.former_stage:
        stage = Stage(case.former_stage)
    for number, (_name, stages) in enumerate(MILESTONES):
        if stage in stages:
            return number
    return 0


def expected(case: Case) -> tuple[date, date]:
    """The range in which the report is expected, as the practice's history has it (F4.2)."""
    return forecast.expected(case, at=timezone.now())


def reviewer_of(case: Case) -> str:
    """The name of the reviewer seated at the case, or asked to sit there."""
    seat = (
        Seat.objects.in_force()
        .filter(case=case, role__in=[Role.REVIEWER, Role.ASKED])
        .select_related("user")
        .first()
    )
    return str(seat.user) if seat and seat.user else ""


def banner(patient: Patient, case: Case) -> dict[str, Any]:
    """Who it is, in the order in which every banner says it (F5.5)."""
    born = patient.birth_date
    words = f"{born:%b} {born.day}, {born.year}" if born else "birth date not given"
    return {
        "family": patient.family_name or "Not given",
        "given": patient.given_name,
        "born": words,
        "age": age(born),
        "sex": patient.get_sex_display() if patient.sex else "",
        "number": case.number,
        "place": name_of(case.place),
    }


def age(born: date | None) -> int | None:
    """Years of age today."""
    if born is None:
        return None
    today = timezone.localdate()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
