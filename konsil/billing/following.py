"""What money does when something happens to the case."""

from konsil.billing import actions, dunning, papers, turns
from konsil.billing.life import State
from konsil.billing.money import Money
from konsil.billing.rules import ChargePoint, Ended
from konsil.cases.actions import set_task
from konsil.cases.listeners import on
from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM

BY_US = frozenset({Verb.DECLINED, Verb.CANCELLED})
SETTLED_BY = (
    Verb.CHARGED,
    Verb.WAIVED,
    Verb.INSTITUTION_BILLED,
    Verb.INVOICED,
    Verb.PAID_BY_HAND,
)


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


@on(Verb.SUBMITTED)
def begin_estimate(event: Event) -> None:
    """The estimate's clock begins with the request (F10.2); the estimate is made at once."""
    papers.start_clock(event.case, at=event.at)
    papers.estimate(event.case, at=event.at)


@on(Verb.PRICE_CHANGED, Verb.OFFER_ACCEPTED)
def renew_estimate(event: Event) -> None:
    """A price or a provider that changed is a new estimate, sent again (F10.2)."""
    papers.estimate(event.case, at=event.at)


@on(Verb.REFUNDED)
def make_refund_receipt(event: Event) -> None:
    """Each refund has its own receipt (F10.7)."""
    payment = actions.quote(event.case, at=event.at)
    amount = Money(int(event.facts["minor"]), str(event.facts["currency"]))
    way = papers.paid_by(payment)
    papers.refund_receipt(payment, amount, cause=event.pk, way=way, at=event.at)


@on(*SETTLED_BY)
def go_on(event: Event) -> None:
    """A case that rested because nothing was paid goes on."""
    dunning.wake(event.case, at=event.at)


@on(Verb.DISPUTED)
def ask_for_an_answer(event: Event) -> None:
    """A dispute has to be answered at the card service, by a person and within its time."""
    what = "The patient’s bank disputes the payment. Answer at the card service"
    turns.ask_billing(event.case, "dispute", what, at=event.at)


@on(Verb.RETRACTED)
def look_at_retraction(event: Event) -> None:
    """Whether money goes back for an opinion that was retracted is for a person to decide."""
    what = "The opinion was retracted. Decide whether the price goes back"
    turns.ask_billing(event.case, "retracted", what, at=event.at)


@on(Verb.DECLINED, Verb.CANCELLED, Verb.WITHDRAWN, Verb.EXPIRED)
def settle_the_end(event: Event) -> None:
    """Declined: nothing is ever kept. Withdrawn or lapsed: by the table that she was shown."""
    ended = Ended.BY_US if event.verb in BY_US else actions.how_far(event.case)
    actions.end(event.case, ended, cause=event.pk, at=event.at)
