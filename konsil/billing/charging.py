"""Taking the price: queue a try, ask the provider once, and note what came of it.

The provider is never asked while rows are locked. A try's id is its idempotency key, so asking
again after silence takes the money once; news that come late or twice change nothing twice.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from konsil.billing import configured, refunding, turns
from konsil.billing.ledger import book
from konsil.billing.life import State
from konsil.billing.models import Account, ChargeTry, Payment
from konsil.billing.provider import CardRefused, Charge, ChargeStatus, RequestRefused
from konsil.cases.life import ImpossibleMove
from konsil.cases.scope import scope
from konsil.cases.verbs import Verb
from konsil.core.jobs import defer
from konsil.people.actors import SYSTEM, Actor

KEY_LIVES = timedelta(hours=23)
"""For so long asking again is safe; the provider forgets a key after 24 hours."""
NOT_TAKEN = "The card service does not answer to this charge. Look there before you charge again."


def queue_charge(payment: Payment, *, by: Actor, at: datetime) -> ChargeTry:
    """Queue one try with the card that is saved; the payment's row is locked by the caller."""
    from konsil.billing.jobs import charge

    card = payment.card
    if card is None:
        raise ImpossibleMove("There is no card yet.")
    if payment.minor > payment.agreed_minor:
        raise ImpossibleMove("The patient has not agreed to this price yet.")
    payment.reason = ""
    payment.go(State.CHARGE_QUEUED, "reason")
    drop_tries(payment)
    attempt = ChargeTry(
        case=payment.case, payment=payment, minor=payment.minor, currency=payment.currency, at=at
    )
    attempt.put_card(card)
    attempt.save()
    payment.case.tell(Verb.CHARGE_QUEUED, by=by, at=at, charge=str(attempt.pk))
    defer(charge, tenant_id=str(payment.tenant_id), try_id=str(attempt.pk))
    return attempt


def drop_tries(payment: Payment) -> None:
    """Whatever was not answered is not asked again; if it was taken after all, news will say so."""
    open_states = [ChargeTry.State.WAITING, ChargeTry.State.NEEDS_PATIENT]
    payment.tries.filter(state__in=open_states).update(state=ChargeTry.State.DROPPED)


def ask_provider(tenant_id: UUID, try_id: UUID, *, at: datetime) -> None:
    """Ask for the money of one try, and note the answer. Raises `ProviderAway`: ask again later."""
    with scope([tenant_id]):
        attempt = _begin(try_id, at)
    if attempt is None or (card := attempt.card) is None:
        return
    provider = configured.provider()
    answer: Charge | CardRefused | RequestRefused
    try:
        if attempt.charge_id:
            answer = provider.find_charge(attempt.charge_id)
        else:
            answer = provider.charge(
                saved_card=card,
                amount=attempt.amount,
                case_ref=str(attempt.case_id),
                idempotency_key=str(attempt.pk),
            )
    except (CardRefused, RequestRefused) as refusal:
        answer = refusal
    with scope([tenant_id]):
        note(locked_try(try_id), answer, at=at)


def _begin(try_id: UUID, at: datetime) -> ChargeTry | None:
    """The try if it is to be asked now; from here on it counts as asked."""
    attempt = locked_try(try_id)
    if attempt.state != ChargeTry.State.WAITING:
        return None
    if attempt.payment.state != State.CHARGE_QUEUED:
        _answer(attempt, ChargeTry.State.DROPPED, at)
        return None
    if attempt.asked_at and at - attempt.asked_at > KEY_LIVES and not attempt.charge_id:
        _stuck(attempt, NOT_TAKEN, at)
        return None
    if attempt.asked_at is None:
        attempt.asked_at = at
        attempt.save(update_fields=["asked_at"])
    return attempt


def locked_try(try_id: UUID) -> ChargeTry:
    """The try, its payment's row locked for the rest of the transaction."""
    attempt: ChargeTry = ChargeTry.objects.select_related("case").get(pk=try_id)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=attempt.payment_id)
    attempt.refresh_from_db()
    payment.case = attempt.case
    attempt.payment = payment
    return attempt


