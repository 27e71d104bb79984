"""What money does when something happens to the case."""

from konsil.billing import actions, turns
from konsil.billing.life import State
from konsil.billing.rules import ChargePoint, Ended
from konsil.cases.actions import set_task
from konsil.cases.listeners import on
from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM

BY_US = frozenset({Verb.DECLINED})


@on(Verb.SUBMITTED)
def ask_for_card(event: Event) -> None:
    """The price stands from now on; without a card the patient gets a task."""
    payment = actions.quote(event.case, at=event.at)
    if payment.state != State.QUOTED:
        return
    set_task(
        event.case,
        role=turns.payer_role(event.case),
        what=turns.SAVE_A_CARD,
        key=turns.CARD,
        where="payment/card/",
        by=SYSTEM,
        at=event.at,
    )


POINTS = {
    Verb.ACCEPTED: ChargePoint.ACCEPTANCE,
    Verb.FILE_COMPLETED: ChargePoint.FILE_COMPLETE,
    Verb.OFFER_ACCEPTED: ChargePoint.REVIEWER,
}


@on(*POINTS)
def take_the_price(event: Event) -> None:
    """The charge point queues the charge (F10.3); without a card it is the patient's turn."""
    payment = actions.quote(event.case, at=event.at)
    if payment.charge_point == POINTS[Verb(event.verb)]:
        actions.become_due(event.case, at=event.at)


@on(Verb.DECLINED, Verb.WITHDRAWN, Verb.EXPIRED)
def settle_the_end(event: Event) -> None:
    """Declined: nothing is ever kept. Withdrawn or lapsed: by the table that she was shown."""
    ended = Ended.BY_US if event.verb in BY_US else actions.how_far(event.case)
    actions.end(event.case, ended, cause=event.pk, at=event.at)
