"""Reading what arrived, in the background: a batch a time, so that a folder of thousands moves."""

import shutil
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from konsil.cases.scope import scope
from konsil.core.finding import Finding
from konsil.core.jobs import defer, job
from konsil.parcels import shelves
from konsil.parcels.filing import Read, file_away, finish, keep
from konsil.parcels.keeping import workroom
from konsil.parcels.models import Parcel, Upload
from konsil.parcels.sandbox import read_batch
from konsil.parcels.scanning import scanner

BATCH = 200


def read_soon(parcel: Parcel) -> None:
    """Queue the reading of a parcel, once at a time."""
    defer(
        read_parcel,
        once=f"parcel-{parcel.pk}",
        parcel_id=str(parcel.pk),
        tenant_id=str(parcel.tenant_id),
    )


@job(queue="reading")
def read_parcel(parcel_id: str, tenant_id: str) -> None:
    """Read and file everything of a parcel that is here; running twice files nothing twice."""
    tenant = UUID(tenant_id)
    while True:
        with scope([tenant]):
            parcel = Parcel.objects.select_related("case__patient", "by_user", "by_pass").get(
                pk=parcel_id
            )
            waiting = list(
                parcel.uploads.filter(state=Upload.State.RECEIVED).order_by("path")[:BATCH]
            )
        if not waiting:
            break
        _read(parcel, waiting, tenant)
    with scope([tenant]):
        finish(parcel, at=timezone.now())


def _read(parcel: Parcel, uploads: list[Upload], tenant: UUID) -> None:
    by_file = {upload.file: upload for upload in uploads}
    with tempfile.TemporaryDirectory(prefix="reading-", dir=workroom()) as folder:
        out = Path(folder)
        reads: dict[str, list[Read]] = {}
        for file, finding in read_batch(list(by_file), shelves.readers(), out):
            state: str = scanner(settings.CLAMD).scan(file).state
            upload = by_file[file]
            read = keep(file, _held(finding, state), out, path=upload.path, upload=upload)
            reads.setdefault(state, []).append(read)
    with scope([tenant]):
        for state, some in reads.items():
            file_away(parcel, some, scan=state)
    for file in by_file:
        file.unlink(missing_ok=True)


def _held(finding: Finding, state: str) -> Finding:
    """What the scanner objects to is kept, and nothing of it is shown."""
    if state not in WHY_HELD:
        return finding
    return {**finding, "kind": "unknown", "reason": WHY_HELD[state], "copies": []}


WHY_HELD = {
    "infected": "The virus scanner found something in this file. Nobody can open it.",
    "failed": "The virus scanner did not answer. We try again; until then nobody can open it.",
}


def forget_incoming(parcel: Parcel) -> None:
    """Drop the empty folder of a parcel that was read."""
    shutil.rmtree(Path(settings.FILES) / "incoming" / str(parcel.pk), ignore_errors=True)
