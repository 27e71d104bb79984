"""Why: the lists from which every ending, pause and step back takes its reason (F4.10).

The event keeps the code, so that figures can be made of it; people read the words.
"""

from konsil.cases.verbs import Verb

LISTS: dict[Verb, dict[str, str]] = {
    Verb.DECLINED: {
        "not_treated": "We do not treat this illness",
        "place": "The law of the place does not allow it",
        "emergency": "This is an emergency: another door is right",
        "no_records": "The records cannot be had",
        "answered": "The same question was answered already",
    },
    Verb.WITHDRAWN: {
        "changed_mind": "The patient changed her mind",
        "elsewhere": "The patient is treated elsewhere",
        "died": "The patient has died",
        "too_long": "It takes too long",
        "twice": "The same request was made twice",
        "by_mistake": "It was begun by mistake",
    },
    Verb.CANCELLED: {
        "no_reviewer": "No reviewer of the practice can take it",
        "line_closed": "The service is not offered any more",
        "conflict": "A conflict of interest was found",
        "mistake": "The case was opened by mistake",
    },
    Verb.EXPIRED: {
        "not_sent": "The request was not sent within 30 days",
        "no_answer": "Our question was not answered within 21 days",
        "idle": "Nothing happened for 60 days",
    },
    Verb.CLOSED: {
        "answered": "All questions are answered",
        "done": "The patient says it is done",
        "window": "The time for questions is over",
    },
    Verb.RETRACTED: {
        "wrong_patient": "It was written about another patient’s record",
        "wrong_record": "A record on which it rests was wrong",
        "error": "It holds an error that an addendum cannot mend",
    },
    Verb.REOPENED: {
        "new_record": "New records have come",
        "new_question": "There is a new question",
        "error": "An error was found",
        "by_mistake": "It was ended by mistake",
        "goes_on": "The patient wants to go on",
    },
    Verb.RETURNED: {
        "unclear": "A part is not clear to the patient",
        "incomplete": "Something is missing",
        "contradiction": "Two parts contradict each other",
        "own": "The reviewer wants to write on",
    },
    Verb.REVIEW_TAKEN_BACK: {
        "away": "The reviewer is away",
        "late": "The review is late",
        "conflict": "A conflict of interest was found",
    },
}
"""code: words. The first of a list is the most common."""


def fits(verb: Verb, reason: object) -> bool:
    """Whether the step needs no reason, or `reason` is one of its list."""
    return verb not in LISTS or reason in LISTS[verb]


def words(verb: str, reason: str) -> str:
    """The reason as people read it; what is in no list is read as it stands."""
    return LISTS.get(Verb(verb), {}).get(reason, reason) if verb in Verb else reason
