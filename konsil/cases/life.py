"""The life of a case, told once.

Every screen, reminder and rule that depends on where a case stands reads these tables.
To let a case travel differently, change them here and nowhere else.
"""

from dataclasses import dataclass

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

FORMER = "former"
"""As the end of a move: back to the stage the case was in before."""


class ImpossibleMove(Exception):
    """This step cannot be taken now; the message says why, fit for the screen."""


@dataclass(frozen=True)
class Move:
    """One permitted step: what it is called, whence, whither, who may take it, what must hold."""

    verb: Verb
    starts: frozenset[Stage]
    end: Stage | str
    roles: frozenset[Role]
    guards: tuple[str, ...] = ()


def _move(
    verb: Verb, starts: tuple[Stage, ...], end: Stage | str, *roles: Role, guards: str = ""
) -> Move:
    return Move(verb, frozenset(starts), end, frozenset(roles), tuple(guards.split()))


DESK = (Role.COORDINATOR, Role.NURSE)
ASKING = (Role.PATIENT, Role.PROXY, Role.REFERRER)
BEFORE_SIGNING = (
    Stage.SCREENING,
    Stage.NEEDS_INFO,
    Stage.GATHERING,
    Stage.FILE_COMPLETE,
    Stage.OFFERED,
    Stage.IN_REVIEW,
    Stage.MORE_INFO,
)

MOVES = (
    _move(Verb.SUBMITTED, (Stage.DRAFT,), Stage.SCREENING, *ASKING, guards="request_complete"),
    _move(Verb.ACCEPTED, (Stage.SCREENING,), Stage.GATHERING, Role.NURSE, Role.DIRECTOR),
    _move(
        Verb.DECLINED,
        (Stage.SCREENING, Stage.NEEDS_INFO),
        Stage.DECLINED,
        Role.NURSE,
        Role.DIRECTOR,
    ),
    _move(Verb.INFO_ASKED, (Stage.SCREENING, Stage.GATHERING), Stage.NEEDS_INFO, *DESK),
    _move(Verb.INFO_GIVEN, (Stage.NEEDS_INFO,), FORMER, *ASKING, *DESK),
    _move(
        Verb.FILE_COMPLETED,
        (Stage.GATHERING,),
        Stage.FILE_COMPLETE,
        *DESK,
        guards="identity_settled",
    ),
    _move(Verb.FILE_REOPENED, (Stage.FILE_COMPLETE, Stage.MORE_INFO), Stage.GATHERING, *DESK),
    _move(
        Verb.OFFERED,
        (Stage.FILE_COMPLETE,),
        Stage.OFFERED,
        *DESK,
        Role.DIRECTOR,
        guards="payment_settled licence_allows identity_settled",
    ),
    _move(Verb.OFFER_ACCEPTED, (Stage.OFFERED,), Stage.IN_REVIEW, Role.ASKED),
    _move(Verb.OFFER_DECLINED, (Stage.OFFERED,), Stage.FILE_COMPLETE, Role.ASKED),
    _move(Verb.OFFER_RECALLED, (Stage.OFFERED,), Stage.FILE_COMPLETE, *DESK, Role.SYSTEM),
    _move(Verb.MORE_ASKED, (Stage.IN_REVIEW,), Stage.MORE_INFO, Role.REVIEWER),
    _move(Verb.REVIEW_RESUMED, (Stage.MORE_INFO,), Stage.IN_REVIEW, Role.REVIEWER, *DESK, *ASKING),
    _move(
        Verb.SIGNED,
        (Stage.IN_REVIEW, Stage.MORE_INFO),
        Stage.SIGNED,
        Role.REVIEWER,
        guards="questions_answered sections_written identity_settled licence_allows",
    ),
    _move(
        Verb.RELEASED,
        (Stage.SIGNED,),
        Stage.RELEASED,
        *DESK,
        Role.DIRECTOR,
        Role.REVIEWER,
        Role.SYSTEM,
    ),
    _move(Verb.FOLLOWED_UP, (Stage.RELEASED,), Stage.FOLLOW_UP, *ASKING, *DESK, Role.SYSTEM),
    _move(
        Verb.CLOSED, (Stage.RELEASED, Stage.FOLLOW_UP), Stage.CLOSED, *DESK, *ASKING, Role.SYSTEM
    ),
    _move(Verb.WITHDRAWN, (Stage.DRAFT, *BEFORE_SIGNING), Stage.WITHDRAWN, *ASKING, *DESK),
    _move(
        Verb.EXPIRED, (Stage.DRAFT, Stage.NEEDS_INFO, Stage.GATHERING), Stage.EXPIRED, Role.SYSTEM
    ),
)

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


def find_move(verb: Verb, stage: Stage) -> Move:
    """The step that `verb` is from `stage`, or `ImpossibleMove` with a sentence for the screen."""
    for move in MOVES:
        if move.verb == verb and stage in move.starts:
            return move
    raise ImpossibleMove(
        f"This cannot be done now: the case is at “{stage.label}”. Reload the page."
    )


def moves_from(stage: Stage, roles: set[Role]) -> list[Move]:
    """The steps that somebody in `roles` may take from `stage`: the buttons of the page."""
    return [move for move in MOVES if stage in move.starts and move.roles & roles]
