"""What reviewers draw on images is kept apart from the images, with its author and time."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from konsil.cases.models import Case
from konsil.imaging.models import Instance, Marks
from konsil.imaging.tests.specimens import small_image, write
from konsil.parcels.importing import read_into
from konsil.parcels.models import Parcel
from konsil.people.actors import SYSTEM
from konsil.people.models import User
from konsil.people.roles import Role
from tests.cast import Cast, give_to_reviewer

ALLAUTH = "allauth.account.auth_backends.AuthenticationBackend"
STUDY = "2.25.77.1"
LENGTH = {"tool": "Length", "instance": f"{STUDY}.1.1", "frame": 1, "points": [[1, 2], [3, 4]]}


@pytest.fixture
def read_case(cast: Cast) -> Case:
    """Rosa's case with one small CT, under Dr. Okoye's review."""
    parcel = Parcel.objects.create(case=cast.case, door=Parcel.Door.IMPORT, sender="Test")
    with tempfile.TemporaryDirectory() as folder:
        image = small_image(
            PatientName=cast.patient.dicom_name,
            PatientBirthDate="19710314",
            StudyInstanceUID=STUDY,
            SeriesInstanceUID=f"{STUDY}.1",
            SOPInstanceUID=f"{STUDY}.1.1",
        )
        write(image, Path(folder, "IM1"))
        list(read_into(parcel, Path(folder), at=cast.now))
    return give_to_reviewer(cast)


def _as(client: Client, who: User) -> Client:
    client.force_login(who, backend=ALLAUTH)
    return client


def _draw(client: Client, case: Case, *marks: dict[str, Any], study: str = STUDY) -> Any:
    return client.put(
        f"/cases/{case.pk}/marks/{study}/", {"annotations": marks}, content_type="application/json"
    )


def _drawn(client: Client, case: Case) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/cases/{case.pk}/marks/{STUDY}/").json()[
        "annotations"
    ]
    return found


def test_marks_are_there_after_a_reload_with_author_and_time(
    client: Client, cast: Cast, read_case: Case
) -> None:
    """F5.4: and the image they lie on is the very one that came."""
    before = Instance.objects.get(case=read_case).holding.sha256
    assert _draw(_as(client, cast.okoye), read_case, LENGTH).status_code == 200

    again = Client()
    found = _drawn(_as(again, cast.okoye), read_case)

    assert len(found) == 1
    assert found[0]["points"] == LENGTH["points"]
    assert found[0]["author"] == str(cast.okoye)
    assert found[0]["at"]
    assert Instance.objects.get(case=read_case).holding.sha256 == before


def test_one_reader_neither_signs_nor_erases_what_another_drew(
    client: Client, cast: Cast, read_case: Case
) -> None:
    """F5.4: each reader saves only their own marks, whatever the browser sends."""
    _draw(_as(client, cast.okoye), read_case, LENGTH)
    read_case.seat(Role.COLLEAGUE, by=SYSTEM, at=cast.now, user=cast.ferreira)
    forged = {**LENGTH, "author": str(cast.okoye), "points": [[9, 9], [9, 9]]}

    _draw(_as(client, cast.ferreira), read_case, {**LENGTH, "frame": 2}, forged)

    found = _drawn(client, read_case)
    assert sorted((one["author"], one["frame"]) for one in found) == sorted(
        [(str(cast.okoye), 1), (str(cast.ferreira), 2)]
    )


@pytest.mark.parametrize(("who", "status"), [("rosa", 403), ("ada", 403), ("wells", 404)])
def test_only_those_who_read_the_case_draw_on_it(
    client: Client, cast: Cast, read_case: Case, who: str, status: int
) -> None:
    """F5.4, F1.3: nothing is kept of what somebody else sends."""
    assert _draw(_as(client, getattr(cast, who)), read_case, LENGTH).status_code == status
    assert not Marks.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"annotations": 3}', "[" * 20_000])
def test_what_cannot_be_read_changes_nothing(
    client: Client, cast: Cast, read_case: Case, body: str
) -> None:
    """F5.4: the sentence says so, and what was drawn before stays."""
    _draw(_as(client, cast.okoye), read_case, LENGTH)
    address = f"/cases/{read_case.pk}/marks/{STUDY}/"
    answer = client.put(address, body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer.json()["error"]
    assert len(_drawn(client, read_case)) == 1


def test_a_study_of_another_case_takes_no_marks(
    client: Client, cast: Cast, read_case: Case
) -> None:
    """F1.3: the study's number alone opens nothing."""
    cast.petras_case.seat(Role.REVIEWER, by=SYSTEM, at=cast.now, user=cast.okoye)
    assert _draw(_as(client, cast.okoye), cast.petras_case, LENGTH).status_code == 404
