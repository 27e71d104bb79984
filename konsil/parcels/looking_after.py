"""Parcels that stand still: who waits for what, and what nobody will come back for."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from konsil.cases.actions import set_task
from konsil.parcels.filing import late_key
from konsil.parcels.models import Parcel, Upload
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution
from konsil.people.roles import Role

LATE = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=6)
GIVEN_UP = timedelta(days=14)
LEFT_OVER = timedelta(days=1)


def _uploads(**which: Any) -> Exists:
    return Exists(Upload.objects.filter(parcel=OuterRef("pk"), **which))


def unread(tenant: Institution) -> Any:
    """Parcels of which something waits to be read, or that wait to be told of."""
    rows = Parcel.objects.filter(tenant=tenant)
    received = _uploads(state=Upload.State.RECEIVED)
    return rows.filter(received) | rows.filter(sent_at__isnull=False, read_at=None)


def is_late(parcel: Parcel, *, at: datetime) -> bool:
    """Whether something of it waits longer than reading ever takes."""
    waiting = parcel.uploads.filter(state=Upload.State.RECEIVED, created_at__lt=at - LATE)
    return parcel.read_at is None and waiting.exists()


def tell_what_waits(tenant: Institution, *, at: datetime) -> None:
    """The desk is asked to look; the task is done by itself when the parcel is read."""
    late = _uploads(state=Upload.State.RECEIVED, created_at__lt=at - LATE)
    for parcel in Parcel.objects.filter(late, tenant=tenant).select_related("case"):
        set_task(
            parcel.case,
            role=Role.COORDINATOR,
            what=f"Files {parcel} cannot be read yet: tell whoever runs the server"[:160],
            key=late_key(parcel),
            where="records/",
            by=SYSTEM,
            at=at,
        )


def take_as_sent(tenant: Institution, *, at: datetime) -> None:
    """Somebody sent files and closed the page without “that is all”: after a while it was all."""
    recent = _uploads(created_at__gt=at - FORGOTTEN)
    here = _uploads(state__in=[Upload.State.RECEIVED, Upload.State.READ])
    for parcel in Parcel.objects.filter(~recent, here, tenant=tenant, sent_at=None):
        if not _arriving(parcel, since=at - FORGOTTEN):
            parcel.uploads.filter(state=Upload.State.RECEIVING).delete()
            parcel.sent_at = at
            parcel.save(update_fields=["sent_at"])


def _arriving(parcel: Parcel, *, since: datetime) -> bool:
    rows = parcel.uploads.filter(state=Upload.State.RECEIVING)
    return any(_changed(row.file) > since.timestamp() for row in rows)


def clear_incoming(*, at: datetime) -> None:
    """Uploads on which nobody went on for two weeks, and files that no waiting upload knows."""
    for upload in Upload.objects.filter(
        state=Upload.State.RECEIVING, created_at__lt=at - GIVEN_UP
    ).iterator():
        if _changed(upload.file) < (at - GIVEN_UP).timestamp():
            upload.file.unlink(missing_ok=True)
            upload.delete()
    waiting = Upload.objects.exclude(state=Upload.State.READ).values_list("pk", flat=True)
    known = {str(pk) for pk in waiting.iterator()}
    for file in _files(Path(settings.FILES) / "incoming"):
        if file.name not in known and _changed(file) < (at - LEFT_OVER).timestamp():
            file.unlink(missing_ok=True)
    for folder in (Path(settings.FILES) / "incoming").glob("*"):
        if _changed(folder) < (at - LEFT_OVER).timestamp():
            with suppress(OSError):  # not empty
                folder.rmdir()


def clear_work(*, at: datetime) -> None:
    """What killed processes left where files are worked on and written."""
    for room in ("work", "arriving"):
        for left in (Path(settings.FILES) / room).glob("*"):
            if _changed(left) > (at - LEFT_OVER).timestamp():
                continue
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[Path]:
    for at, _folders, names in os.walk(folder):
        yield from (Path(at, name) for name in names)


def _changed(file: Path) -> float:
    """Seconds of the epoch; long ago for what is not there."""
    try:
        return file.lstat().st_mtime
    except OSError:
        return 0.0
