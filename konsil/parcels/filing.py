"""From bytes that arrived to lines in the record: read in the sandbox, kept by hash, judged, filed.

The case comes from the door through which a file came, never from the PatientID inside it (F3.8).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from konsil.cases.actions import finish_task
from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.core.finding import Finding
from konsil.parcels import shelves
from konsil.parcels.answers import open_copy
from konsil.parcels.deciding import Judge
from konsil.parcels.keeping import store
from konsil.parcels.models import Filing, Holding, Parcel, Upload
from konsil.parcels.sandbox import read_batch
from konsil.parcels.scanning import scanner
from konsil.people.actors import SYSTEM, Actor

NOT_NEEDED = {
    "viewer": "A program that shows images. We have our own, so it is not needed.",
    "dicomdir": "The table of contents of the CD. We make our own from the images.",
}

ABOUT_THE_DISC = "A text about the CD itself, not about a patient. It is not needed."


@dataclass
class Read:
    """One file that the sandbox has read and the store has kept."""

    path: str
    finding: Finding
    sha256: str = ""
    size: int = 0
    copies: dict[str, dict[str, str]] | None = None
    upload: Upload | None = None


WHY_HELD = {
    "infected": "The virus scanner found something in this file. Nobody can open it.",
    "failed": "The virus scanner could not look into this file. We keep it; nobody can open it.",
}


class ScannerAway(Exception):
    """The virus scanner does not answer: nothing is filed, and reading is tried again later."""


def read_files(files: Mapping[Path, tuple[str, Upload | None]], out: Path) -> dict[str, list[Read]]:
    """Read files in the sandbox, scan them and keep them: what was read, by state of the scan.

    `files` gives each file its path in the sender's folder, and its upload if it had one.
    Raises `ScannerAway`.
    """
    reads: dict[str, list[Read]] = {}
    ask = scanner(settings.CLAMD, needed=not settings.DEMO)
    for file, finding in read_batch(list(files), shelves.readers(), out):
        scan = ask.scan(file)
        if scan.away:
            raise ScannerAway(scan.name)
        path, upload = files[file]
        judged = _held(_about_the_disc(finding, path), scan.state)
        read = keep(file, judged, out, path=path, upload=upload)
        reads.setdefault(scan.state, []).append(read)
    return reads


def _about_the_disc(finding: Finding, path: str) -> Finding:
    """A read-me or an index in the top folder of a CD speaks of the CD, not of a patient."""
    folders = path.lower().split("/")
    stem = folders[-1].partition(".")[0]
    if len(folders) != 2 or stem not in {"readme", "index"}:
        return finding
    if finding["kind"] not in {"text", "unknown"}:
        return finding
    return {**finding, "kind": "viewer", "reason": ABOUT_THE_DISC, "copies": []}


def _held(finding: Finding, state: str) -> Finding:
    """What the scanner objects to is kept, and nothing of it is shown."""
    if state not in WHY_HELD:
        return finding
    return {**finding, "kind": "unknown", "reason": WHY_HELD[state], "copies": []}


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
    if scan in WHY_HELD:  # what the scanner objects to today is held, also where it came before
        known.exclude(scan="infected").update(scan=scan)
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
        about = finding["reason"] == ABOUT_THE_DISC
        not_needed = "" if about else NOT_NEEDED.get(finding["kind"], "")
        filing.reason = not_needed or finding["reason"][:300]
    elif finding["kind"] == "broken":
        filing.state = Filing.State.BROKEN
    if holding is not None and holding.identity:
        judge.look_at(filing, holding.identity)
    return filing


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
    finish_task(parcel.case, key=late_key(parcel), by=SYSTEM, at=at)
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


def late_key(parcel: Parcel) -> str:
    """The task that asks the desk to look why a parcel is not read."""
    return f"unread-{parcel.pk}"


def sender_of(parcel: Parcel) -> Actor:
    """Who sent the parcel, as an actor."""
    if parcel.by_pass:
        return Actor.holding(parcel.by_pass)
    if parcel.by_user:
        return Actor.of(parcel.by_user)
    return replace(SYSTEM, name=parcel.sender or SYSTEM.name)
