"""The ladders of reminders: how long we wait in each part of the work, and when we prod whom.

The stages' ladders are named in `life.py`; a room says with `prod_tasks` how its own tasks are
prodded. Whoever sends asks here and in `life.TURNS`.
"""

from datetime import timedelta

from konsil.cases.clocks import Business, Ladder, Prod, Rung, Wait
from konsil.people.roles import Role

OUTSIDE = frozenset({Role.PATIENT, Role.PROXY, Role.REFERRER, Role.TREATING, Role.CHILD_ADMIN})


def _days(to: Role, *days: int) -> tuple[Rung, ...]:
    """Reminders after so many days by the wall clock: for people who keep no office hours."""
    return tuple(Rung(timedelta(days=each), to) for each in days)


def at_desk(patience: Wait, to: Role) -> Ladder:
    """Before it is due, when it is, twice after, then the director by name (F4.4)."""
    return Ladder(
        patience,
        (
            *(Rung(share, to) for share in (0.5, 1.0, 1.25, 1.5)),
            Rung(1.5, Role.DIRECTOR, Prod.ESCALATE),
        ),
    )


DRAFT = Ladder(
    Business(days=3),
    (Rung(timedelta(hours=1), Role.PATIENT), *_days(Role.PATIENT, 1, 3, 10, 27)),
    ends=timedelta(days=30),
)
NEEDS_INFO = Ladder(
    Business(days=7),
    (
        *_days(Role.PATIENT, 1, 3, 7, 14),
        Rung(timedelta(days=16), Role.COORDINATOR, Prod.TELEPHONE),
    ),
    ends=timedelta(days=21),
)
GATHERING = Ladder(
    Business(days=10),
    (
        *(Rung(share, Role.COORDINATOR) for share in (0.5, 1.0, 1.5, 2.0)),
        Rung(2.0, Role.DIRECTOR, Prod.ESCALATE),
    ),
    ends=timedelta(days=60),
)
OFFERED = Ladder(
    Business(hours=12), tuple(Rung(Business(hours=hours), Role.ASKED) for hours in (4, 8, 11))
)
"""At twelve hours the offer comes back by itself (jobs.py)."""
IN_REVIEW = Ladder(
    Business(days=5),
    (
        *(Rung(share, Role.REVIEWER) for share in (0.5, 0.8, 1.0, 1.1)),
        Rung(Business(days=1), Role.REVIEWER, past_due=True),
        Rung(Business(days=1), Role.DIRECTOR, Prod.ESCALATE, past_due=True),
    ),
)
MORE_INFO = Ladder(
    Business(days=5),
    (
        *(Rung(Business(days=days), Role.COORDINATOR) for days in (1, 3, 5, 6, 7)),
        Rung(Business(days=7), Role.DIRECTOR, Prod.ESCALATE),
    ),
)
AT_BOARD = at_desk(Business(days=5), Role.COORDINATOR)
RELEASED = Ladder(
    Business(days=3),
    (*_days(Role.PATIENT, 1, 3, 7), Rung(timedelta(days=7), Role.COORDINATOR, Prod.TELEPHONE)),
    ends=timedelta(days=14),
)
CONSULT = Ladder(Business(days=5))
"""The room of the visits reminds by the hour of the visit."""
FOLLOW_UP = Ladder(Business(days=10), _days(Role.PATIENT, 7), ends=timedelta(days=14))
ADDENDUM = Ladder(
    Business(days=3),
    (
        *(Rung(share, Role.REVIEWER) for share in (0.5, 1.0, 1.25, 1.5)),
        Rung(1.5, Role.DIRECTOR, Prod.ESCALATE),
    ),
)

STAFF_TASK = at_desk(Business(days=1), Role.COORDINATOR)
"""A task of the desk whose room says nothing else."""
PATIENT_TASK = Ladder(
    Business(days=5),
    (
        *_days(Role.PATIENT, 1, 3, 7),
        Rung(timedelta(days=10), Role.COORDINATOR, Prod.TELEPHONE),
    ),
    ends=timedelta(days=30),
)
"""A task of the patient (a form to sign, a card to mend) whose room says nothing else."""

_of_tasks: dict[str, Ladder] = {}


def prod_tasks(prefix: str, ladder: Ladder) -> None:
    """Tasks whose key begins with `prefix` (before its first “-”) are prodded by `ladder`."""
    _of_tasks[prefix] = ladder


def ladder_for(key: str, role: Role) -> Ladder:
    """The ladder of a task by its key, else the one that fits who owes it."""
    known = _of_tasks.get(key.split("-", maxsplit=1)[0])
    if known is not None:
        return known
    return PATIENT_TASK if role in OUTSIDE else STAFF_TASK
