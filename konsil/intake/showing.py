"""The review page: what was answered, part by part, each with the page where it is changed."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from konsil.cases.models import Case, RecordHolder, Representative
from konsil.intake.checking import agreed
from konsil.intake.lists import questions_of
from konsil.intake.models import ForWhom, Request
from konsil.intake.plan import Step
from konsil.intake.words import language_name
from konsil.people.places import name_of


def summary(case: Case, paper: Request, steps: list[Step]) -> list[dict[str, Any]]:
    """[{title, facts: [{label, value, lines, url}]}] in the order of the pages."""
    parts: list[dict[str, Any]] = []
    told = {**_about(case, paper), **_rest(case, paper)}
    for step in steps:
        if not parts or parts[-1]["title"] != step.part:
            parts.append({"title": step.part, "facts": []})
        value = told.get(step.key, "")
        lines = value if isinstance(value, list) else [value]
        url = reverse("intake:step", args=[case.pk, step.key])
        parts[-1]["facts"].append(
            {
                "label": step.label,
                "lines": [line for line in lines if line],
                "numbered": step.key == "questions" and len(lines) > 1,
                "voice": step.key in {"illness", "questions"},
                "url": f"{url}?change=1",
            }
        )
    return parts


def _about(case: Case, paper: Request) -> dict[str, Any]:
    patient = case.patient
    who = {
        ForWhom.ME: _("Myself"),
        ForWhom.CHILD: _("My child"),
        ForWhom.OTHER: _("Someone I care for"),
    }
    signer = Representative.objects.filter(case=case).first()
    born = patient.birth_date
    former = f" ({patient.former_names})" if patient.former_names else ""
    spoken = str(language_name(patient.language))
    return {
        "who": who.get(ForWhom(paper.for_whom)) if paper.for_whom else "",
        "authority": [signer.name, signer.relation, signer.get_authority_display()]
        if signer
        else "",
        "name": f"{patient.given_name} {patient.family_name}".strip() + former,
        "born": date_format(born, "F j, Y") if born else "",
        "sex": patient.get_sex_display() if "sex" in paper.answered else "",
        "place": name_of(case.place),
        "phone": patient.phone or (_("None, by e-mail only") if "phone" in paper.answered else ""),
        "language": [spoken, _("With an interpreter") if patient.interpreter else ""],
    }


def _rest(case: Case, paper: Request) -> dict[str, Any]:
    holders = [
        ", ".join(part for part in (holder.name, holder.address) if part)
        for holder in RecordHolder.objects.filter(case=case)
    ]
    later = _("I send them later") if paper.records_later else _("Sent, or none")
    return {
        "illness": case.diagnosis,
        "questions": questions_of(case),
        "holders": holders or (_("Nobody else") if paper.holders_listed else ""),
        "records": later if "records" in paper.answered else "",
        "doctor": case.local_physician,
        "consent": _("Given") if agreed(case) else "",
    }