def note(
    attempt: ChargeTry, answer: Charge | CardRefused | RequestRefused, *, at: datetime
) -> None:
    """Note what came of a locked try, whichever way and however often we hear of it."""
    if isinstance(answer, RequestRefused):
        _stuck(attempt, str(answer), at)
        return
    if isinstance(answer, CardRefused):
        _refused(attempt, answer.words, at)
        return
    if not attempt.charge_id:
        attempt.charge_id = answer.id
        attempt.save(update_fields=["charge_id"])
    if answer.status == ChargeStatus.CAPTURED:
        _captured(attempt, answer, at)
    elif answer.status == ChargeStatus.REFUSED:
        _refused(attempt, answer.reason, at)
    elif answer.status == ChargeStatus.NEEDS_PATIENT:
        _needs_patient(attempt, answer.reason, at)


def _captured(attempt: ChargeTry, charge: Charge, at: datetime) -> None:
    if attempt.state == ChargeTry.State.CAPTURED:
        return
    if charge.amount != attempt.amount:
        _stuck(attempt, f"The card service took {charge.amount}, not {attempt.amount}.", at)
        return
    payment = attempt.payment
    source = f"charge:{charge.id}"
    book(payment, charge.amount, into=Account.CARD, source=source, at=at, charge=attempt)
    _answer(attempt, ChargeTry.State.CAPTURED, at)
    if payment.state not in {State.CHARGE_QUEUED, State.FAILED}:
        _taken_for_nothing(attempt, at)
        return
    payment.paid_at, payment.reason = at, ""
    payment.unpaid_since, payment.reminded = None, 0
    payment.go(State.CAPTURED, "paid_at", "reason", "unpaid_since", "reminded")
    payment.case.tell(
        Verb.CHARGED, by=SYSTEM, at=at, minor=charge.amount.minor, currency=payment.currency
    )
    turns.done_by_patient(payment.case, by=SYSTEM, at=at)
    drop_tries(payment)


def _taken_for_nothing(attempt: ChargeTry, at: datetime) -> None:
    """Taken behind a silence after the fee was waived, paid or voided: it goes back at once."""
    refunding.ask_refund(
        attempt,
        attempt.amount,
        why="It was taken although nothing was due",
        cause=uuid5(attempt.pk, "taken for nothing"),
        at=at,
    )


def _refused(attempt: ChargeTry, words: str, at: datetime) -> None:
    if attempt.state in {ChargeTry.State.CAPTURED, ChargeTry.State.REFUSED}:
        return
    _answer(attempt, ChargeTry.State.REFUSED, at, words)
    payment = attempt.payment
    if not _is_the_last(attempt):
        return
    payment.reason, payment.unpaid_since = words[:300], payment.unpaid_since or at
    payment.go(State.FAILED, "reason", "unpaid_since")
    payment.case.tell(Verb.CHARGE_REFUSED, by=SYSTEM, at=at, charge=str(attempt.pk))
    if payment.payment_method != attempt.payment_method:
        queue_charge(payment, by=SYSTEM, at=at)  # she has saved another card meanwhile
        return
    turns.done_by_patient(payment.case, by=SYSTEM, at=at)
    turns.ask_patient(payment.case, turns.PAY, at=at)


def _needs_patient(attempt: ChargeTry, words: str, at: datetime) -> None:
    if attempt.state != ChargeTry.State.WAITING:
        return
    _answer(attempt, ChargeTry.State.NEEDS_PATIENT, at, words)
    if _is_the_last(attempt):
        payment = attempt.payment
        payment.reason, payment.unpaid_since = words[:300], payment.unpaid_since or at
        payment.go(State.FAILED, "reason", "unpaid_since")
        turns.ask_patient(attempt.case, turns.CONFIRM, at=at)


def _stuck(attempt: ChargeTry, words: str, at: datetime) -> None:
    _answer(attempt, ChargeTry.State.STUCK, at, words)
    if attempt.payment.state == State.CHARGE_QUEUED:
        attempt.payment.go(State.FAILED)
    what = "Look at the charge: the card service did not carry it out as asked"
    turns.ask_billing(attempt.case, "charge-stuck", what, at=at)


def _is_the_last(attempt: ChargeTry) -> bool:
    """Whether this try decides: the payment waits for it, and no later one was made."""
    waiting = attempt.payment.state in {State.CHARGE_QUEUED, State.FAILED}
    last = attempt.payment.tries.last()
    return waiting and last is not None and last.pk == attempt.pk


def _answer(attempt: ChargeTry, state: ChargeTry.State, at: datetime, words: str = "") -> None:
    attempt.state, attempt.answered_at, attempt.reason = state, at, words[:300]
    attempt.save(update_fields=["state", "answered_at", "reason"])
