"""A case as a little PACS: what a DICOMweb client gets, and who gets nothing."""

from pathlib import Path

import pytest
from django.test import Client
from pydicom import dcmread

from konsil.cases.models import Look
from konsil.parcels.tests.test_sending import hers
from tests.cast import Cast, give_to_reviewer
from tests.sending import send_all
from tests.test_who_sees_a_case import BACKEND


@pytest.fixture
def image(client: Client, cast: Cast, tmp_path: Path) -> Path:
    """One CT image of Rosa's, sent by her; Dr. Okoye reviews."""
    give_to_reviewer(cast)
    client.force_login(cast.rosa, backend=BACKEND)
    file = hers(tmp_path)
    send_all(client, cast.case, {"IM1": file})
    return file


def root(cast: Cast) -> str:
    return f"/cases/{cast.case.pk}/dicomweb/studies"


def test_a_reviewer_finds_the_study_its_series_and_the_very_pixels(
    client: Client, cast: Cast, image: Path
) -> None:
    """F5.1, F6.1: QIDO, metadata and frames; opening the metadata is the look that is logged."""
    client.force_login(cast.okoye, backend=BACKEND)
    sent = dcmread(image)

    study = client.get(root(cast)).json()[0]
    uid = study["0020000D"]["Value"][0]
    series = client.get(f"{root(cast)}/{uid}/series").json()[0]["0020000E"]["Value"][0]
    header = client.get(f"{root(cast)}/{uid}/series/{series}/metadata").json()[0]
    frame = client.get(
        f"{root(cast)}/{uid}/series/{series}/instances/{sent.SOPInstanceUID}/frames/1"
    )

    assert uid == sent.StudyInstanceUID
    assert header["00280010"]["Value"] == [sent.Rows]
    assert sent.PixelData in frame.content
    assert frame["Content-Type"].startswith("multipart/related")
    assert Look.objects.filter(actor_user=cast.okoye).count() == 1


@pytest.mark.parametrize("name", ["petra", "brid", "wells", "zoe"])
def test_strangers_get_nothing_not_even_by_the_right_uid(
    client: Client, cast: Cast, image: Path, name: str
) -> None:
    """F1.3: a UID is never an authority."""
    sent = dcmread(image)
    base = f"{root(cast)}/{sent.StudyInstanceUID}/series/{sent.SeriesInstanceUID}"
    client.force_login(getattr(cast, name), backend=BACKEND)

    for path in (
        root(cast),
        f"{base}/metadata",
        f"{base}/instances/{sent.SOPInstanceUID}/frames/1",
        f"{base}/instances/{sent.SOPInstanceUID}",
    ):
        assert client.get(path).status_code == 404


def test_a_uid_of_one_case_opens_nothing_in_another(
    client: Client, cast: Cast, image: Path
) -> None:
    """F1.3: Petra asks her own case for Rosa's study."""
    sent = dcmread(image)
    client.force_login(cast.petra, backend=BACKEND)

    response = client.get(
        f"/cases/{cast.petras_case.pk}/dicomweb/studies/{sent.StudyInstanceUID}/metadata"
    )

    assert response.status_code == 404


def test_a_study_under_another_name_is_not_served_to_the_reviewer(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    """F3.9: set aside means not even by UID; the nurse who decides can look."""
    give_to_reviewer(cast)
    client.force_login(cast.rosa, backend=BACKEND)
    file = hers(tmp_path, "SMITH^JOHN", "19440902")
    send_all(client, cast.case, {"x": file})
    sent = dcmread(file)

    client.force_login(cast.okoye, backend=BACKEND)
    assert client.get(root(cast)).json() == []
    assert client.get(f"{root(cast)}/{sent.StudyInstanceUID}/metadata").status_code == 404
    client.force_login(cast.ada, backend=BACKEND)
    assert client.get(f"{root(cast)}/{sent.StudyInstanceUID}/metadata").status_code == 200


def test_a_whole_instance_comes_as_it_arrived(client: Client, cast: Cast, image: Path) -> None:
    """F5.1: one part, the very bytes of the file, and what they are encoded in (§10.4.1.1.1)."""
    sent = dcmread(image)
    series = f"{root(cast)}/{sent.StudyInstanceUID}/series/{sent.SeriesInstanceUID}"
    client.force_login(cast.okoye, backend=BACKEND)

    answer = client.get(f"{series}/instances/{sent.SOPInstanceUID}")

    body = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    assert image.read_bytes() in body
    assert f"transfer-syntax={sent.file_meta.TransferSyntaxUID}".encode() in body
