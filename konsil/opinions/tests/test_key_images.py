"""Key images: pixels kept, source known, only for those who may read the text (F5.3)."""

import hashlib
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from konsil.cases.life import Stage
from konsil.cases.models import Event, Exhibit
from konsil.cases.verbs import Verb
from konsil.opinions import drafting, pictures
from konsil.opinions.models import KeyImage
from konsil.opinions.tests.desk import (
    STUDY,
    enter,
    file_study,
    png,
    signed,
    source,
    with_picture,
)
from konsil.parcels.keeping import store
from konsil.people.actors import Actor
from tests.cast import MONDAY, Cast, give_to_reviewer, on_terms, put_at


def post(client: Client, cast: Cast, **sent: Any) -> Any:
    given = {
        "image": SimpleUploadedFile("view.png", png(), content_type="image/png"),
        "source": json.dumps(source()),
        "alt": "CT, image 143",
        "case": str(cast.case.pk),
        **sent,
    }
    return client.post(f"/cases/{cast.case.pk}/opinion/key-images/", given)


def taken(cast: Cast) -> KeyImage:
    return pictures.take_key_image(
        cast.case, png=png(), source=source(), alt="A spot", by=Actor.of(cast.okoye), at=MONDAY
    )


def test_one_act_keeps_the_image_and_where_it_is_from(client: Client, cast: Cast) -> None:
    """F5.3: study, series, instance, frame, window; the pixels by their hash."""
    give_to_reviewer(cast)
    exhibit = file_study(cast.case)
    enter(client, cast.okoye)

    answer = post(client, cast)

    kept = KeyImage.objects.get()
    assert answer.status_code == 201
    assert answer.json()["id"] == str(kept.pk)
    assert kept.exhibit == exhibit
    assert kept.source == source()
    assert (kept.width, kept.height) == (40, 30)
    with store().open(kept.sha256) as pixels:
        assert hashlib.sha256(pixels.read()).hexdigest() == kept.sha256
    assert Event.objects.filter(verb=Verb.KEY_IMAGE_TAKEN).count() == 1
    there = client.get(f"/cases/{cast.case.pk}/opinion/key-images/{kept.pk}/source/").json()
    assert there == {"exhibit": str(exhibit.pk), "source": source()}


def test_an_image_of_a_study_that_was_set_aside_is_refused(client: Client, cast: Cast) -> None:
    """F3.9: nothing of another person's study gets into the report."""
    give_to_reviewer(cast)
    file_study(cast.case, state=Exhibit.State.SET_ASIDE)
    enter(client, cast.okoye)

    answer = post(client, cast)

    assert answer.status_code == 422
    assert answer.content.decode() == "This study is not in the record of this case."
    assert not KeyImage.objects.exists()


def test_an_image_of_another_case_is_refused(client: Client, cast: Cast) -> None:
    """F5.5: neither by its study, nor from a page that shows another case."""
    give_to_reviewer(cast)
    file_study(cast.petras_case)
    enter(client, cast.okoye)
    assert post(client, cast).status_code == 422

    file_study(cast.case)
    assert post(client, cast, case=str(cast.petras_case.pk)).status_code == 409
    assert post(client, cast, source=json.dumps(source(instance="9.9"))).status_code == 422
    assert not KeyImage.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("image", SimpleUploadedFile("view.png", b"<svg onload=alert(1)>")),
        ("image", SimpleUploadedFile("view.png", png()[:50])),
        ("image", ""),
        ("source", "{"),
        ("source", json.dumps({"study": STUDY})),
        ("source", json.dumps(source(annotations=["x" * 300_000]))),
    ],
)
def test_what_is_no_picture_is_refused_in_words(
    client: Client, cast: Cast, field: str, value: Any
) -> None:
    """F1.7: only pixels that we wrote ourselves are kept."""
    give_to_reviewer(cast)
    file_study(cast.case)
    enter(client, cast.okoye)

    answer = post(client, cast, **{field: value})

    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert not KeyImage.objects.exists()


def test_the_pixels_are_written_anew_without_what_else_the_file_held() -> None:
    dirty = png() + b"<script>"

    clean, _width, _height = pictures.clean_png(dirty)

    assert b"<script>" not in clean


@pytest.mark.parametrize(("who", "status"), [("rosa", 403), ("ada", 403), ("petra", 404)])
def test_nobody_else_puts_an_image_into_the_report(
    client: Client, cast: Cast, who: str, status: int
) -> None:
    give_to_reviewer(cast)
    file_study(cast.case)
    enter(client, getattr(cast, who))

    assert post(client, cast).status_code == status


def test_a_draft_s_image_is_for_its_writers_only(client: Client, cast: Cast) -> None:
    """F1.3: the link of a key image respects the reader's rights."""
    give_to_reviewer(cast)
    file_study(cast.case)
    url = f"/cases/{cast.case.pk}/opinion/key-images/{taken(cast).pk}.png"

    seen = {}
    for who in ("okoye", "rosa", "ada", "petra", "ferreira"):
        enter(client, getattr(cast, who))
        seen[who] = client.get(url).status_code

    assert seen == {"okoye": 200, "rosa": 404, "ada": 404, "petra": 404, "ferreira": 404}


def test_rosa_sees_it_when_the_report_is_released_and_not_before(
    client: Client, cast: Cast
) -> None:
    on_terms(cast, release="by_hand")
    give_to_reviewer(cast)
    file_study(cast.case)
    shown, unused = taken(cast), taken(cast)
    signed(cast, imaging=with_picture(str(shown.pk)))
    url = f"/cases/{cast.case.pk}/opinion/key-images/{shown.pk}.png"
    enter(client, cast.rosa)
    assert client.get(url).status_code == 404

    put_at(cast.case, Stage.RELEASED)

    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert client.get(url.replace(str(shown.pk), str(unused.pk))).status_code == 404
    enter(client, cast.petra)
    assert client.get(url).status_code == 404


def test_a_text_cannot_show_an_image_of_another_case(cast: Cast) -> None:
    give_to_reviewer(cast)
    file_study(cast.case)
    hers = taken(cast)
    put_at(cast.petras_case, Stage.IN_REVIEW)

    with pytest.raises(drafting.NotYours):
        drafting.write_section(
            cast.petras_case,
            "imaging",
            body=with_picture(str(hers.pk)),
            by=Actor.of(cast.okoye),
            at=MONDAY,
        )


def test_the_kept_pixels_cannot_be_exchanged(cast: Cast) -> None:
    """F13.6: the database refuses it to the application."""
    give_to_reviewer(cast)
    file_study(cast.case)
    taken(cast)

    for statement in (
        "UPDATE opinions_keyimage SET sha256 = 'x'",
        "DELETE FROM opinions_keyimage",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
