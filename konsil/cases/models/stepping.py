"""What is asked before a case takes a step, and where the step leads."""

from datetime import datetime
from typing import TYPE_CHECKING

from konsil.cases import guards, reasons
from konsil.cases.life import AGAIN, ENDED, FORMER, THROUGH_A_HOLD, ImpossibleMove, Move, Stage
from konsil.people.actors import Actor
from konsil.people.models import Pass
from konsil.people.roles import Role

if TYPE_CHECKING:
    from konsil.cases.models.case import Case


def ask(case: "Case", step: Move, *, at: datetime, reason: object) -> None:
    """Raise `ImpossibleMove`, in words for the screen, if the step cannot be taken now."""
    if case.held_until and step.verb not in THROUGH_A_HOLD:
        raise ImpossibleMove("The case is on hold. Take it up again first.")
    if step.within is not None and at > case.stage_since + step.within:
        days = step.within.days
        raise ImpossibleMove(f"This was possible for {days} days. Begin a new request instead.")
    if not reasons.fits(step.verb, reason):
        raise ImpossibleMove("Choose a reason from the list.")
    if refusal := guards.refusal(case, step.guards):
        raise ImpossibleMove(refusal)


def end_of(case: "Case", step: Move) -> Stage:
    """The stage to which the step leads from here."""
    if step.end == FORMER:
        return Stage(case.former_stage or Stage.SCREENING)
    if step.end == AGAIN:
        return Stage.SCREENING if case.submitted_at else Stage.DRAFT
    return Stage(step.end)


def arrive(case: "Case", end: Stage, *, at: datetime, reason: str) -> None:
    """Note the end of the case, or that it goes on."""
    ended = end in ENDED
    case.ended_at = at if ended else None
    case.ended_reason = reason if ended else ""


def shut(case: "Case", *, start: Stage, by: Actor, at: datetime) -> None:
    """End the seats whose task is over, in the same act (C4, F8.1).

    However an offer ended, the look of whoever was asked ends with it. When the case has ended,
    no link of a provider opens anything any more, in no browser. Who read before a case that is
    checked anew reads no more.
    """
    if start == Stage.OFFERED:
        case.unseat(Role.ASKED, by=by, at=at)
    if Stage(case.stage) in ENDED:
        seats = case.seats.in_force().filter(role=Role.PROVIDER)
        Pass.objects.filter(pk__in=seats.values("held"), revoked_at=None).update(revoked_at=at)
        case.unseat(Role.PROVIDER, by=by, at=at)
    if case.stage in {Stage.FILE_COMPLETE, Stage.SCREENING}:
        case.unseat(Role.REVIEWER, by=by, at=at)
    if case.stage == Stage.WITHDRAWN:  # her consent has ended, and what a clinic sees (F12.3)
        for role in (Role.REFERRER, Role.CHILD_ADMIN, Role.TREATING):
            case.unseat(role, by=by, at=at)
