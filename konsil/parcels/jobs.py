"""Reading what arrived, in the background: a batch a time, so that a folder of thousands moves."""

import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils import timezone

from konsil.cases.scope import scope
from konsil.core.finding import Finding
from konsil.core.jobs import defer, every, job
from konsil.parcels import looking_after
from konsil.parcels.filing import Read, file_away, finish, read_files
from konsil.parcels.keeping import workroom
from konsil.parcels.models import Parcel, Upload
from konsil.people.models import Institution

BATCH = 200
UNREADABLE = "We keep this file and pass it on, but could not read it"
LOST = "This file did not reach our disk whole. Send it once more"
_log = logging.getLogger(__name__)


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
    here = [upload for upload in uploads if upload.file.exists()]
    lost = [upload for upload in uploads if upload not in here]
    by_file = {upload.file: (upload.path, upload) for upload in here}
    with tempfile.TemporaryDirectory(prefix="reading-", dir=workroom()) as folder:
        reads = read_files(by_file, Path(folder)) if by_file else {}
    with scope([tenant]):
        file_away(parcel, [Read(each.path, _plain(LOST), upload=each) for each in lost])
        for state, some in reads.items():
            _file(parcel, some, scan=state)
    for file in by_file:
        file.unlink(missing_ok=True)


def _file(parcel: Parcel, reads: Sequence[Read], *, scan: str) -> None:
    """File a batch; where one file cannot be filed, the others are, and that one as bytes only.

    Else one strange file would keep a whole parcel waiting for ever (K6).
    """
    try:
        file_away(parcel, reads, scan=scan)
    except OperationalError:
        raise  # the database is away: nothing is wrong with the files
    except Exception:
        _log.exception("Filing of parcel %s failed for %s files", parcel.pk, len(reads))
        if len(reads) > 1:
            for read in reads:
                _file(parcel, [read], scan=scan)
            return
        if reads[0].finding["kind"] == "broken":
            raise
        reads[0].finding, reads[0].copies = _plain(UNREADABLE), {}
        _file(parcel, reads, scan=scan)


def _plain(reason: str) -> Finding:
    return {
        "kind": "broken",
        "media_type": "application/octet-stream",
        "reason": reason,
        "identity": None,
        "facts": {},
        "copies": [],
    }


@every("*/5 * * * *")
@job()
def look_after_parcels(timestamp: int) -> None:
    """Whatever was not read is read again; the desk hears of what waits too long (D8, K6)."""
    now = timezone.now()
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]), transaction.atomic():
            looking_after.take_as_sent(tenant, at=now)
            looking_after.tell_what_waits(tenant, at=now)
            for parcel in looking_after.unread(tenant):
                read_soon(parcel)


@every("47 3 * * *")
@job()
def clear_what_nobody_goes_on_with(timestamp: int) -> None:
    """Delete uploads that were given up, and files that no row knows."""
    with scope(Institution.objects.filter(parent=None).values_list("pk", flat=True)):
        looking_after.clear_incoming(at=timezone.now())
    looking_after.clear_work(at=timezone.now())
