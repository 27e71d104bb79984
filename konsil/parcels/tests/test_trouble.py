"""Uploads that go wrong: nothing is lost, the sender reads why, and no parcel waits for ever."""

import errno
import os
import time
from datetime import timedelta
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from konsil.cases.models import Event, Task
from konsil.cases.verbs import Verb
from konsil.parcels import filing, jobs, looking_after, shelves, tus
from konsil.parcels.models import Filing, Holding, Parcel, Upload
from konsil.parcels.scanning import Scan
from tests.cast import Cast
from tests.sending import b64, finish, open_upload_page, read_now, send, send_all
from tests.test_who_sees_a_case import BACKEND

OFFSET = "application/offset+octet-stream"
TEXT = b"Discharge letter of a hospital, seven lines of it.\n" * 7


@pytest.fixture
def rosa(client: Client, cast: Cast) -> Client:
    client.force_login(cast.rosa, backend=BACKEND)
    return client


def begin(client: Client, cast: Cast, parcel: Parcel, length: object, name: str = "a.txt") -> Any:
    return client.post(
        f"/cases/{cast.case.pk}/uploads/",
        headers={
            "Upload-Length": str(length),
            "Upload-Metadata": f"relativePath {b64(name)},parcel {b64(str(parcel.pk))}",
        },
    )


def patch(client: Client, where: str, data: bytes, offset: int) -> Any:
    return client.patch(where, data, content_type=OFFSET, headers={"Upload-Offset": str(offset)})


@pytest.mark.parametrize("length", ["-1", "", "1e9", "9" * 5000, " 5", "0x10"])
def test_a_size_that_is_none_is_refused_in_words(rosa: Client, cast: Cast, length: str) -> None:
    """F3.8, O5: no number breaks the door."""
    answer = begin(rosa, cast, open_upload_page(rosa, cast.case), length)

    assert answer.status_code == 400
    assert "Choose it again" in answer.content.decode()
    assert not Upload.objects.exists()


