"""Reading what arrived, in the background: a batch a time, so that a folder of thousands moves."""

import shutil
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from konsil.cases.scope import scope
from konsil.core.jobs import defer, job
from konsil.parcels.filing import file_away, finish, read_files
from konsil.parcels.keeping import workroom
from konsil.parcels.models import Parcel, Upload

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
    by_file = {upload.file: (upload.path, upload) for upload in uploads}
    with tempfile.TemporaryDirectory(prefix="reading-", dir=workroom()) as folder:
        reads = read_files(by_file, Path(folder))
    with scope([tenant]):
        for state, some in reads.items():
            file_away(parcel, some, scan=state)
    for file in by_file:
        file.unlink(missing_ok=True)


def forget_incoming(parcel: Parcel) -> None:
    """Drop the empty folder of a parcel that was read."""
    shutil.rmtree(Path(settings.FILES) / "incoming" / str(parcel.pk), ignore_errors=True)
