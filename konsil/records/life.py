"""The life of a request for records, told once (case-life: Record request)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices

from konsil.cases.clocks import Business, Ladder, Prod, Rung
from konsil.cases.ladders import prod_tasks
from konsil.cases.life import ImpossibleMove
from konsil.people.roles import Role


class State(TextChoices):
    """Where a request for records stands."""

    AWAIT_SIGNATURE = "await_signature", "Needs a signature"
    READY = "ready", "Signed, not sent yet"
    SENT = "sent", "Asked"
    OPENED = "opened", "Asked, opened"
    PARTIAL = "partial", "Some are here"
    RECEIVED = "received", "Here, to be checked"
    CHECKED = "checked", "Here"
    NO_RECORDS = "no_records", "Has no records"
    REFUSED = "refused", "Does not send them"
    WRONG_PROVIDER = "wrong_provider", "Wrong practice"
    BOUNCED = "bounced", "The e-mail came back"
    EXPIRED = "expired", "The link ended"
    REVOKED = "revoked", "Withdrawn"
    WAIVED = "waived", "Not needed"


class Answer(TextChoices):
    """What a provider can say instead of sending, with equal ease (F3.4)."""

    LATER = "later", "We send them later"
    MAIL = "mail", "We mail a disc or paper"
    NONE = "none", "We have no such records"
    WRONG = "wrong", "This is the wrong practice"


LINK_LIFE = timedelta(days=30)
PATIENCE = timedelta(days=7)
TO_PROVIDER = Ladder(
    PATIENCE,
    (
        *(Rung(timedelta(days=days), Role.PROVIDER) for days in (3, 7, 10)),
        Rung(timedelta(days=14), Role.COORDINATOR, Prod.TELEPHONE),
        Rung(timedelta(days=14), Role.PATIENT, Prod.TELL),
        Rung(timedelta(days=21), Role.DIRECTOR, Prod.ESCALATE),
    ),
    ends=LINK_LIFE,
)
"""The law gives a provider 30 days to answer; we ask, then call, then the patient may ask too."""
TO_SIGN = Ladder(
    Business(days=3),
    (
        *(Rung(timedelta(days=days), Role.PATIENT) for days in (1, 3, 7)),
        Rung(timedelta(days=10), Role.COORDINATOR, Prod.TELEPHONE),
    ),
    ends=timedelta(days=30),
)
prod_tasks("request", TO_PROVIDER)
prod_tasks("release", TO_SIGN)

ASKED = frozenset({State.SENT, State.OPENED, State.PARTIAL})
"""Somebody outside has it."""

UNANSWERED = ASKED | {State.AWAIT_SIGNATURE, State.READY, State.EXPIRED, State.BOUNCED}
"""Still open for the practice."""

SETTLED = frozenset(
    {State.CHECKED, State.NO_RECORDS, State.REFUSED, State.WAIVED, State.WRONG_PROVIDER}
)

ASKABLE = frozenset(State) - {State.AWAIT_SIGNATURE, State.WAIVED}
"""A link may go out from here (again), if there is a form in force."""


@dataclass(frozen=True)
class Step:
    """One permitted step of a request."""

    starts: frozenset[State]
    end: State


STEPS = {
    "signed": Step(frozenset({State.AWAIT_SIGNATURE}), State.READY),
    "sent": Step(ASKABLE, State.SENT),
    "opened": Step(frozenset({State.SENT}), State.OPENED),
    "some": Step(ASKED | {State.NO_RECORDS, State.EXPIRED}, State.PARTIAL),
    "received": Step(
        ASKED | {State.NO_RECORDS, State.EXPIRED, State.REVOKED, State.RECEIVED, State.CHECKED},
        State.RECEIVED,
    ),
    "checked": Step(frozenset({State.PARTIAL, State.RECEIVED}), State.CHECKED),
    "none": Step(ASKED | {State.NO_RECORDS}, State.NO_RECORDS),
    "wrong": Step(ASKED | {State.NO_RECORDS}, State.WRONG_PROVIDER),
    "refused": Step(ASKED, State.REFUSED),
    "bounced": Step(ASKED, State.BOUNCED),
    "expired": Step(ASKED, State.EXPIRED),
    "revoked": Step(UNANSWERED | {State.NO_RECORDS}, State.REVOKED),
    "waived": Step(UNANSWERED | SETTLED | {State.REVOKED}, State.WAIVED),
}


def after(step: str, state: str) -> State:
    """Where `step` leads from `state`, or `ImpossibleMove` with a sentence for the screen."""
    here = State(state)
    if here not in STEPS[step].starts:
        raise ImpossibleMove(
            f"This cannot be done now: the request is at “{here.label}”. Reload the page."
        )
    return STEPS[step].end
