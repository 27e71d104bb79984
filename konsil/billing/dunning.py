"""What happens while a due price is not paid: tries and letters after 1, 3 and 7 days, then rest.

case-life.md, Payment: FAILED (dunning 1, 3, 7 d; then ON_HOLD). A card that is missing counts the
same. Each letter goes once, whenever the job runs and however often.
"""

import contextlib
from datetime import datetime, timedelta

from django.db import transaction

from konsil.billing import turns
from konsil.billing.charging import queue_charge
from konsil.billing.life import UNPAID, State
from konsil.billing.models import CardVisit, ChargeTry, Payment
from konsil.billing.quoting import quote
from konsil.billing.showing import must_agree, needs_confirming
from konsil.cases.actions import finish_task
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case, Hold, HoldReason
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM

LADDER = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
HOLD_AFTER = LADDER[-1]
HOLD = "unpaid-hold"
RESTS = timedelta(days=30)
PAGE_LIVES = timedelta(hours=24)


def due_now(*, at: datetime) -> list[Payment]:
    """Payments whose next letter is due, of the tenants in scope."""
    found: list[Payment] = []
    for step, wait in enumerate(LADDER):
        rows = Payment.objects.filter(
            state__in=UNPAID, reminded=step, unpaid_since__lte=at - wait
        ).select_related("case__tenant")
        found += [row for row in rows if row.case.is_open]
    return found


@transaction.atomic
def dun(case: Case, *, at: datetime) -> bool:
    """One step of the ladder, if one is due: try the card again and remind; at last, rest.

    Returns whether a letter has to go.
    """
    payment = quote(case, at=at)
    since, step = payment.unpaid_since, payment.reminded
    if since is None or payment.state not in UNPAID or not case.is_open:
        return False
    if step >= len(LADDER) or at < since + LADDER[step]:
        return False
    payment.reminded = step + 1
    payment.save(update_fields=["reminded"])
    if payment.reminded == len(LADDER):
        _rest(payment, at=at)
    elif payment.state == State.FAILED and not _only_she_can(payment) and payment.card:
        queue_charge(payment, by=SYSTEM, at=at)
    case.tell(Verb.PAYMENT_OVERDUE, by=SYSTEM, at=at, step=payment.reminded)
    return True


def _only_she_can(payment: Payment) -> bool:
    """Trying again changes nothing where her word is awaited, or a person has to look."""
    last = payment.tries.last()
    stuck = last is not None and last.state == ChargeTry.State.STUCK
    return needs_confirming(payment) or must_agree(payment) or stuck


def _rest(payment: Payment, *, at: datetime) -> None:
    """Seven days are over: the case rests, and the desk calls, waives the price, or ends it."""
    from konsil.cases.resting import hold

    case = payment.case
    what = "The price was not paid within 7 days. Call the patient, waive it, or end the case"
    turns.ask_billing(case, HOLD, what, at=at)
    with contextlib.suppress(ImpossibleMove):  # it rests already
        hold(case, reason=HoldReason.PAYMENT, until=at + RESTS, person=None, by=SYSTEM, at=at)


@transaction.atomic
def wake(case: Case, *, at: datetime) -> None:
    """The money is settled: a case that rested for it goes on, and the desk need not call."""
    from konsil.cases.resting import take_up

    finish_task(case, key=HOLD, by=SYSTEM, at=at)
    rest = Hold.objects.filter(case=case, ended_at=None, reason=HoldReason.PAYMENT)
    if rest.exists():
        take_up(case, by=SYSTEM, at=at)


@transaction.atomic
def end_abandoned(visit: CardVisit, *, at: datetime) -> bool:
    """A card page that nobody finished in a day has ended, and the case says so (F10.6)."""
    payment = quote(visit.case, at=at)
    visit = CardVisit.objects.select_related("case").get(pk=visit.pk)
    if visit.state != CardVisit.State.OPEN or at < visit.at + PAGE_LIVES:
        return False
    visit.state = CardVisit.State.ENDED
    visit.save(update_fields=["state"])
    if payment.card is None:
        payment.case.tell(Verb.CARD_PAGE_LEFT, by=SYSTEM, at=at, visit=str(visit.pk))
    return True
