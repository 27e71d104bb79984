"""What is remembered of a series, for whom, and for how long."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pydicom import dcmread
from pytest_django import DjangoAssertNumQueries

from konsil.cases.models import Exhibit
from konsil.exchange.dicomweb import views
from konsil.exchange.dicomweb.places import LASTS, MOST, Place, Remembered
from konsil.parcels.tests.test_sending import hers
from tests.cast import Cast, give_to_reviewer
from tests.sending import send_all
from tests.test_who_sees_a_case import BACKEND

HERE = Place("ab", [[0, 4]], "application/octet-stream", "1.2.840.10008.1.2.1")


def test_a_series_is_looked_up_once_and_again_when_it_is_old() -> None:
    """F5.1: a frame a moment later costs no look-up; after some seconds rights are asked anew."""
    asked: list[int] = []
    known = Remembered()

    def look_up() -> dict[str, Place]:
        asked.append(1)
        return {"1.2": HERE}

    for now in (0.0, 1.0, LASTS - 0.1):
        assert known.find("ada", "1.2", look_up, now=now) == HERE
    assert len(asked) == 1

    known.find("ada", "1.2", look_up, now=LASTS + 0.1)
    assert len(asked) == 2


def test_what_one_reader_sees_is_not_remembered_for_another() -> None:
    """F1.3: the key holds who asks and in which roles."""
    known = Remembered()
    known.find("ada", "1.2", lambda: {"1.2": HERE}, now=0)

    assert known.find("petra", "1.2", dict, now=1) is None


def test_an_image_that_came_since_is_found_at_once() -> None:
    """F3.9: an unknown image is looked for, not refused from memory."""
    known = Remembered()
    known.find("ada", "1.2", lambda: {"1.2": HERE}, now=0)

    assert known.find("ada", "1.3", lambda: {"1.2": HERE, "1.3": HERE}, now=1) == HERE


def test_only_the_newest_series_are_remembered() -> None:
    """The memory of a process does not grow with what is read in it."""
    known, asked = Remembered(), []
    for number in range(MOST + 1):
        known.find(number, "1.2", lambda: {"1.2": HERE}, now=0)

    known.find(0, "1.2", lambda: asked.append(1) or {"1.2": HERE}, now=1)

    assert asked == [1]


@pytest.fixture
def frame(client: Client, cast: Cast, tmp_path: Path, monkeypatch: Any) -> str:
    monkeypatch.setattr(views, "_remembered", Remembered())
    give_to_reviewer(cast)
    client.force_login(cast.rosa, backend=BACKEND)
    file = hers(tmp_path)
    send_all(client, cast.case, {"x": file})
    sent = dcmread(file)
    base = f"/cases/{cast.case.pk}/dicomweb/studies/{sent.StudyInstanceUID}"
    return f"{base}/series/{sent.SeriesInstanceUID}/instances/{sent.SOPInstanceUID}/frames/1"


def test_the_doorway_is_asked_for_every_frame(client: Client, cast: Cast, frame: str) -> None:
    """F1.3: whoever leaves the case sees no further frame, remembered or not."""
    client.force_login(cast.okoye, backend=BACKEND)
    assert client.get(frame).status_code == 200

    cast.case.seats.filter(user=cast.okoye).delete()

    assert client.get(frame).status_code == 404


def test_a_second_frame_asks_the_database_less(
    client: Client,
    cast: Cast,
    frame: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """F5.1: what is set aside meanwhile is gone for a newcomer at once."""
    client.force_login(cast.okoye, backend=BACKEND)
    client.get(frame)
    with django_assert_max_num_queries(12) as asked:
        assert client.get(frame).status_code == 200
    assert not [each for each in asked.captured_queries if "imaging_instance" in each["sql"]]

    Exhibit.objects.filter(case=cast.case).update(state=Exhibit.State.SET_ASIDE)
    client.force_login(cast.rosa, backend=BACKEND)

    assert client.get(frame).status_code == 404
