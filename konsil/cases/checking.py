"""The quality check of a draft, and the guards that this room itself answers."""

from datetime import datetime

from django.db import transaction

from konsil.cases.clocks import Business
from konsil.cases.guards import guard
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Case, Event, Seat
from konsil.cases.models.turning import calendar_of
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.roles import Role

QUESTIONS = 3
CHECKERS = frozenset({Role.NURSE, Role.DIRECTOR})
_rooms: set[str] = set()


def opens(room: str) -> None:
    """A room that is not built in every practice says that it is here (visits)."""
    _rooms.add(room)


@guard("visits_open")
def visits_open(case: Case) -> str:
    """Video visits can be booked when their room is here."""
    return "" if "visits" in _rooms else "Video visits cannot be booked here. Write a message."


@guard("questions_left")
def questions_left(case: Case) -> str:
    """The patient may ask for up to three additions after her report (FOLLOW_UP)."""
    asking = Seat.objects.filter(case=case, role__in=[Role.PATIENT, Role.PROXY], user__isnull=False)
    asked = Event.objects.filter(
        case=case, verb=Verb.ADDENDUM_ASKED, actor_user__in=asking.values("user")
    )
    if asked.count() < QUESTIONS:
        return ""
    return "Three later questions are part of this opinion. Begin a new request for more."


@guard("quality_checked")
def quality_checked(case: Case) -> str:
    """Where the service line asks it, a second person has found the draft ready to sign."""
    if not case.terms.quality_check:
        return ""
    if case.stage != Stage.DRAFTED:
        return "This service asks for a second look. Declare the draft ready first."
    if is_passed(case):
        return ""
    return "The draft is being checked by a second person. You can sign when that is done."


def is_passed(case: Case) -> bool:
    """Whether the draft, as it was last declared ready, was found so by somebody."""
    told = Event.objects.filter(case=case, verb__in=[Verb.DRAFTED, Verb.QUALITY_PASSED])
    last = told.order_by("at", "created_at").last()
    return last is not None and last.verb == Verb.QUALITY_PASSED


@transaction.atomic
def pass_draft(case: Case, *, by: Actor, at: datetime) -> None:
    """A second person found the draft ready: it is the reviewer's turn to sign it."""
    case.refresh_from_db(from_queryset=Case.objects.select_for_update(no_key=True))
    roles = case.roles_of(by)
    if case.stage != Stage.DRAFTED or case.held_until:
        raise ImpossibleMove("There is no draft to check now. Reload the page.")
    if not roles & CHECKERS or Role.REVIEWER in roles:
        raise ImpossibleMove("Somebody else than the reviewer checks the draft.")
    if is_passed(case):
        raise ImpossibleMove("The draft was found ready already.")
    case.tell(Verb.QUALITY_PASSED, by=by, at=at)
    due = calendar_of(case).after(at, Business(days=1))
    case.pass_ball(Role.REVIEWER, to="sign the opinion", at=at, due_at=due)
