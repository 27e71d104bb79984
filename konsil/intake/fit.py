"""“Can we help you?”: at most six questions, and an answer with its reason and what comes next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from konsil.cases.models import ServiceLine, Verdict
from konsil.intake.models import ForWhom
from konsil.people.places import grouped

OTHER = "other"


@dataclass(frozen=True)
class Ask:
    """One question of the six; `choices` are (value, label), a second line after a line break."""

    key: str
    title: Any
    why: Any
    choices: tuple[tuple[str, Any], ...] = ()


ASKS = (
    Ask(
        "who",
        _("Who needs the second opinion?"),
        _("A parent can ask for a child, and you can ask for somebody you care for."),
        (
            (ForWhom.ME, _("I do")),
            (ForWhom.CHILD, _("My child\nUnder 18")),
            (ForWhom.OTHER, _("Someone I care for\nWith their consent, or as their guardian")),
        ),
    ),
    Ask(
        "urgent",
        _("Can it wait for some days?"),
        _(
            "A second opinion takes days. Somebody who is in hospital, or gets worse by the hour, "
            "needs help that is faster than we are."
        ),
        (
            ("no", _("Yes, it can wait")),
            ("inpatient", _("In hospital now\nStaying there overnight")),
            ("emergency", _("It is an emergency\nIt got worse in the last hours")),
        ),
    ),
    Ask("illness", _("What is it about?"), _("We have specialists for these illnesses.")),
    Ask(
        "diagnosed",
        _("Has a doctor said what the illness is?"),
        _(
            "We ask because a second opinion reads what others have found. If nothing is named "
            "yet, we tell you who can help first."
        ),
        (
            ("paper", _("Yes, and I have it on paper\nA report, a letter, a portal message")),
            ("words", _("Yes, but only in words")),
            ("unsure", _("I am not sure")),
            ("not_yet", _("Not yet, we are still finding out")),
        ),
    ),
    Ask(
        "place",
        _("Where is the patient now?"),
        _(
            "The law of the place where the patient is decides whether a doctor from elsewhere may "
            "advise. A visit counts: say where the patient is today."
        ),
    ),
    Ask(
        "age",
        _("How old is the patient?"),
        _("Under 18, a parent or guardian asks and signs."),
        (
            ("child", _("Under 18")),
            ("adult", _("18 to 64")),
            ("older", _("65 or older")),
        ),
    ),
)
KEYS = tuple(ask.key for ask in ASKS)


class Fits(StrEnum):
    """The three answers."""

    YES = "yes"
    WITH_DOCTOR = "with_doctor"
    NO = "no"


@dataclass(frozen=True)
class Answer:
    """What we say: the answer, its reason, what to do; `stops` names the question that decided."""

    fits: Fits
    title: Any
    reason: Any
    what_next: Any = ""
    stops: str = ""


def choices_of(ask: Ask, lines: Iterable[ServiceLine]) -> list[tuple[Any, Any]]:
    """The choices of a question; illnesses come from the service lines, in patients' words."""
    if ask.key == "place":
        return grouped()
    if ask.key != "illness":
        return list(ask.choices)
    found: list[tuple[Any, Any]] = [(line.slug, _illness(line)) for line in lines]
    return [*found, (OTHER, _("Something else"))]


def _illness(line: ServiceLine) -> str:
    words = ", ".join(line.conditions)
    return f"{words[:1].upper()}{words[1:]}\n{line.name}" if words else line.name


def first_open(given: Mapping[str, str]) -> str:
    """The first question without an answer; "" when we can answer (an urgent one stops early)."""
    for key in KEYS:
        if key not in given:
            return key
        if key == "urgent" and given[key] != "no":
            return ""
    return ""


def judge(
    given: Mapping[str, str], *, line: ServiceLine | None, verdict: Verdict, where: str = ""
) -> Answer:
    """The answer to the six; `line` is None where we have no specialists for the illness."""
    for refuse in (_urgency, _illness_known, _age_fits, _law):
        if answer := refuse(given, line, verdict):
            return answer
    named = {"what": line, "where": where or _("this place")}
    if verdict == Verdict.LOCAL_PHYSICIAN:
        return Answer(
            Fits.WITH_DOCTOR,
            _("Yes, if your doctor takes part."),
            _(
                "“%(what)s” is open to people in %(where)s. There, a doctor who treats the "
                "patient takes part."
            )
            % named,
            _("You name the doctor in the request. We write to the doctor; you need not."),
        )
    return Answer(
        Fits.YES,
        _("Yes, we can help you."),
        _("“%(what)s” is open to people in %(where)s. Your own doctor does not need to ask for it.")
        % named,
    )


def _urgency(given: Mapping[str, str], line: Any, verdict: Verdict) -> Answer | None:
    if given.get("urgent") == "emergency":
        return Answer(
            Fits.NO,
            _("No. Get help now."),
            _("A second opinion takes days, and nobody watches this page around the clock."),
            _("Call 911 or your local emergency number, or go to the nearest emergency room."),
            "urgent",
        )
    if given.get("urgent") == "inpatient":
        return Answer(
            Fits.NO,
            _("Not while the patient is in hospital."),
            _("There, things change faster than we can read and write."),
            _(
                "Ask the doctors there to call our specialists: hospitals can do that the same "
                "day. Come back to us when the patient is home."
            ),
            "urgent",
        )
    return None


def _illness_known(
    given: Mapping[str, str], line: ServiceLine | None, verdict: Verdict
) -> Answer | None:
    if line is None:
        return Answer(
            Fits.NO,
            _("No, not for this illness."),
            _("We have no specialists for it in this service, and a guess would not help you."),
            _(
                "Call us: we know who in our hospital, or elsewhere, sees people with it. Your "
                "own doctor can also refer you."
            ),
            "illness",
        )
    if given.get("diagnosed") == "not_yet":
        return Answer(
            Fits.NO,
            _("Not yet."),
            _("A second opinion reads what other doctors have found, and nothing is named yet."),
            _(
                "See a doctor in person first. When the tests are done, come back: by then there "
                "is something to give an opinion on."
            ),
            "diagnosed",
        )
    return None


def _age_fits(given: Mapping[str, str], line: Any, verdict: Verdict) -> Answer | None:
    if given.get("age") == "child" and given.get("who") == ForWhom.ME:
        return Answer(
            Fits.NO,
            _("Not without a parent or guardian."),
            _("Under 18, an adult who is responsible for you has to ask and sign."),
            _("Show this page to a parent or guardian. They choose “My child” at the start."),
            "age",
        )
    if given.get("age") != "child" and given.get("who") == ForWhom.CHILD:
        return Answer(
            Fits.NO,
            _("Your grown-up child has to ask, or agree."),
            _("From 18 on, a parent can no longer ask alone."),
            _("Let your child ask, or choose “Someone I care for” and ask with their consent."),
            "age",
        )
    return None


def _law(given: Mapping[str, str], line: Any, verdict: Verdict) -> Answer | None:
    if verdict != Verdict.BLOCK:
        return None
    return Answer(
        Fits.NO,
        _("No, not in this place."),
        _("The law there does not let a doctor from elsewhere give a written opinion."),
        _(
            "You can come to us in person, or ask a specialist who works there. Your own doctor "
            "can call our doctors at any time."
        ),
        "place",
    )
