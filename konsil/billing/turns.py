"""Whose turn money makes it: the patient's when a card is missing or refused, then back."""

from datetime import datetime, timedelta

from konsil.cases.actions import finish_task, set_task
from konsil.cases.models import Case, Seat
from konsil.people.actors import SYSTEM, Actor
from konsil.people.roles import Role

PATIENCE = timedelta(days=3)
CARD, PAY, CONFIRM, AGREE = "card", "pay", "confirm", "agree"
"""The keys of the patient's tasks."""
SAVE_A_CARD = "Save a card; nothing is charged now"
ASKS = {
    CARD: ("save a card", "Save a card, so that we can begin", "payment/card/"),
    PAY: ("use another card", "The card was refused. Use another card", "payment/card/"),
    CONFIRM: (
        "confirm the payment",
        "Your bank wants you to confirm the payment",
        "payment/confirm/",
    ),
    AGREE: ("agree to the new price", "Agree to the new price, so that we can go on", "payment/"),
}
"""key: what the ball is for, the task, and where it is done."""
OURS = frozenset(to for to, _what, _where in ASKS.values())


def payer_role(case: Case) -> Role:
    """The patient's own part, or that of whoever asks for her."""
    seated = set(
        Seat.objects.in_force()
        .filter(case=case, role__in=[Role.PATIENT, Role.PROXY])
        .values_list("role", flat=True)
    )
    return Role.PROXY if seated == {Role.PROXY} else Role.PATIENT


def ask_patient(case: Case, key: str, *, at: datetime) -> None:
    """Give the patient the task and the ball; a question that she has already stays hers."""
    to, what, where = ASKS[key]
    role = payer_role(case)
    set_task(case, role=role, what=what, key=key, where=where, by=SYSTEM, at=at)
    now = _locked(case)
    if now.is_open and (now.ball != role or now.ball_for in OURS):
        now.pass_ball(role, to=to, at=at, due_at=at + PATIENCE)


def done_by_patient(case: Case, *, by: Actor, at: datetime) -> None:
    """She has done what money asked of her: her tasks end, the ball is where the stage has it."""
    for key in ASKS:
        finish_task(case, key=key, by=by, at=at)
    now = _locked(case)
    if now.ball_for in OURS:
        now.take_ball_back(at=at)


def ask_billing(case: Case, key: str, what: str, *, at: datetime) -> None:
    """Something about money that a person at the billing desk has to look at."""
    where = "payment/"
    set_task(case, role=Role.BILLING, what=what, key=key, where=where, by=SYSTEM, at=at)


def _locked(case: Case) -> Case:
    locked: Case = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    return locked
