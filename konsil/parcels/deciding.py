"""Whose record it is: the judgement on arrival, people's decisions, and what follows from them.

A conflict is set aside until a person decides; the decision holds for everything of the same name
in this case, and can be taken back (F3.9).
"""

from datetime import datetime
from typing import Any, cast

from django.db import transaction

from konsil.cases.guards import guard
from konsil.cases.models import Case, Exhibit
from konsil.cases.verbs import Verb
from konsil.core.finding import Identity
from konsil.parcels.identity import Person, compare
from konsil.parcels.models import Filing, IdentityDecision
from konsil.people.actors import Actor
from konsil.people.models import User

ANOTHER_NAME = "Another name stands on it. We set it aside."


class Judge:
    """Says whose record a file is, remembering what people decided about the same name."""

    def __init__(self, case: Case) -> None:
        patient = case.patient
        former = (
            f"{family.strip()}^{patient.given_name}"
            for family in patient.former_names.split(",")
            if family.strip()
        )
        self.person = Person(
            names=(patient.dicom_name, *former), birth_date=patient.birth_date, sex=patient.sex
        )
        self.decided = {
            _as_key(decision.source): decision.is_patient
            for decision in IdentityDecision.objects.filter(case=case, undone_at=None).order_by(
                "at"
            )
        }
        self.seen: dict[tuple[str, ...], tuple[str, list[Any]]] = {}

    def look_at(self, filing: Filing, identity: dict[str, Any]) -> None:
        """Set the filing's verdict; a conflict is set aside until a person decides (F3.9)."""
        key = _as_key(identity)
        if key not in self.seen:
            decision = compare(self.person, cast(Identity, identity))
            self.seen[key] = decision.verdict, [list(each) for each in decision.differences]
        filing.verdict, filing.differences = self.seen[key]
        ours = self.decided.get(key)
        if ours is False or (filing.verdict == "conflict" and ours is None):
            filing.state = Filing.State.SET_ASIDE
            filing.reason = filing.reason or ANOTHER_NAME


def _as_key(identity: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in IdentityDecision.key(identity).values())


@transaction.atomic
def decide_identity(
    case: Case, exhibit: Exhibit, *, is_patient: bool, reason: str, by: Actor, at: datetime
) -> IdentityDecision:
    """A person decides whose record this is; everything with the same name on it follows (F3.9)."""
    filing = exhibit.filings.exclude(holding__identity=None).select_related("holding").first()
    source = IdentityDecision.key(filing.holding.identity if filing else {})
    if not isinstance(by.user, User):
        raise ValueError("Only somebody who is signed in can decide this.")
    decision: IdentityDecision = IdentityDecision.objects.create(
        case=case, source=source, is_patient=is_patient, reason=reason[:300], by=by.user, at=at
    )
    _apply(case, source, shown=is_patient, reason="" if is_patient else reason)
    case.tell(Verb.IDENTITY_DECIDED, by=by, at=at, exhibit=str(exhibit.pk), is_patient=is_patient)
    return decision


@transaction.atomic
def undo_decision(decision: IdentityDecision, *, by: Actor, at: datetime) -> None:
    """Take a decision back: the records are set aside again until somebody decides."""
    decision.undone_at = at
    decision.save(update_fields=["undone_at"])
    _apply(decision.case, decision.source, shown=False, reason="Another name stands on it.")
    decision.case.tell(Verb.IDENTITY_DECIDED, by=by, at=at, undone=True)


def _apply(case: Case, source: dict[str, str], *, shown: bool, reason: str) -> None:
    same = Filing.objects.filter(
        case=case,
        **{f"holding__identity__{name}": value for name, value in source.items() if value},
    ).exclude(state__in=[Filing.State.TWICE, Filing.State.REMOVED, Filing.State.LEFT_OUT])
    exhibits = Exhibit.objects.filter(filings__in=same)
    Exhibit.objects.filter(pk__in=exhibits.values("pk")).update(
        state=Exhibit.State.SHOWN if shown else Exhibit.State.SET_ASIDE, reason=reason[:300]
    )
    same.exclude(found="broken").update(
        state=Filing.State.FILED if shown else Filing.State.SET_ASIDE,
        reason="" if shown else ANOTHER_NAME,  # the sender reads this, never the desk's own words
    )


def undecided(case: Case) -> Any:
    """Exhibits that are set aside and about which nobody has decided yet."""
    rows = Exhibit.objects.filter(case=case, state=Exhibit.State.SET_ASIDE)
    no = [
        _as_key(source)
        for source in IdentityDecision.objects.filter(
            case=case, undone_at=None, is_patient=False
        ).values_list("source", flat=True)
    ]
    open_ones = []
    for exhibit in rows.prefetch_related("filings__holding"):
        names = {
            _as_key(filing.holding.identity)
            for filing in exhibit.filings.all()
            if filing.holding and filing.holding.identity
        }
        if not names & set(no):
            open_ones.append(exhibit)
    return open_ones


@guard("identity_settled")
def identity_settled(case: Case) -> str:
    """No file is complete while nobody has said whose record it is."""
    if waiting := undecided(case):
        many = "One study bears" if len(waiting) == 1 else f"{len(waiting)} records bear"
        return f"{many} another name. Decide first whose it is, under Records."
    return ""
