"""The life of a case, told once.

Every screen, reminder and rule that depends on where a case stands reads these tables.
To let a case travel differently, change them here and nowhere else.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices

from konsil.cases import ladders
from konsil.cases.clocks import Business, Ladder
from konsil.cases.verbs import Verb
from konsil.people.roles import Role


class Stage(TextChoices):
    """Where a case stands."""

    DRAFT = "draft", "Being written"
    SCREENING = "screening", "To be checked"
    NEEDS_INFO = "needs_info", "A question to the patient"
    GATHERING = "gathering", "Collecting records"
    FILE_COMPLETE = "file_complete", "File complete"
    OFFERED = "offered", "Offered to a reviewer"
    IN_REVIEW = "in_review", "In review"
    MORE_INFO = "more_info", "Reviewer asks for more"
    AT_BOARD = "at_board", "Before the board"
    DRAFTED = "drafted", "Written, to be checked"
    SIGNED = "signed", "Signed"
    RELEASED = "released", "Delivered"
    CONSULT = "consult", "Video visit"
    FOLLOW_UP = "follow_up", "Follow-up"
    ADDENDUM = "addendum", "Addendum to be written"
    CLOSED = "closed", "Closed"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"
    CANCELLED = "cancelled", "Cancelled by the hospital"
    RETRACTED = "retracted", "Opinion retracted"


ENDED = frozenset(
    {
        Stage.CLOSED,
        Stage.DECLINED,
        Stage.WITHDRAWN,
        Stage.EXPIRED,
        Stage.CANCELLED,
        Stage.RETRACTED,
    }
)
"""Nothing more is expected of anybody; links are dead."""

OPEN = tuple(stage for stage in Stage if stage not in ENDED)

DELIVERED = (Stage.RELEASED, Stage.CONSULT, Stage.FOLLOW_UP, Stage.ADDENDUM, Stage.CLOSED)
"""The report is with the patient and whoever else waits for it."""

TAKES_RECORDS = frozenset(OPEN) - {Stage.SIGNED}
"""Patient and referrer may still send something."""

FORMER = "former"
"""As the end of a move: back to the stage the case was in before."""

AGAIN = "again"
"""As the end of a move: to the check if the request was ever sent, else back to its writing."""


class ImpossibleMove(Exception):
    """This step cannot be taken now; the message says why, fit for the screen."""


@dataclass(frozen=True)
class Move:
    """One permitted step: its name, whence, whither, who may take it, what must hold, how long."""

    verb: Verb
    starts: frozenset[Stage]
    end: Stage | str
    roles: frozenset[Role]
    guards: tuple[str, ...] = ()
    within: timedelta | None = None
    """Only so long after the stage began."""


def _move(
    verb: Verb,
    starts: tuple[Stage, ...],
    end: Stage | str,
    *roles: Role,
    guards: str = "",
    within: timedelta | None = None,
) -> Move:
    return Move(verb, frozenset(starts), end, frozenset(roles), tuple(guards.split()), within)


S, V, R = Stage, Verb, Role  # the table below is read as a table
DESK = (R.COORDINATOR, R.NURSE)
ASKING = (R.PATIENT, R.PROXY, R.REFERRER)
HEADS = (R.COORDINATOR, R.DIRECTOR)
READING = (S.IN_REVIEW, S.MORE_INFO, S.AT_BOARD, S.DRAFTED)
BEFORE_SIGNING = (
    S.SCREENING,
    S.NEEDS_INFO,
    S.GATHERING,
    S.FILE_COMPLETE,
    S.OFFERED,
    *READING,
)
WRITTEN = "questions_answered sections_written identity_settled"
REOPENS_FOR = timedelta(days=90)
QUESTIONS_FOR = timedelta(days=14)

MOVES = (
    _move(V.SUBMITTED, (S.DRAFT,), S.SCREENING, *ASKING, guards="request_complete"),
    _move(V.ACCEPTED, (S.SCREENING,), S.GATHERING, R.NURSE, R.DIRECTOR),
    _move(V.DECLINED, (S.SCREENING, S.NEEDS_INFO), S.DECLINED, R.NURSE, R.DIRECTOR, R.SYSTEM),
    _move(V.INFO_ASKED, (S.SCREENING, S.GATHERING), S.NEEDS_INFO, *DESK),
    _move(V.INFO_GIVEN, (S.NEEDS_INFO,), FORMER, *ASKING, *DESK, R.SYSTEM),
    _move(V.FILE_COMPLETED, (S.GATHERING,), S.FILE_COMPLETE, *DESK, guards="identity_settled"),
    _move(V.FILE_REOPENED, (S.FILE_COMPLETE, S.MORE_INFO), S.GATHERING, *DESK),
    _move(
        V.OFFERED,
        (S.FILE_COMPLETE,),
        S.OFFERED,
        *DESK,
        R.DIRECTOR,
        guards="payment_settled licence_allows identity_settled",
    ),
    _move(V.OFFER_ACCEPTED, (S.OFFERED,), S.IN_REVIEW, R.ASKED),
    _move(V.OFFER_DECLINED, (S.OFFERED,), S.FILE_COMPLETE, R.ASKED),
    _move(V.OFFER_RECALLED, (S.OFFERED,), S.FILE_COMPLETE, *DESK, R.SYSTEM),
    _move(V.MORE_ASKED, (S.IN_REVIEW,), S.MORE_INFO, R.REVIEWER),
    _move(V.REVIEW_RESUMED, (S.MORE_INFO,), S.IN_REVIEW, R.REVIEWER, *DESK, *ASKING),
    _move(V.REVIEW_TAKEN_BACK, (S.IN_REVIEW, S.MORE_INFO), S.FILE_COMPLETE, *HEADS),
    _move(V.BOARD_ASKED, (S.IN_REVIEW,), S.AT_BOARD, R.REVIEWER, R.COORDINATOR),
    _move(V.BOARD_ANSWERED, (S.AT_BOARD,), S.IN_REVIEW, R.REVIEWER, R.COORDINATOR),
    _move(V.DRAFTED, (S.IN_REVIEW,), S.DRAFTED, R.REVIEWER, guards=WRITTEN),
    _move(V.RETURNED, (S.DRAFTED,), S.IN_REVIEW, R.NURSE, R.DIRECTOR, R.REVIEWER),
    _move(
        V.SIGNED,
        (S.IN_REVIEW, S.MORE_INFO, S.DRAFTED),
        S.SIGNED,
        R.REVIEWER,
        guards=f"{WRITTEN} licence_allows quality_checked",
    ),
    _move(
        V.RELEASED,
        (S.SIGNED,),
        S.RELEASED,
        *DESK,
        R.DIRECTOR,
        R.REVIEWER,
        R.SYSTEM,
        guards="consent_given",
    ),
    _move(
        V.VISIT_BOOKED,
        (S.RELEASED, S.FOLLOW_UP),
        S.CONSULT,
        R.PATIENT,
        R.PROXY,
        *DESK,
        guards="visits_open",
    ),
    _move(V.VISIT_ENDED, (S.CONSULT,), S.FOLLOW_UP, R.REVIEWER, *DESK, R.SYSTEM),
    _move(V.FOLLOWED_UP, (S.RELEASED,), S.FOLLOW_UP, *ASKING, *DESK, R.SYSTEM),
    _move(
        V.ADDENDUM_ASKED,
        (S.RELEASED, S.FOLLOW_UP),
        S.ADDENDUM,
        R.PATIENT,
        R.PROXY,
        guards="questions_left",
        within=QUESTIONS_FOR,
    ),
    _move(V.ADDENDUM_ASKED, (S.RELEASED, S.FOLLOW_UP), S.ADDENDUM, *DESK, R.DIRECTOR, R.REVIEWER),
    _move(V.ADDED_TO, (S.ADDENDUM,), S.RELEASED, R.REVIEWER),
    _move(V.ADDENDUM_SPARED, (S.ADDENDUM,), S.FOLLOW_UP, R.REVIEWER, *DESK),
    _move(V.CLOSED, (S.RELEASED, S.FOLLOW_UP), S.CLOSED, *DESK, *ASKING, R.SYSTEM),
    _move(V.WITHDRAWN, (S.DRAFT, *BEFORE_SIGNING), S.WITHDRAWN, *ASKING, *DESK),
    _move(V.CANCELLED, BEFORE_SIGNING, S.CANCELLED, *HEADS),
    _move(V.EXPIRED, (S.DRAFT, S.NEEDS_INFO, S.GATHERING), S.EXPIRED, R.SYSTEM),
    _move(V.RETRACTED, (S.SIGNED, *DELIVERED), S.RETRACTED, R.DIRECTOR),
    _move(V.REOPENED, (S.CLOSED,), S.ADDENDUM, *HEADS),
    _move(
        V.REOPENED,
        (S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.CANCELLED),
        AGAIN,
        *HEADS,
        within=REOPENS_FOR,
    ),
)

THROUGH_A_HOLD = frozenset({V.WITHDRAWN, V.CANCELLED, V.RETRACTED})
"""Steps that a case on hold takes all the same; they end the hold."""

MAY_HOLD = frozenset(HEADS)
"""Who lays a case to rest, and takes it up again."""

GUARDS = frozenset(name for move in MOVES for name in move.guards)
"""What must hold, by name; the rooms above give each name exactly one test (`guards`)."""


@dataclass(frozen=True)
class Turn:
    """Who has the ball in a stage, what for, how long before we prod, and how (`clocks.Ladder`)."""

    role: Role | None
    what: str
    ladder: Ladder | None = None


TURNS = {
    Stage.DRAFT: Turn(Role.PATIENT, "finish the request", ladders.DRAFT),
    Stage.SCREENING: Turn(
        Role.NURSE, "check the request", ladders.at_desk(Business(days=1), Role.NURSE)
    ),
    Stage.NEEDS_INFO: Turn(Role.PATIENT, "answer our question", ladders.NEEDS_INFO),
    Stage.GATHERING: Turn(Role.COORDINATOR, "collect the records", ladders.GATHERING),
    Stage.FILE_COMPLETE: Turn(
        Role.COORDINATOR, "offer the case", ladders.at_desk(Business(days=1), Role.COORDINATOR)
    ),
    Stage.OFFERED: Turn(Role.ASKED, "accept or decline", ladders.OFFERED),
    Stage.IN_REVIEW: Turn(Role.REVIEWER, "write the opinion", ladders.IN_REVIEW),
    Stage.MORE_INFO: Turn(Role.COORDINATOR, "get what the reviewer asked for", ladders.MORE_INFO),
    Stage.AT_BOARD: Turn(Role.COORDINATOR, "bring it back from the board", ladders.AT_BOARD),
    Stage.DRAFTED: Turn(
        Role.NURSE, "check the draft", ladders.at_desk(Business(days=1), Role.NURSE)
    ),
    Stage.SIGNED: Turn(
        Role.COORDINATOR, "release the report", ladders.at_desk(Business(days=1), Role.COORDINATOR)
    ),
    Stage.RELEASED: Turn(Role.PATIENT, "read the report", ladders.RELEASED),
    Stage.CONSULT: Turn(Role.PATIENT, "come to the video visit", ladders.CONSULT),
    Stage.FOLLOW_UP: Turn(Role.PATIENT, "ask what is still open", ladders.FOLLOW_UP),
    Stage.ADDENDUM: Turn(Role.REVIEWER, "write the addendum", ladders.ADDENDUM),
}
NO_TURN = Turn(None, "")

PAUSES = frozenset({Stage.NEEDS_INFO, Stage.MORE_INFO, Stage.AT_BOARD})
"""Somebody else is asked: the clock of the stage before stands still and goes on afterwards."""

MILESTONES = (
    ("Request", (Stage.DRAFT,)),
    ("Checked", (Stage.SCREENING, Stage.NEEDS_INFO)),
    ("Records", (Stage.GATHERING,)),
    ("File complete", (Stage.FILE_COMPLETE, Stage.OFFERED)),
    ("Expert review", (Stage.IN_REVIEW, Stage.MORE_INFO, Stage.AT_BOARD, Stage.DRAFTED)),
    ("Opinion written", (Stage.SIGNED,)),
    ("Delivered", (Stage.RELEASED, Stage.CONSULT)),
    ("Follow-up", (Stage.FOLLOW_UP, Stage.ADDENDUM, Stage.CLOSED)),
)
"""The eight stops that patient and referrer see (F4.2)."""


def find_move(verb: Verb, stage: Stage, roles: set[Role]) -> Move:
    """The step that `verb` is from `stage` for `roles`, or `ImpossibleMove` in words."""
    here = [move for move in MOVES if move.verb == verb and stage in move.starts]
    for move in here:
        if move.roles & roles:
            return move
    if not here:
        raise ImpossibleMove(
            f"This cannot be done now: the case is at “{stage.label}”. Reload the page."
        )
    whose = " or ".join(sorted({role.label.lower() for move in here for role in move.roles}))
    raise ImpossibleMove(f"Only the {whose} can do this.")


def moves_from(stage: Stage, roles: set[Role]) -> list[Move]:
    """The steps that somebody in `roles` may take from `stage`: the buttons of the page."""
    return [move for move in MOVES if stage in move.starts and move.roles & roles]
