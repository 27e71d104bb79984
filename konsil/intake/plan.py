"""Which questions a request has for this asker, in which order, and where to go on."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from konsil.cases.models import Case, LicenceRule, Verdict
from konsil.intake.models import Request
from konsil.people.roles import Role


@dataclass(frozen=True)
class Step:
    """One page: its name in the address (never an answer) and its line on the review page."""

    key: str
    part: Any
    label: Any


ABOUT, ILLNESS, RECORDS, LAST = _("About you"), _("The illness"), _("Records"), _("Last things")

STEPS = (
    Step("who", ABOUT, _("Who it is for")),
    Step("authority", ABOUT, _("Who asks")),
    Step("name", ABOUT, _("Name")),
    Step("born", ABOUT, _("Born")),
    Step("sex", ABOUT, _("Sex")),
    Step("place", ABOUT, _("Now in")),
    Step("phone", ABOUT, _("Phone")),
    Step("language", ABOUT, _("Language")),
    Step("illness", ILLNESS, _("The illness, in your words")),
    Step("questions", ILLNESS, _("Questions to the specialist")),
    Step("holders", RECORDS, _("Who has records")),
    Step("records", RECORDS, _("Records at hand")),
    Step("doctor", LAST, _("The doctor who takes part")),
    Step("consent", LAST, _("Agreement")),
)
HERS = frozenset({"who", "authority", "consent"})
"""Only the patient, or who may sign in the patient's place, answers these."""
BY_KEY = {step.key: step for step in STEPS}


def needs_doctor(case: Case) -> bool:
    """Whether the law of the place lets us answer only together with a local physician."""
    if not case.place:
        return False
    verdict = LicenceRule.verdict_for(case.tenant, case.place)
    return bool(verdict == Verdict.LOCAL_PHYSICIAN)


def steps_of(case: Case, request: Request, roles: set[Role]) -> list[Step]:
    """The questions for this asker; a referrer does not agree in the patient’s place."""
    asking = bool(roles & {Role.PATIENT, Role.PROXY})
    left_out: set[str] = set()
    if not asking:
        left_out |= HERS
    if not request.by_proxy:
        left_out.add("authority")
    if not needs_doctor(case):
        left_out.add("doctor")
    return [step for step in STEPS if step.key not in left_out]


def go_on_at(case: Case, request: Request, roles: set[Role]) -> str:
    """The first question without an answer; "check" when all have one (F2.4)."""
    for step in steps_of(case, request, roles):
        if step.key not in request.answered:
            return step.key
    return "check"


def before(key: str, steps: list[Step]) -> str:
    """The question before `key`; "" for the first."""
    keys = [step.key for step in steps]
    place = keys.index(key) if key in keys else 0
    return keys[place - 1] if place else ""


def after(key: str, steps: list[Step]) -> str:
    """The question after `key`; "check" for the last."""
    keys = [step.key for step in steps]
    place = keys.index(key) + 1 if key in keys else len(keys)
    return keys[place] if place < len(keys) else "check"


def position(key: str, steps: list[Step]) -> tuple[Any, int, int]:
    """(part, which question of the part, how many the part has), for the line above the heading."""
    part = BY_KEY[key].part
    mates = [step.key for step in steps if step.part == part]
    return part, mates.index(key) + 1 if key in mates else 1, len(mates)
