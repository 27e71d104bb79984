"""What a request still lacks: for the review page, and as the guard before it is sent (F2.6)."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from konsil.cases.guards import guard
from konsil.cases.models import (
    Case,
    LicenceRule,
    Question,
    RecordHolder,
    Representative,
    Verdict,
)
from konsil.intake.agreement import KEYS, VERSION
from konsil.intake.models import Consent, Request
from konsil.intake.plan import needs_doctor


@dataclass(frozen=True)
class Missing:
    """What is missing, and the page where it is given."""

    step: str
    words: Any


def request_of(case: Case) -> Request:
    """The paper of this case; a referred case gets its own when the patient first opens it."""
    found: Request = Request.objects.get_or_create(case=case)[0]
    return found


def missing(case: Case) -> list[Missing]:
    """Everything that F2.3 asks for and that is not there, in the order of the pages."""
    paper = Request.objects.filter(case=case).first() or Request(case=case)
    patient = case.patient
    checks: tuple[tuple[str, Any, bool], ...] = (
        ("who", gettext_lazy("who it is for"), bool(paper.for_whom)),
        ("authority", gettext_lazy("who asks, and by what right"), _authorised(case, paper)),
        ("name", gettext_lazy("the name"), bool(patient.given_name and patient.family_name)),
        ("born", gettext_lazy("the date of birth"), patient.birth_date is not None),
        ("place", gettext_lazy("where the patient is now"), bool(case.place)),
        ("phone", gettext_lazy("how we reach you"), _reachable(case)),
        ("illness", gettext_lazy("the illness, in your words"), bool(case.diagnosis.strip())),
        ("questions", gettext_lazy("a question to the specialist"), _asks(case)),
        ("holders", gettext_lazy("who has records"), _listed(case, paper)),
        ("doctor", gettext_lazy("the doctor who takes part"), _doctor_named(case)),
        ("consent", gettext_lazy("your agreement"), agreed(case)),
    )
    return [Missing(step, words) for step, words, there in checks if not there]


def agreed(case: Case) -> bool:
    """Whether each of today's texts was agreed to."""
    given = Consent.objects.filter(case=case, version=VERSION).values_list("topic", flat=True)
    return set(KEYS) <= set(given)


def blocked(case: Case) -> bool:
    """Whether the law of the place forbids an opinion."""
    verdict = LicenceRule.verdict_for(case.tenant, case.place)
    return bool(case.place) and verdict == Verdict.BLOCK


@guard("request_complete")
def request_complete(case: Case) -> str:
    """Names what is missing; also refuses a place that the hospital's licence table blocks."""
    if blocked(case):
        return _("The law of the place where the patient is does not let us give an opinion.")
    lacking = [str(each.words) for each in missing(case)]
    if not lacking:
        return ""
    return _("Still missing: %(what)s.") % {"what": get_text_list(lacking, _("and"))}


@guard("consent_given")
def consent_given(case: Case) -> str:
    """No report goes out without an agreement of the patient, to whatever words stood then."""
    topics = Consent.objects.filter(case=case).values_list("topic", flat=True)
    if set(KEYS) <= set(topics):
        return ""
    return "The patient has not agreed to the terms. Ask her to, then release the report."


def _authorised(case: Case, paper: Request) -> bool:
    return not paper.by_proxy or Representative.objects.filter(case=case).exists()


def _reachable(case: Case) -> bool:
    return bool(case.patient.email or case.patient.phone)


def _asks(case: Case) -> bool:
    return Question.objects.filter(case=case).exclude(text="").exists()


def _listed(case: Case, paper: Request) -> bool:
    return paper.holders_listed or RecordHolder.objects.filter(case=case).exists()


def _doctor_named(case: Case) -> bool:
    return bool(case.local_physician) or not needs_doctor(case)
