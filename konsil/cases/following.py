"""What the case does by itself when something happened to it (F4.8). May run late and twice."""

from contextlib import suppress

from django.utils import timezone

from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.listeners import on
from konsil.cases.models import Event, LicenceRule, Verdict
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM
from konsil.people.roles import Role

ASKING = frozenset({Role.PATIENT, Role.PROXY, Role.REFERRER})


@on(Verb.SUBMITTED)
def decline_what_the_law_forbids(event: Event) -> None:
    """A request from a place whose law forbids an opinion is declined at once, with the reason."""
    case = event.case
    if LicenceRule.verdict_for(case.tenant, case.place) == Verdict.BLOCK:
        with suppress(ImpossibleMove):
            case.move(Verb.DECLINED, by=SYSTEM, at=timezone.now(), reason="place")


@on(Verb.REPORT_READ)
def begin_the_follow_up(event: Event) -> None:
    """The patient opened her report: from now on she can ask what is still open."""
    case = event.case
    read_by = case.seats.filter(user=event.actor_user, role__in=[Role.PATIENT, Role.PROXY])
    if case.stage == Stage.RELEASED and event.actor_user and read_by.exists():
        with suppress(ImpossibleMove):
            case.move(Verb.FOLLOWED_UP, by=SYSTEM, at=timezone.now())


@on(Verb.MESSAGE_SENT)
def take_the_answer(event: Event) -> None:
    """Whoever was asked a question answered it by message: the case goes on."""
    case = event.case
    if case.stage != Stage.NEEDS_INFO or event.at < case.stage_since or not event.actor_user:
        return
    if case.seats.in_force().filter(user=event.actor_user, role__in=ASKING).exists():
        with suppress(ImpossibleMove):
            case.move(Verb.INFO_GIVEN, by=SYSTEM, at=timezone.now())
