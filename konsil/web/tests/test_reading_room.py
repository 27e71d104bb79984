"""The reading room: record, images and opinion of one case, for its reviewers only."""

import pytest
from django.test import Client

from konsil.cases.life import Stage
from konsil.cases.models import Exhibit, Look
from konsil.opinions.tests.desk import STUDY, enter, file_study
from tests.cast import Cast, give_to_reviewer, put_at


def test_dr_okoye_has_record_images_and_questions_on_one_page(client: Client, cast: Cast) -> None:
    """F5.1, F5.3, F5.5: the newest study is open, the patient's name on top."""
    give_to_reviewer(cast)
    exhibit = file_study(cast.case)
    enter(client, cast.okoye)

    answer = client.get(f"/cases/{cast.case.pk}/reading/", follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(f"/cases/{cast.case.pk}/reading/{exhibit.pk}/", 302)]
    assert f'study="{STUDY}"' in page
    assert f'root="/cases/{cast.case.pk}/dicomweb"' in page
    assert "DELGADO, Rosa" in page
    assert "Mar 14, 1971" in page
    assert "Is it cancer?" in page
    assert "report-editor" in page
    assert "Oregon, you may advise" in page


def test_the_page_asks_for_the_middle_only(client: Client, cast: Cast) -> None:
    """F5.1: any item within one click; every look is logged."""
    give_to_reviewer(cast)
    exhibit = file_study(cast.case)
    enter(client, cast.okoye)
    url = f"/cases/{cast.case.pk}/reading/{exhibit.pk}/"

    part = client.get(url, headers={"X-Requested-With": "fetch"}).content.decode()

    assert "<dicom-viewer" in part
    assert "<html" not in part
    assert Look.objects.filter(path=url, actor_user=cast.okoye).count() == 1


def test_what_is_set_aside_is_counted_and_not_shown(client: Client, cast: Cast) -> None:
    """F3.9: not viewable by reviewers."""
    give_to_reviewer(cast)
    aside = file_study(cast.case, state=Exhibit.State.SET_ASIDE)
    enter(client, cast.okoye)

    page = client.get(f"/cases/{cast.case.pk}/reading/", follow=True).content.decode()

    assert "1 item with another name" in page
    assert aside.title not in page
    assert client.get(f"/cases/{cast.case.pk}/reading/{aside.pk}/").status_code == 404


def test_an_item_of_another_case_is_not_there(client: Client, cast: Cast) -> None:
    """F5.5: two cases in two tabs cannot mix."""
    give_to_reviewer(cast)
    hers = file_study(cast.petras_case)
    enter(client, cast.okoye)

    assert client.get(f"/cases/{cast.case.pk}/reading/{hers.pk}/").status_code == 404


def test_an_empty_record_is_said(client: Client, cast: Cast) -> None:
    give_to_reviewer(cast)
    enter(client, cast.okoye)

    answer = client.get(f"/cases/{cast.case.pk}/reading/")

    assert answer.status_code == 200
    assert "Nothing is in the record yet" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("rosa", 403), ("ada", 403), ("mona", 403), ("petra", 404), ("ferreira", 404), ("zoe", 404)],
)
def test_the_room_is_the_reviewer_s(client: Client, cast: Cast, who: str, status: int) -> None:
    """F1.3."""
    give_to_reviewer(cast)
    exhibit = file_study(cast.case)
    enter(client, getattr(cast, who))

    assert client.get(f"/cases/{cast.case.pk}/reading/").status_code == status
    assert client.get(f"/cases/{cast.case.pk}/reading/{exhibit.pk}/").status_code == status


def test_after_the_release_the_room_can_be_read_and_not_written(client: Client, cast: Cast) -> None:
    give_to_reviewer(cast)
    put_at(cast.case, Stage.RELEASED)
    enter(client, cast.okoye)

    page = client.get(f"/cases/{cast.case.pk}/reading/").content.decode()

    assert "read-only" in page
