"""The hospital takes in files from its own disk: the same pipeline as the upload door."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.utils import timezone

from konsil.cases.models import Case
from konsil.cases.scope import scope
from konsil.parcels.filing import ScannerAway, file_away, finish, read_files
from konsil.parcels.keeping import workroom
from konsil.parcels.models import Filing, Parcel
from konsil.people.models import Institution

__all__ = ["Outcome", "ScannerAway", "import_path", "read_into"]

BATCH = 200
SENDER = "The hospital"


@dataclass(frozen=True)
class Outcome:
    """What became of one file: where it was filed, or why it was kept aside."""

    path: str
    sha256: str
    what: str
    where: str | None
    why_aside: str | None


def import_path(path: Path, *, case: str) -> Iterator[Outcome]:
    """Read a file or a folder into the case of that number. Raises LookupError for no such case."""
    found, tenant = _find(case)
    with scope([tenant.pk]):
        parcel = Parcel.objects.create(case=found, door=Parcel.Door.IMPORT, sender=SENDER)
    yield from read_into(parcel, path, at=timezone.now())


def _find(number: str) -> tuple[Case, Institution]:
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            case = Case.objects.front().filter(number=number).first()
            if case is not None:
                return case, tenant
    raise LookupError(f"There is no case {number}. Look at the number on the board.")


def read_into(parcel: Parcel, path: Path, *, at: datetime) -> Iterator[Outcome]:
    """File everything under `path` as this parcel; tells the case once, at the end."""
    files = iter(sorted(each for each in path.rglob("*") if each.is_file()) or [path])
    while batch := list(islice(files, BATCH)):
        with tempfile.TemporaryDirectory(prefix="import-", dir=workroom()) as folder:
            named = {file.absolute(): (_name(file, path.parent), None) for file in batch}
            reads = read_files(named, Path(folder))
        with scope([parcel.tenant_id]):
            for state, some in reads.items():
                for filing in file_away(parcel, some, scan=state):
                    yield _outcome(filing)
    with scope([parcel.tenant_id]):
        parcel.sent_at = at
        parcel.save(update_fields=["sent_at"])
        finish(parcel, at=at)


def _name(file: Path, above: Path) -> str:
    """As in its folder; what is no UTF-8 in an old CD's name keeps a mark in its place."""
    return os.fsencode(file.relative_to(above)).decode("utf-8", "replace")


def _outcome(filing: Filing) -> Outcome:
    shelved = filing.exhibit is not None and filing.state == Filing.State.FILED
    return Outcome(
        path=filing.path,
        sha256=filing.sha256,
        what=filing.found,
        where=f"{filing.case.number}: {filing.exhibit}" if shelved else None,
        why_aside=None if shelved else filing.reason or filing.get_state_display(),
    )
