"""What people send through the upload page, and what becomes of it."""

import hashlib
from pathlib import Path

from django.test import Client
from pydicom import dcmread
from pydicom.data import get_testdata_file

from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Event, Exhibit
from konsil.cases.verbs import Verb
from konsil.parcels.keeping import store
from konsil.parcels.models import Filing, Upload
from konsil.people.actors import Actor
from tests.cast import Cast, put_at
from tests.sending import finish, open_upload_page, read_now, send, send_all
from tests.test_who_sees_a_case import BACKEND

CT = Path(str(get_testdata_file("CT_small.dcm")))


def hers(tmp_path: Path, name: str = "DELGADO^ROSA", born: str = "19710314") -> Path:
    """A CT image that bears this name."""
    image = dcmread(CT)
    image.PatientName, image.PatientBirthDate, image.PatientSex = name, born, "F"
    file = tmp_path / f"{name}.dcm"
    image.save_as(file)
    return file


def test_what_she_sends_is_filed_to_her_case_whatever_patient_it_names(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    """F3.8, F6.1: the case comes from the door; the original bytes are kept as they were."""
    client.force_login(cast.rosa, backend=BACKEND)
    file = hers(tmp_path)

    parcel = send_all(client, cast.case, {"CD/DICOM/IM0001": file})

    filing = Filing.objects.get(parcel=parcel)
    assert filing.state == Filing.State.FILED
    assert filing.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    with store().open(filing.sha256) as kept:
        assert kept.read() == file.read_bytes()
    exhibit = Exhibit.objects.get(case=cast.case)
    assert exhibit.state == Exhibit.State.SHOWN
    assert exhibit.amount == "1 image"
    assert Event.objects.filter(case=cast.case, verb=Verb.PARCEL_ARRIVED).count() == 1


def test_a_study_with_another_name_is_set_aside_until_somebody_decides(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    """F3.9: not viewable by reviewers, no complete file before the decision, undo works."""
    client.force_login(cast.rosa, backend=BACKEND)
    send_all(client, cast.case, {"x.dcm": hers(tmp_path, "SMITH^JOHN", "19440902")})
    exhibit = Exhibit.objects.get(case=cast.case)
    put_at(cast.case, Stage.GATHERING)

    assert exhibit.state == Exhibit.State.SET_ASIDE
    try:
        cast.case.move(Verb.FILE_COMPLETED, by=Actor.of(cast.ada), at=cast.now)
        raise AssertionError("the guard did not hold")
    except ImpossibleMove as refusal:
        assert "another name" in str(refusal)

    client.force_login(cast.ada, backend=BACKEND)
    client.post(
        f"/cases/{cast.case.pk}/identity/{exhibit.pk}/",
        {"answer": "hers", "reason": "Her maiden name, she told us"},
    )
    exhibit.refresh_from_db()
    assert exhibit.state == Exhibit.State.SHOWN
    cast.case.move(Verb.FILE_COMPLETED, by=Actor.of(cast.ada), at=cast.now)


def test_the_same_folder_sent_twice_makes_one_study(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    """F3.11: nothing doubled, and the second sending is remembered."""
    client.force_login(cast.rosa, backend=BACKEND)
    file = hers(tmp_path)

    send_all(client, cast.case, {"a.dcm": file})
    second = send_all(client, cast.case, {"b.dcm": file})

    assert Exhibit.objects.filter(case=cast.case).count() == 1
    assert Filing.objects.get(parcel=second).state == Filing.State.TWICE


def test_viewer_programs_and_empty_files_are_left_out_with_a_reason(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    """F3.6, F6.4."""
    client.force_login(cast.rosa, backend=BACKEND)

    parcel = send_all(
        client,
        cast.case,
        {"VIEWER/view.exe": b"MZ\x90\x00" + bytes(200), "empty.dcm": b"", "IM1": hers(tmp_path)},
    )

    states = dict(Filing.objects.filter(parcel=parcel).values_list("path", "state"))
    assert states["IM1"] == Filing.State.FILED
    assert states["empty.dcm"] == states["VIEWER/view.exe"] == Filing.State.LEFT_OUT
    page = client.get(f"/cases/{cast.case.pk}/parcels/{parcel.pk}/state/").content.decode()
    assert "0 bytes" in page
    assert "it is not needed" in page
    assert "We keep it" not in page
    assert "data-finished" in page


def test_an_upload_that_breaks_goes_on_where_it_stopped(client: Client, cast: Cast) -> None:
    """F3.6: HEAD says how far we are; PATCH goes on; a wrong offset is refused."""
    client.force_login(cast.rosa, backend=BACKEND)
    parcel = open_upload_page(client, cast.case)
    data = b"%PDF-1.4 " + bytes(range(256)) * 40
    made = send(
        client, cast.case, parcel, "letter.pdf", data[:1000], **{"Upload-Length": str(len(data))}
    )
    where = made["Location"]
    kind = "application/offset+octet-stream"

    head = client.head(where)
    assert head["Upload-Offset"] == "1000"
    wrong = client.patch(where, data[500:], content_type=kind, headers={"Upload-Offset": "500"})
    assert wrong.status_code == 409
    rest = client.patch(where, data[1000:], content_type=kind, headers={"Upload-Offset": "1000"})

    assert rest.status_code == 204
    upload = Upload.objects.get()
    assert upload.state == Upload.State.RECEIVED
    assert upload.file.read_bytes() == data


def test_nobody_sends_into_another_persons_parcel(client: Client, cast: Cast) -> None:
    """F1.3: neither Petra nor Ada can add to what Rosa is sending; Petra sees no such page."""
    client.force_login(cast.rosa, backend=BACKEND)
    parcel = open_upload_page(client, cast.case)
    made = send(client, cast.case, parcel, "a.txt", b"abc", **{"Upload-Length": "9"})

    client.force_login(cast.petra, backend=BACKEND)
    assert send(client, cast.case, parcel, "b.txt", b"abc").status_code == 404
    assert client.head(made["Location"]).status_code == 404
    assert client.get(f"/cases/{cast.case.pk}/upload/").status_code == 404
    client.force_login(cast.ada, backend=BACKEND)
    assert send(client, cast.case, parcel, "c.txt", b"abc").status_code == 404
    assert client.head(made["Location"]).status_code == 404


def test_reading_a_parcel_twice_files_nothing_twice(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    client.force_login(cast.rosa, backend=BACKEND)
    parcel = send_all(client, cast.case, {"a.dcm": hers(tmp_path)})

    read_now(parcel)

    assert Filing.objects.filter(parcel=parcel).count() == 1
    assert Event.objects.filter(case=cast.case, verb=Verb.PARCEL_ARRIVED).count() == 1


def test_a_file_that_was_begun_twice_does_not_keep_the_parcel_open(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    """F3.6: a connection cut in the middle of a small file; it is sent again from its beginning."""
    client.force_login(cast.rosa, backend=BACKEND)
    parcel = open_upload_page(client, cast.case)
    data = hers(tmp_path).read_bytes()
    send(client, cast.case, parcel, "IM1", data[:500], **{"Upload-Length": str(len(data))})
    send(client, cast.case, parcel, "IM1", data)
    send(client, cast.case, parcel, "never.dcm", b"abc", **{"Upload-Length": "99"})

    finish(client, cast.case, parcel)

    parcel.refresh_from_db()
    assert parcel.read_at is not None
    assert Filing.objects.get(parcel=parcel).path == "IM1"


def test_a_broken_image_and_a_strange_kind_are_kept_with_a_sentence_each(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    """F3.6, F6.4: broken DICOM, wrong file kind; the sender reads what to do, nothing is lost."""
    client.force_login(cast.rosa, backend=BACKEND)
    whole = hers(tmp_path).read_bytes()
    sent: dict[str, Path | bytes] = {
        "cut.dcm": whole[:700],
        "scan.pdf": b"\x00\x01\x02 no paper at all \xff\xfe" * 40,
    }

    parcel = send_all(client, cast.case, sent)

    page = client.get(f"/cases/{cast.case.pk}/parcels/{parcel.pk}/state/").content.decode()
    for name, data in sent.items():
        filing = Filing.objects.get(parcel=parcel, path=name)
        assert filing.reason
        with store().open(filing.sha256) as kept:
            assert kept.read() == data
        assert filing.state == Filing.State.FILED or filing.reason in page
    assert Filing.objects.get(path="cut.dcm").state == Filing.State.BROKEN


def test_a_read_me_of_the_cd_is_not_a_record_but_a_letter_in_a_folder_is(
    client: Client, cast: Cast
) -> None:
    """F3.6: skipped with a reason; only in the top folder, and never a paper of the patient."""
    client.force_login(cast.rosa, backend=BACKEND)

    parcel = send_all(
        client,
        cast.case,
        {"CD/README.TXT": b"Start the viewer.", "CD/papers/index.txt": b"Her blood values."},
    )

    states = dict(Filing.objects.filter(parcel=parcel).values_list("path", "state"))
    assert states["CD/README.TXT"] == Filing.State.LEFT_OUT
    assert states["CD/papers/index.txt"] == Filing.State.FILED