def test_more_than_a_case_can_hold_is_refused_with_what_to_do(
    rosa: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D5: a plain message at the limit; what is here stays."""
    parcel = open_upload_page(rosa, cast.case)
    monkeypatch.setattr(tus, "MOST_FILES", 1)
    assert send(rosa, cast.case, parcel, "one.txt", TEXT).status_code == 201

    answer = send(rosa, cast.case, parcel, "two.txt", TEXT + b"2")

    assert answer.status_code == 413
    assert "Call us first" in answer.content.decode()
    assert Upload.objects.count() == 1


def test_a_full_disk_keeps_what_came_and_goes_on_when_there_is_room(
    rosa: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K4: 507 with a sentence; the offset says how much is here; later the rest follows."""
    where = begin(rosa, cast, open_upload_page(rosa, cast.case), len(TEXT))["Location"]
    real = tus._copy

    def full_after_ten(request: Any, file: FileIO, *, room: int) -> bool:
        class Disk:
            def write(self, part: bytes) -> int:
                if file.tell() >= 10:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return file.write(part[:10])

        return real(request, Disk(), room=room)  # type: ignore[arg-type]

    monkeypatch.setattr(tus, "_copy", full_after_ten)
    refused = patch(rosa, where, TEXT, 0)
    monkeypatch.undo()

    assert refused.status_code == 507
    assert "no room" in refused.content.decode()
    assert rosa.head(where)["Upload-Offset"] == "10"
    assert patch(rosa, where, TEXT[10:], 10).status_code == 204
    assert Upload.objects.get().file.read_bytes() == TEXT


def test_two_pages_that_send_the_same_part_write_it_once(
    rosa: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D7: the offset is compared again under the lock of the file."""
    where = begin(rosa, cast, open_upload_page(rosa, cast.case), len(TEXT))["Location"]
    assert patch(rosa, where, TEXT[:20], 0).status_code == 204
    monkeypatch.setattr(tus, "_offset", lambda row: 0)  # what a page read a moment too early

    answer = patch(rosa, where, TEXT[:20], 0)

    assert answer.status_code == 409
    assert answer["Upload-Offset"] == "20"
    assert Upload.objects.get().file.read_bytes() == TEXT[:20]


def test_bytes_that_vanished_from_the_disk_are_asked_for_again(rosa: Client, cast: Cast) -> None:
    """D3: the file is the truth about the offset; a row alone promises nothing."""
    where = begin(rosa, cast, open_upload_page(rosa, cast.case), len(TEXT))["Location"]
    patch(rosa, where, TEXT[:20], 0)
    Upload.objects.get().file.unlink()

    assert rosa.head(where)["Upload-Offset"] == "0"
    assert patch(rosa, where, TEXT[20:], 20).status_code == 409


def test_what_waits_to_be_read_is_for_nobody_else_on_the_machine(rosa: Client, cast: Cast) -> None:
    """§4.2: mode 0600 in a folder of 0700."""
    begin(rosa, cast, open_upload_page(rosa, cast.case), 5)
    file = Upload.objects.get().file

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o077 == 0


def test_more_after_that_was_all_is_told_to_the_desk_too(rosa: Client, cast: Cast) -> None:
    """F3.8: the page says “that is all” by itself; a second folder must not arrive unseen."""
    parcel = send_all(rosa, cast.case, {"one.txt": TEXT})

    send(rosa, cast.case, parcel, "two.txt", TEXT + b"another")
    finish(rosa, cast.case, parcel)

    assert Event.objects.filter(case=cast.case, verb=Verb.PARCEL_ARRIVED).count() == 2
    parcel.refresh_from_db()
    assert parcel.read_at is not None


def test_an_empty_file_is_named_and_the_others_are_kept(rosa: Client, cast: Cast) -> None:
    """Errors: empty file, 0-byte upload."""
    parcel = send_all(rosa, cast.case, {"empty.pdf": b"", "letter.txt": TEXT})

    row = Filing.objects.get(parcel=parcel, path="empty.pdf")
    assert row.state == Filing.State.LEFT_OUT
    assert "0 bytes" in row.reason
    assert Filing.objects.get(parcel=parcel, path="letter.txt").state == Filing.State.FILED


def test_one_file_that_cannot_be_filed_does_not_hold_up_the_others(
    rosa: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K6: poison is kept as bytes with a remark; the case is told as ever."""
    real = shelves.put_away

    def choke(case: Any, filings: Any, *, parcel: Any) -> None:
        if any(each.path == "poison.txt" and each.found != "broken" for each in filings):
            raise KeyError("study_uid")
        real(case, filings, parcel=parcel)

    monkeypatch.setattr(filing.shelves, "put_away", choke)
    parcel = send_all(rosa, cast.case, {"poison.txt": TEXT + b"x", "letter.txt": TEXT})

    states = dict(Filing.objects.filter(parcel=parcel).values_list("path", "state"))
    assert states == {"poison.txt": Filing.State.BROKEN, "letter.txt": Filing.State.FILED}
    assert Holding.objects.filter(sha256=Filing.objects.get(path="poison.txt").sha256).exists()
    assert parcel.read_at is not None


def test_a_file_that_is_gone_is_said_and_the_parcel_goes_on(rosa: Client, cast: Cast) -> None:
    """K1: whatever happened to the disk, the sender is asked for that one file again."""
    parcel = open_upload_page(rosa, cast.case)
    send(rosa, cast.case, parcel, "gone.txt", TEXT)
    send(rosa, cast.case, parcel, "here.txt", TEXT + b"2")
    Upload.objects.get(path="gone.txt").file.unlink()

    finish(rosa, cast.case, parcel)

    row = Filing.objects.get(path="gone.txt")
    assert row.state == Filing.State.LEFT_OUT
    assert "Send it once more" in row.reason
    assert Filing.objects.get(path="here.txt").state == Filing.State.FILED


class Away:
    def scan(self, source: object) -> Scan:
        return Scan("failed", "The virus scanner cannot be reached", away=True)


def test_without_an_answer_of_the_scanner_everything_waits_and_is_told(
    rosa: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D8: nothing is lost or shown; the sender and the desk read why; it resumes by itself."""
    parcel = open_upload_page(rosa, cast.case)
    send(rosa, cast.case, parcel, "letter.txt", TEXT)
    monkeypatch.setattr(filing, "scanner", lambda address, needed: Away())
    with pytest.raises(filing.ScannerAway):
        finish(rosa, cast.case, parcel)
    assert not Filing.objects.exists()
    Upload.objects.update(created_at=timezone.now() - looking_after.LATE * 2)

    jobs.look_after_parcels.func(timestamp=0)

    state = rosa.get(f"/cases/{cast.case.pk}/parcels/{parcel.pk}/state/").content.decode()
    assert "Nothing is lost" in state
    task = Task.objects.get(case=cast.case, key=filing.late_key(parcel))
    monkeypatch.undo()
    read_now(parcel)
    assert Filing.objects.get().state == Filing.State.FILED
    task.refresh_from_db()
    assert task.done_at is not None


def test_production_without_a_scanner_files_nothing(
    rosa: Client, cast: Cast, settings: Any
) -> None:
    """§4.6: however the server was started, an unset scanner is not a clean file."""
    parcel = open_upload_page(rosa, cast.case)
    send(rosa, cast.case, parcel, "letter.txt", TEXT)
    settings.DEMO, settings.CLAMD = False, ""

    with pytest.raises(filing.ScannerAway):
        finish(rosa, cast.case, parcel)

    assert not Filing.objects.exists()


def test_what_the_scanner_finds_today_is_held_where_it_came_before(
    rosa: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D6: the same bytes were let in last month, before the signature was known."""
    send_all(rosa, cast.case, {"letter.txt": TEXT})

    class Finds:
        def scan(self, source: object) -> Scan:
            return Scan("infected", "Eicar")

    monkeypatch.setattr(filing, "scanner", lambda address, needed: Finds())
    send_all(rosa, cast.case, {"again.txt": TEXT})

    assert Holding.objects.get().scan == "infected"


def test_a_page_that_was_closed_too_early_does_not_hide_what_came(rosa: Client, cast: Cast) -> None:
    """L3: nobody said “that is all”; after some hours it was all."""
    parcel = open_upload_page(rosa, cast.case)
    send(rosa, cast.case, parcel, "letter.txt", TEXT)
    read_now(parcel)
    jobs.look_after_parcels.func(timestamp=0)
    parcel.refresh_from_db()
    assert parcel.sent_at is None
    Upload.objects.update(created_at=timezone.now() - looking_after.FORGOTTEN * 2)

    jobs.look_after_parcels.func(timestamp=0)
    read_now(parcel)

    assert Event.objects.filter(case=cast.case, verb=Verb.PARCEL_ARRIVED).count() == 1


def test_uploads_that_were_given_up_leave_the_disk(rosa: Client, cast: Cast) -> None:
    """K1: no orphan file older than a sweep; what somebody may go on with stays."""
    parcel = open_upload_page(rosa, cast.case)
    begin(rosa, cast, parcel, 5, "old.txt")
    begin(rosa, cast, parcel, 5, "new.txt")
    old, new = Upload.objects.get(path="old.txt"), Upload.objects.get(path="new.txt")
    Upload.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=20))
    orphan = Path(settings.FILES) / "incoming" / str(parcel.pk) / "nobody-knows-me"
    orphan.write_bytes(b"x")
    long_ago = time.time() - timedelta(days=20).total_seconds()
    for file in (old.file, orphan):
        os.utime(file, (long_ago, long_ago))

    jobs.clear_what_nobody_goes_on_with.func(timestamp=0)

    assert not old.file.exists()
    assert not orphan.exists()
    assert new.file.exists()
    assert list(Upload.objects.all()) == [new]
