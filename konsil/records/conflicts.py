"""Two sides of a doubt: what the case says of the patient, and what a record says (F3.9)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from konsil.cases.models import Case, Exhibit
from konsil.core.prose.letter import day
from konsil.parcels.deciding import undecided
from konsil.parcels.models import Filing
from konsil.people.models import Patient

SEXES = {"F": "Female", "M": "Male", "O": "Other"}


@dataclass(frozen=True)
class Side:
    """One line of the comparison."""

    label: str
    ours: str
    theirs: str
    differs: bool
    note: str = ""


@dataclass
class Conflict:
    """One record that bears another name, with everything that helps to decide."""

    exhibit: Exhibit
    sides: list[Side]
    filing: Filing | None
    files: int
    look: str = ""


def conflicts(case: Case) -> list[Conflict]:
    """The records about which nobody has decided yet, oldest first."""
    ids = _ids_here(case)
    return [_conflict(case, exhibit, ids) for exhibit in undecided(case)]


def _conflict(case: Case, exhibit: Exhibit, ids: list[str]) -> Conflict:
    filings = Filing.objects.filter(case=case, exhibit=exhibit)
    filing = (
        filings.exclude(holding__identity=None)
        .select_related("holding", "parcel")
        .order_by("created_at")
        .first()
    )
    said = (filing.holding.identity if filing and filing.holding else None) or {}
    unlike = {str(each[0]) for each in filing.differences} if filing else set()
    return Conflict(exhibit, _sides(case.patient, said, unlike, ids), filing, filings.count())


def _sides(patient: Patient, said: dict[str, Any], unlike: set[str], ids: list[str]) -> list[Side]:
    theirs_id = str(said.get("patient_id") or "")
    return [
        Side(
            "Name",
            f"{patient.family_name.upper()}, {patient.given_name}",
            shown_name(str(said.get("name") or "")),
            "name" in unlike,
        ),
        Side(
            "Born",
            day(patient.birth_date) or "not given",
            _born(said.get("birth_date")),
            "birth_date" in unlike,
        ),
        Side(
            "Sex",
            patient.get_sex_display(),
            SEXES.get(str(said.get("sex") or ""), "not said"),
            "sex" in unlike,
        ),
        Side(
            "Patient ID",
            ", ".join(ids) or "none yet",
            theirs_id or "none",
            bool(theirs_id and ids and theirs_id not in ids),
            "from other studies" if ids else "",
        ),
    ]


def _ids_here(case: Case) -> list[str]:
    """The patient's numbers at other places, as far as records that are hers tell them."""
    found = (
        Filing.objects.filter(case=case, state=Filing.State.FILED)
        .exclude(holding__identity=None)
        .values_list("holding__identity__patient_id", flat=True)
        .distinct()[:4]
    )
    return sorted({str(each) for each in found if each})


def shown_name(written: str) -> str:
    """A name as files write it (DELGADO^ROSA), as people read it."""
    family, caret, given = written.partition("^")
    if not caret:
        return written or "none"
    return f"{family.upper()}, {given.replace('^', ' ').strip()}"


def _born(said: object) -> str:
    try:
        return day(date.fromisoformat(str(said))) if said else "not given"
    except ValueError:
        return str(said)
