"""Saving a card: the way to the provider's page and back; nothing is taken there (F10.3, F10.8)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from konsil.billing import configured, turns
from konsil.billing.charging import queue_charge
from konsil.billing.life import UNPAID, State
from konsil.billing.models import Card, CardVisit, Payment
from konsil.billing.provider import SavedCard
from konsil.billing.quoting import quote
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor

PAGE_LIVES = timedelta(hours=23)


@transaction.atomic
def open_visit(case: Case, *, at: datetime) -> CardVisit:
    """The open visit of this case, or a new one; two tabs get the same page."""
    payment = quote(case, at=at)
    if payment.state not in UNPAID:
        raise ImpossibleMove("No card is needed any more.")
    payment.visits.filter(state=CardVisit.State.OPEN, at__lt=at - PAGE_LIVES).update(
        state=CardVisit.State.ENDED
    )
    given = {"case": case, "at": at}
    visit: CardVisit
    visit, _new = CardVisit.objects.get_or_create(
        payment=payment, state=CardVisit.State.OPEN, defaults=given
    )
    return visit


def page_of(visit: CardVisit) -> str:
    """The address of the provider's page for this visit. Raises `ProviderAway`."""
    here = f"{settings.PUBLIC_URL}/cases/{visit.case_id}/payment/card/"
    page = configured.provider().start_saving_card(
        case_ref=str(visit.case_id),
        return_url=f"{here}back/?session={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{here}?left=1",
        idempotency_key=str(visit.key),
    )
    CardVisit.objects.filter(pk=visit.pk).update(session_id=page.session_id)
    return page.url


def card_left_on(visit: CardVisit) -> SavedCard | None:
    """The card that the patient left on the provider's page. Raises `ProviderAway`."""
    return configured.provider().saved_card(visit.session_id) if visit.session_id else None


@transaction.atomic
def end_visit(visit: CardVisit, card: SavedCard | None, *, by: Actor, at: datetime) -> None:
    """The visit is over, with a card or without; hearing of it twice changes nothing."""
    payment = quote(visit.case, at=at)
    visit.refresh_from_db()
    if visit.state == CardVisit.State.SAVED:
        return
    visit.state = CardVisit.State.SAVED if card else CardVisit.State.ENDED
    visit.save(update_fields=["state"])
    if card:
        _keep(payment, card, by=by, at=at)


@transaction.atomic
def save_card(case: Case, card: SavedCard, *, by: Actor, at: datetime) -> Payment:
    """Keep a card for the case; if the price is due already, the charge is queued."""
    payment = quote(case, at=at)
    _keep(payment, card, by=by, at=at)
    return payment


def _keep(payment: Payment, card: SavedCard, *, by: Actor, at: datetime) -> None:
    if payment.state not in UNPAID or payment.payment_method == card.payment_method:
        return
    payment.put_card(card)
    state = State(payment.state)
    payment.go(State.CARD_SAVED if state == State.QUOTED else state, *Card.CARD)
    payment.case.tell(Verb.CARD_SAVED, by=by, at=at)
    turns.done_by_patient(payment.case, by=by, at=at)
    if payment.due_since and payment.state in {State.CARD_SAVED, State.FAILED}:
        queue_charge(payment, by=by, at=at)
