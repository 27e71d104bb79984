"""Resumable uploads: the tus protocol 1.0 (tus.io/protocols/resumable-upload), creation and
creation-with-upload. The file on disk is the truth about the offset, so a broken connection loses
nothing that arrived.
"""

import base64
import binascii
import errno
import fcntl
import os
import shutil
from io import FileIO
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Sum
from django.http import Http404, HttpResponse
from django.urls import reverse

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import TAKES_RECORDS
from konsil.cases.models import Case
from konsil.parcels.jobs import read_soon
from konsil.parcels.models import Parcel, Upload
from konsil.people.roles import Role
from konsil.people.watch import outlasts_lock

VERSION = "1.0.0"
LARGEST = 20 * 1024**3
MOST_OF_A_CASE = 200 * 1024**3
MOST_FILES = 50_000
SPARE = 1024**3
CHUNK = 1024 * 1024
NO_ROOM = "There is no room at the moment. We have been told; try later."


class Elsewhere(Exception):
    """The file does not end where the sender thinks; `offset` is where it ends."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


OUTSIDE = {Role.PATIENT, Role.PROXY, Role.REFERRER, Role.PROVIDER, Role.TREATING}


class NoRoom(Exception):
    """The disk is full; what came before is kept."""


@outlasts_lock
@case_view(Action.ADD_RECORD, "OPTIONS", "POST", logged=False)
def uploads(request: CaseRequest, case: Case) -> HttpResponse:
    """OPTIONS: what we can do. POST: begin an upload (and take the bytes that come along)."""
    if request.method == "OPTIONS":
        return _answer(
            204,
            {
                "Tus-Version": VERSION,
                "Tus-Extension": "creation,creation-with-upload,termination",
                "Tus-Max-Size": str(LARGEST),
            },
        )
    if words := closed(request, case):
        return _answer(403, words=words)
    size = request.headers.get("Upload-Length", "")
    if not size.isdecimal() or len(size) > 20:
        return _answer(400, words="The size of the file is missing. Choose it again.")
    if refusal := _too_much(case, int(size)):
        return refusal
    about = _metadata(request.headers.get("Upload-Metadata", ""))
    parcel = parcel_of(request, case, about.get("parcel", ""))
    path = (about.get("relativePath") or about.get("filename") or "file").replace("\0", "")
    return _begin(request, parcel, path=path[-500:], size=int(size))


def closed(request: CaseRequest, case: Case) -> str:
    """Why whoever is not of the practice can send nothing now, or ""."""
    if case.stage in TAKES_RECORDS or not request.roles <= OUTSIDE:
        return ""
    return "Nothing more can be sent to this case now. What arrived is kept. Call us if we need it."


def _too_much(case: Case, size: int) -> HttpResponse | None:
    if size > LARGEST:
        return _answer(413, words="This file is over 20 GB. Send it in parts, or mail a disc.")
    sent = Upload.objects.filter(case=case).aggregate(files=Count("pk"), bytes=Sum("size"))
    if sent["files"] >= MOST_FILES or (sent["bytes"] or 0) + size > MOST_OF_A_CASE:
        words = "This is more than one case can hold (50,000 files, 200 GB). Call us first."
        return _answer(413, words=words)
    settings.FILES.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.FILES).free < size + SPARE:
        return _answer(507, words=NO_ROOM)
    return None


def _begin(request: CaseRequest, parcel: Parcel, *, path: str, size: int) -> HttpResponse:
    forget_unfinished(parcel, path=path, size=size)
    if parcel.sent_at is not None:  # more after “that is all”: the case is told once more
        parcel.sent_at = parcel.read_at = None
        parcel.save(update_fields=["sent_at", "read_at"])
    upload: Upload = Upload.objects.create(case=parcel.case, parcel=parcel, path=path, size=size)
    upload.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    upload.file.touch(mode=0o600)
    where = {"Location": reverse("parcels:upload", args=[parcel.case_id, upload.pk])}
    carries = request.headers.get("Content-Type") == "application/offset+octet-stream"
    try:
        offset = _append(request, upload, at=0) if carries or size == 0 else 0
    except NoRoom:
        return _answer(507, where, NO_ROOM)
    return _answer(201, where | {"Upload-Offset": str(offset)})


@outlasts_lock
@case_view(Action.ADD_RECORD, "OPTIONS", "HEAD", "PATCH", "DELETE", logged=False)
def upload(request: CaseRequest, case: Case, upload_id: UUID) -> HttpResponse:
    """HEAD: how far we are. PATCH: go on from there. DELETE: give up an unfinished upload."""
    row = Upload.objects.visible_to(request.actor).filter(case=case, pk=upload_id).first()
    if row is None or not _own(request, row.parcel):
        raise Http404
    if request.method == "OPTIONS":
        return _answer(204, {"Tus-Version": VERSION})
    if request.method == "HEAD":
        return _answer(200, {"Upload-Offset": str(_offset(row)), "Upload-Length": str(row.size)})
    if row.state != Upload.State.RECEIVING:
        return _answer(403, words="This file is here already.")
    if request.method == "PATCH" and (words := closed(request, case)):
        return _answer(403, words=words)
    if request.method == "DELETE":
        row.file.unlink(missing_ok=True)
        row.delete()
        return _answer(204)
    return _patch(request, row)


def _patch(request: CaseRequest, row: Upload) -> HttpResponse:
    if request.headers.get("Content-Type") != "application/offset+octet-stream":
        return _answer(415, words="The upload page is too old. Reload it.")
    if request.headers.get("Upload-Offset") != str(_offset(row)):
        return _answer(409, {"Upload-Offset": str(_offset(row))}, "We have another part already.")
    try:
        offset = _append(request, row, at=_offset(row))
    except BlockingIOError:
        return _answer(423, words="This file is being sent from another page.")
    except Elsewhere as end:
        return _answer(409, {"Upload-Offset": str(end.offset)}, "We have another part already.")
    except NoRoom:
        return _answer(507, words=NO_ROOM)
    return _answer(204, {"Upload-Offset": str(offset)})


def _append(request: CaseRequest, row: Upload, *, at: int) -> int:
    """Write what comes to the end of the file, to the disk before we say so; return the offset.

    `at` is where the sender goes on. It is compared again under the lock: two pages that send the
    same part must not both write it.
    """
    with row.file.open("ab", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if (end := file.seek(0, os.SEEK_END)) != at:
            raise Elsewhere(end)
        full = _copy(request, file, room=row.size - end)
        os.fsync(file.fileno())
        offset = file.seek(0, os.SEEK_END)
    row.offset = offset
    if offset == row.size:
        row.state = Upload.State.RECEIVED
    row.save(update_fields=["offset", "state"])
    if row.state == Upload.State.RECEIVED:
        read_soon(row.parcel)
    elif full:
        raise NoRoom
    return offset


def _copy(request: CaseRequest, file: FileIO, *, room: int) -> bool:
    """True when the disk is full."""
    while room > 0:
        try:
            part = request.read(min(CHUNK, room))
        except OSError:  # the sender went away; what came is kept and the offset says how much
            return False
        if not part:
            return False
        room -= len(part)
        try:
            while part:
                part = part[file.write(part) :]
        except OSError as trouble:
            if trouble.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            return True
    return False


def _offset(row: Upload) -> int:
    return row.file.stat().st_size if row.file.exists() else 0


def parcel_of(request: CaseRequest, case: Case, parcel_id: str) -> Parcel:
    """The sender's own parcel; 404 for anybody else's.

    Being the sender says more than `visible_to` would, at a fifth of the cost, a file at a time.
    """
    try:
        key = UUID(parcel_id)
    except ValueError as nonsense:
        raise Http404 from nonsense
    found: Parcel | None = Parcel.objects.filter(case=case, pk=key).first()
    if found is None or not _own(request, found):
        raise Http404
    found.case = case
    return found


def forget_unfinished(parcel: Parcel, **which: object) -> None:
    """Drop what a sender began and began again: she never learned the address of the first try."""
    for row in parcel.uploads.filter(state=Upload.State.RECEIVING, **which):
        row.file.unlink(missing_ok=True)
        row.delete()


def _own(request: CaseRequest, parcel: Parcel) -> bool:
    actor = request.actor
    if actor.held is not None:
        return bool(parcel.by_pass_id == actor.held.pk)
    return actor.user is not None and parcel.by_user_id == actor.user.pk


def _metadata(header: str) -> dict[str, str]:
    """Upload-Metadata: comma-separated “key base64” pairs; what cannot be read is left out."""
    pairs = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            pairs[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return pairs


def _answer(status: int, headers: dict[str, str] | None = None, words: str = "") -> HttpResponse:
    response = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Tus-Resumable"] = VERSION
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response
