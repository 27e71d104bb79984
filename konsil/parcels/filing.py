"""From bytes that arrived to lines in the record: read in the sandbox, kept by hash, judged, filed.

The case comes from the door through which a file came, never from the PatientID inside it (F3.8).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.db import transaction

from konsil.cases.guards import guard
from konsil.cases.models import Case, Exhibit
from konsil.cases.verbs import Verb
from konsil.core.finding import Finding, Identity
from konsil.parcels import shelves
from konsil.parcels.answers import open_copy
from konsil.parcels.identity import Person, compare
from konsil.parcels.keeping import store
from konsil.parcels.models import Filing, Holding, IdentityDecision, Parcel, Upload
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import User

NOT_NEEDED = {
    "viewer": "A program that shows images. We have our own, so it is not needed.",
    "dicomdir": "The table of contents of the CD. We make our own from the images.",
}


@dataclass
class Read:
    """One file that the sandbox has read and the store has kept."""

    path: str
    finding: Finding
    sha256: str = ""
    size: int = 0
    copies: dict[str, dict[str, str]] | None = None
    upload: Upload | None = None


def keep(file: Path, finding: Finding, out: Path, *, path: str, upload: Upload | None) -> Read:
    """Put the original and its reading copies into the store; what nobody needs is not kept."""
    read = Read(path=path, finding=finding, upload=upload)
    if finding["kind"] in NOT_NEEDED or finding["kind"] == "empty":
        return read
    kept = store().put(file)
    read.sha256, read.size = kept.sha256, kept.size
    read.copies = {}
    for copy in finding["copies"]:
        with open_copy(out, copy["name"]) as reading:
            made = store().put(reading, kind="copies")
        read.copies[copy["role"]] = {"sha256": made.sha256, "media_type": copy["media_type"]}
    return read


@transaction.atomic
def file_away(parcel: Parcel, reads: Sequence[Read], *, scan: str = "not_scanned") -> list[Filing]:
    """File what was read, in one transaction: holdings, filings, and the shelves of the rooms."""
    case: Case = parcel.case
    holdings = _hold(case, [read for read in reads if read.sha256], scan=scan)
    here = set(
        Filing.objects.filter(case=case, sha256__in=list(holdings)).values_list("sha256", flat=True)
    )
    judge = Judge(case)
    filings = []
    for read in reads:
        filing = _filing(parcel, read, holdings.get(read.sha256), judge)
        if filing.sha256 in here:
            filing.state, filing.reason = Filing.State.TWICE, "We have this file already."
        elif filing.sha256:
            here.add(filing.sha256)
        filings.append(filing)
    to_shelve = [filing for filing in filings if filing.state in FOR_SHELVES]
    shelves.put_away(case, to_shelve, parcel=parcel)
    Filing.objects.bulk_create(filings)
    done = [read.upload.pk for read in reads if read.upload]
    Upload.objects.filter(pk__in=done).update(state=Upload.State.READ)
    return filings


FOR_SHELVES = {Filing.State.FILED, Filing.State.SET_ASIDE, Filing.State.BROKEN}


def _hold(case: Case, reads: Iterable[Read], *, scan: str) -> dict[str, Holding]:
    by_hash = {read.sha256: read for read in reads}
    known = Holding.objects.filter(tenant=case.tenant_id, sha256__in=list(by_hash))
    holdings = {holding.sha256: holding for holding in known}
    new = [
        Holding(
            tenant_id=case.tenant_id,
            sha256=sha256,
            size=read.size,
            media_type=read.finding["media_type"],
            found=read.finding["kind"],
            facts=read.finding["facts"],
            identity=read.finding["identity"],
            copies=read.copies or {},
            scan=scan,
        )
        for sha256, read in by_hash.items()
        if sha256 not in holdings
    ]
    Holding.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        again = Holding.objects.filter(
            tenant=case.tenant_id, sha256__in=[holding.sha256 for holding in new]
        )
        holdings |= {holding.sha256: holding for holding in again}
    return holdings


def _filing(parcel: Parcel, read: Read, holding: Holding | None, judge: "Judge") -> Filing:
    finding = read.finding
    filing = Filing(
        case=parcel.case,
        parcel=parcel,
        holding=holding,
        path=read.path[-500:],
        sha256=read.sha256,
        found=finding["kind"],
        state=Filing.State.FILED,
        reason=finding["reason"][:300],
    )
    if holding is None:
        filing.state = Filing.State.LEFT_OUT
        filing.reason = finding["reason"][:300] or NOT_NEEDED.get(finding["kind"], "")
    elif finding["kind"] == "broken":
        filing.state = Filing.State.BROKEN
    if holding is not None and holding.identity:
        judge.look_at(filing, holding.identity)
    return filing


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
            filing.reason = filing.reason or "Another name stands on it. We set it aside."


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
        state=Filing.State.FILED if shown else Filing.State.SET_ASIDE, reason=reason[:300]
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


@transaction.atomic
def finish(parcel: Parcel, *, at: datetime) -> bool:
    """When the sender is done and every file is read, the case is told once. True if told now."""
    parcel = Parcel.objects.select_for_update(no_key=True).select_related("case").get(pk=parcel.pk)
    waiting = parcel.uploads.exclude(state=Upload.State.READ).exists()
    if parcel.sent_at is None or parcel.read_at is not None or waiting:
        return False
    parcel.read_at = at
    parcel.save(update_fields=["read_at"])
    by = sender_of(parcel)
    filed = parcel.filings.filter(state=Filing.State.FILED).count()
    parcel.case.tell(
        Verb.PARCEL_ARRIVED,
        by=by,
        at=at,
        parcel=str(parcel.pk),
        files=parcel.filings.count(),
        filed=filed,
    )
    return True


def sender_of(parcel: Parcel) -> Actor:
    """Who sent the parcel, as an actor."""
    if parcel.by_pass:
        return Actor.holding(parcel.by_pass)
    if parcel.by_user:
        return Actor.of(parcel.by_user)
    return SYSTEM
