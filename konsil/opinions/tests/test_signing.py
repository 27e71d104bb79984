"""Signing: complete or not at all, by whoever it is, and for ever (F13.2, F13.6)."""

import json
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Event, Exhibit
from konsil.cases.verbs import Verb
from konsil.opinions import drafting, frozen, pictures, signing
from konsil.opinions.models import Section, Version
from konsil.opinions.tests.desk import (
    enter,
    file_study,
    png,
    signed,
    source,
    text,
    with_picture,
    write_all,
)
from konsil.people.actors import Actor
from tests.cast import MONDAY, PASSWORD, Cast, give_to_reviewer


def sign_page(client: Client, cast: Cast, **sent: Any) -> Any:
    return client.post(f"/cases/{cast.case.pk}/opinion/signature/", sent)


def test_the_reviewer_signs_with_her_password_and_the_report_is_delivered(
    client: Client, cast: Cast
) -> None:
    """F13.6, F4.8: one act signs, and releases where the service line says at once."""
    cast.okoye.credentials = "MD"
    cast.okoye.background = {"specialty": "Thoracic surgery", "licences": ["Oregon"]}
    cast.okoye.save()
    give_to_reviewer(cast)
    write_all(cast)
    enter(client, cast.okoye)

    answer = sign_page(client, cast, password=PASSWORD, not_available="Pathology report")

    assert answer.status_code == 302
    version = Version.objects.get()
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.RELEASED
    assert version.sha256 == frozen.digest(version.written)
    assert version.signer["credentials"] == "MD"
    assert version.signer["specialty"] == "Thoracic surgery"
    assert version.content["not_available"] == ["Pathology report"]
    verbs = list(Event.objects.filter(case=cast.case).values_list("verb", flat=True))
    assert [verb for verb in verbs if verb in (Verb.SIGNED, Verb.RELEASED)] == [
        Verb.SIGNED,
        Verb.RELEASED,
    ]


def test_what_was_frozen_stays_when_the_profile_changes(cast: Cast) -> None:
    """F13.4."""
    version = signed(cast)
    cast.okoye.name = "Chidi Someone"
    cast.okoye.save()

    version.refresh_from_db()

    assert version.content["signatures"][0]["name"] == "Chidi Okoye"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"password": "not hers"}, "This is not your password"),
        ({"password": ""}, "Type your password"),
        ({"code": "123456"}, "does not fit"),
    ],
)
def test_nobody_signs_without_being_confirmed(
    client: Client, cast: Cast, sent: dict[str, str], words: str
) -> None:
    give_to_reviewer(cast)
    write_all(cast)
    enter(client, cast.okoye)

    answer = sign_page(client, cast, **sent)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Version.objects.exists()


def test_a_fresh_code_of_the_second_factor_signs_too_and_works_once(
    client: Client, cast: Cast
) -> None:
    """F1.4, F13.6."""
    from allauth.mfa.totp.internal import auth

    secret = auth.generate_totp_secret()
    auth.TOTP.activate(cast.okoye, secret)
    counter = next(auth.yield_hotp_counters_from_time())
    code = auth.format_hotp_value(auth.hotp_value(secret, counter))
    give_to_reviewer(cast)
    write_all(cast)
    enter(client, cast.okoye)

    assert sign_page(client, cast, code=code).status_code == 302
    assert "one-time code" in Version.objects.get().method
    again = client.post(
        f"/cases/{cast.case.pk}/opinion/addenda/",
        {"reason": "Once more", "body": json.dumps(text("More.")), "code": code},
    )
    assert again.status_code == 422
    assert Version.objects.count() == 1


def test_a_reviewer_without_a_password_is_told_to_set_one(client: Client, cast: Cast) -> None:
    cast.okoye.set_unusable_password()
    cast.okoye.save()
    give_to_reviewer(cast)
    write_all(cast)
    enter(client, cast.okoye)

    page = client.get(f"/cases/{cast.case.pk}/opinion/signature/").content.decode()

    assert "You have no password yet" in page
    assert sign_page(client, cast, password="anything").status_code == 422


def test_signing_is_refused_while_a_question_is_unanswered(client: Client, cast: Cast) -> None:
    """F13.2."""
    give_to_reviewer(cast)
    write_all(cast)
    okoye = Actor.of(cast.okoye)
    drafting.answer_question(cast.case, 1, body=text(""), by=okoye, at=MONDAY)
    drafting.cannot_answer(cast.case, 2, because="", by=okoye, at=MONDAY)
    enter(client, cast.okoye)

    answer = sign_page(client, cast, password=PASSWORD)

    assert "Questions 1 and 2 have no answer yet." in answer.content.decode()
    assert not Version.objects.exists()
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.IN_REVIEW


def test_signing_is_refused_while_a_required_section_is_empty(cast: Cast) -> None:
    give_to_reviewer(cast)
    write_all(cast, imaging=text("  "))

    with pytest.raises(ImpossibleMove, match="Images, read again"):
        signing.sign(cast.case, method="password", by=Actor.of(cast.okoye), at=MONDAY)


def test_signing_is_refused_when_the_evidence_was_set_aside_since(cast: Cast) -> None:
    """F3.9: a study that turns out to be another person's takes the signature with it."""
    give_to_reviewer(cast)
    exhibit = file_study(cast.case)
    okoye = Actor.of(cast.okoye)
    image = pictures.take_key_image(
        cast.case, png=png(), source=source(), alt="A spot", by=okoye, at=MONDAY
    )
    write_all(cast, imaging=with_picture(str(image.pk)))
    exhibit.state = Exhibit.State.SET_ASIDE
    exhibit.save()

    with pytest.raises(ImpossibleMove, match="set aside"):
        signing.sign(cast.case, method="password", by=okoye, at=MONDAY)


@pytest.mark.parametrize(
    ("who", "status"), [("rosa", 403), ("ada", 403), ("mona", 403), ("petra", 404), ("wells", 404)]
)
def test_nobody_signs_for_the_reviewer(client: Client, cast: Cast, who: str, status: int) -> None:
    give_to_reviewer(cast)
    write_all(cast)
    enter(client, getattr(cast, who))

    assert sign_page(client, cast, password=PASSWORD).status_code == status
    assert not Version.objects.exists()


def test_signing_twice_makes_one_version(client: Client, cast: Cast) -> None:
    signed(cast)
    enter(client, cast.okoye)

    answer = sign_page(client, cast, password=PASSWORD)

    assert answer.status_code == 302
    assert Version.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE opinions_version SET written = '{}'",
        "UPDATE opinions_version SET sha256 = ''",
        "DELETE FROM opinions_version",
        "DELETE FROM opinions_printed",
    ],
)
def test_the_database_refuses_to_change_what_is_signed(cast: Cast, statement: str) -> None:
    """F13.6: not even the application itself can."""
    signed(cast)

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_model_refuses_it_too(cast: Cast) -> None:
    version = signed(cast)

    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()


def test_the_working_text_is_not_what_is_signed(cast: Cast) -> None:
    """A change of the draft's row, by whatever way, does not reach the version."""
    version = signed(cast)
    Section.objects.filter(key="summary").update(body=text("Tampered."))

    version.refresh_from_db()

    assert "Tampered" not in version.written
    assert frozen.digest(version.written) == version.sha256
