"""Who may do what at a case: one table, role × action, and what a row's kind asks.

Lists, pages, bytes, events and jobs all ask here. The tests hold a copy of the matrix that was
written by hand, so a slip of the pen in this table is seen.
"""

from django.db.models import TextChoices

from konsil.people.roles import Role


class Action(TextChoices):
    """What a doorway can ask for."""

    SEE_CASE = "see_case"
    FILL_REQUEST = "fill_request"
    READ_RECORD = "read_record"
    ADD_RECORD = "add_record"
    FILL_LINK = "fill_link"
    REFILE_RECORD = "refile_record"
    DECIDE_IDENTITY = "decide_identity"
    SIGN_RELEASE = "sign_release"
    SEND_LINK = "send_link"
    TRIAGE = "triage"
    RUN_CASE = "run_case"
    ASSIGN = "assign"
    ANSWER_OFFER = "answer_offer"
    MARK_IMAGES = "mark_images"
    WRITE_REPORT = "write_report"
    SIGN_REPORT = "sign_report"
    RELEASE_REPORT = "release_report"
    READ_REPORT = "read_report"
    PATIENT_THREAD = "patient_thread"
    REFERRER_THREAD = "referrer_thread"
    TREATING_THREAD = "treating_thread"
    INTERNAL_THREAD = "internal_thread"
    SEE_MONEY = "see_money"
    PAY = "pay"
    DECIDE_MONEY = "decide_money"
    DOWNLOAD_CASE = "download_case"
    READ_HISTORY = "read_history"
    WITHDRAW = "withdraw"
    CHANGE_CONTACT = "change_contact"


ASKING = {Role.PATIENT, Role.PROXY}
DESK = {Role.COORDINATOR, Role.NURSE}
READING = {Role.REVIEWER, Role.COLLEAGUE}
GLASS = {Role.PRIVACY}
"""Has no seat at any case but by emergency access, for an hour, to read (konsil.entrance.glass)."""

MAY: dict[Action, set[Role]] = {
    Action.SEE_CASE: {
        *ASKING,
        Role.REFERRER,
        Role.CHILD_ADMIN,
        *DESK,
        Role.ASKED,
        *READING,
        Role.DIRECTOR,
        Role.BILLING,
        *GLASS,
    },
    Action.FILL_REQUEST: {*ASKING, Role.REFERRER},
    Action.READ_RECORD: {
        *ASKING,
        Role.REFERRER,
        *DESK,
        Role.ASKED,
        *READING,
        Role.DIRECTOR,
        *GLASS,
    },
    Action.ADD_RECORD: {
        *ASKING,
        Role.REFERRER,
        Role.PROVIDER,
        Role.TREATING,
        *DESK,
        Role.REVIEWER,
        Role.DIRECTOR,
    },
    Action.FILL_LINK: {Role.PROVIDER},
    Action.REFILE_RECORD: {*DESK, Role.DIRECTOR},
    Action.DECIDE_IDENTITY: {*DESK, Role.DIRECTOR},
    Action.SIGN_RELEASE: {*ASKING},
    Action.SEND_LINK: {*DESK},
    Action.TRIAGE: {Role.NURSE, Role.DIRECTOR},
    Action.RUN_CASE: {*DESK, Role.DIRECTOR},
    Action.ASSIGN: {*DESK, Role.DIRECTOR},
    Action.ANSWER_OFFER: {Role.ASKED},
    Action.MARK_IMAGES: {*READING},
    Action.WRITE_REPORT: {*READING},
    Action.SIGN_REPORT: {Role.REVIEWER},
    Action.RELEASE_REPORT: {*DESK, Role.REVIEWER, Role.DIRECTOR},
    Action.READ_REPORT: {
        *ASKING,
        Role.REFERRER,
        Role.TREATING,
        *DESK,
        *READING,
        Role.DIRECTOR,
        *GLASS,
    },
    Action.PATIENT_THREAD: {*ASKING, *DESK, *READING, Role.DIRECTOR, *GLASS},
    Action.REFERRER_THREAD: {Role.REFERRER, *DESK, *READING, Role.DIRECTOR, *GLASS},
    Action.TREATING_THREAD: {Role.TREATING, *DESK, *READING, Role.DIRECTOR, *GLASS},
    Action.INTERNAL_THREAD: {*DESK, *READING, Role.DIRECTOR, *GLASS},
    Action.SEE_MONEY: {*ASKING, *DESK, Role.BILLING, Role.DIRECTOR},
    Action.PAY: {*ASKING},
    Action.DECIDE_MONEY: {Role.BILLING, Role.DIRECTOR},
    Action.DOWNLOAD_CASE: {*ASKING, *DESK, Role.REVIEWER, Role.DIRECTOR, *GLASS},
    Action.READ_HISTORY: {
        *ASKING,
        Role.REFERRER,
        Role.CHILD_ADMIN,
        *DESK,
        Role.REVIEWER,
        Role.DIRECTOR,
        *GLASS,
    },
    Action.WITHDRAW: {*ASKING, *DESK},
    Action.CHANGE_CONTACT: {*DESK},
}


class Kind(TextChoices):
    """What a row of a case is about; it decides who may read it."""

    CLINICAL = "clinical"
    REPORT = "report"
    MONEY = "money"
    INTERNAL = "internal"
    LOGISTICS = "logistics"
    HISTORY = "history"


READING_ASKS: dict[Kind, Action] = {
    Kind.CLINICAL: Action.READ_RECORD,
    Kind.REPORT: Action.READ_REPORT,
    Kind.MONEY: Action.SEE_MONEY,
    Kind.INTERNAL: Action.INTERNAL_THREAD,
    Kind.LOGISTICS: Action.SEE_CASE,
    Kind.HISTORY: Action.READ_HISTORY,
}


def roles_that_may(action: Action) -> set[Role]:
    """The roles that may take `action`; empty for an action without a row (nobody may)."""
    return MAY.get(action, set())


def may(action: Action, roles: set[Role]) -> bool:
    """Whether somebody seated in `roles` may take `action`."""
    return not roles_that_may(action).isdisjoint(roles)
