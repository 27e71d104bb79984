"""The report as people read it: calm for the patient, in a tab for the staff, and as a PDF."""

from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from konsil.cases.life import Stage
from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.opinions import pictures, signing
from konsil.opinions.jobs import print_version
from konsil.opinions.models import Printed
from konsil.opinions.tests.desk import enter, file_study, png, signed, source, text, with_picture
from konsil.people.actors import SYSTEM, Actor
from konsil.people.roles import Role
from tests.cast import MONDAY, Cast, give_to_reviewer, on_terms, put_at


def read(client: Client, cast: Cast, path: str = "report/") -> str:
    return client.get(f"/cases/{cast.case.pk}/{path}").content.decode()


def test_rosa_reads_the_short_of_it_first_then_her_questions_in_her_words(
    client: Client, cast: Cast
) -> None:
    """F13.2; and it is told once that she has read it."""
    signed(cast)
    enter(client, cast.rosa)

    page = read(client, cast)
    read(client, cast)

    places = [
        page.index(words)
        for words in ("In short", "It is small.", "Is it cancer?", "Very likely.", "A spot of 18")
    ]
    assert places == sorted(places)
    assert "This cannot be answered, because the tissue is not examined yet" in page
    assert "Dr. Okoye’s answer to you" in page
    assert Event.objects.filter(verb=Verb.REPORT_READ).count() == 1


def test_a_key_image_stands_in_the_report_with_its_source(client: Client, cast: Cast) -> None:
    """F13.3."""
    give_to_reviewer(cast)
    file_study(cast.case)
    image = pictures.take_key_image(
        cast.case, png=png(), source=source(), alt="A spot", by=Actor.of(cast.okoye), at=MONDAY
    )
    signed(cast, imaging=with_picture(str(image.pk)))
    enter(client, cast.rosa)

    page = read(client, cast)

    assert f"/cases/{cast.case.pk}/opinion/key-images/{image.pk}.png" in page
    assert "CT Nov 12, 2026, series 3 Lung, image 143, W 1500 L −600" in page


@pytest.mark.parametrize("who", ["rosa", "ada", "mona", "okoye"])
def test_before_the_signature_there_is_no_report_for_anybody(
    client: Client, cast: Cast, who: str
) -> None:
    give_to_reviewer(cast)
    from konsil.opinions import drafting

    okoye = Actor.of(cast.okoye)
    drafting.write_section(cast.case, "summary", body=text("Secret."), by=okoye, at=MONDAY)
    enter(client, getattr(cast, who))

    page = read(client, cast)

    assert "Secret." not in page
    assert "not here yet" in page or "No report yet" in page
    assert client.get(f"/cases/{cast.case.pk}/report.pdf").status_code == 404


def test_signed_but_not_released_is_read_by_the_house_only(client: Client, cast: Cast) -> None:
    on_terms(cast, release="by_hand")
    signed(cast)
    enter(client, cast.rosa)
    assert "not here yet" in read(client, cast)
    assert client.get(f"/cases/{cast.case.pk}/report/versions/1/").status_code == 404
    assert client.get(f"/cases/{cast.case.pk}/report.pdf").status_code == 404

    enter(client, cast.ada)
    page = read(client, cast)
    assert "It is small." in page
    assert "Release the report" in page

    client.post(f"/cases/{cast.case.pk}/steps/", {"verb": Verb.RELEASED})
    enter(client, cast.rosa)
    assert "It is small." in read(client, cast)


@pytest.mark.parametrize(
    ("who", "status"),
    [("petra", 404), ("brid", 404), ("ferreira", 404), ("zoe", 404), ("berta", 403)],
)
def test_those_without_business_read_nothing(
    client: Client, cast: Cast, who: str, status: int
) -> None:
    """F1.3: billing sees money, not findings."""
    signed(cast)
    enter(client, getattr(cast, who))

    for path in ("report/", "report/versions/1/", "report.pdf", "report/versions/1.pdf"):
        assert client.get(f"/cases/{cast.case.pk}/{path}").status_code == status


def test_the_one_who_referred_reads_it_after_the_release(client: Client, cast: Cast) -> None:
    """F12.1."""
    cast.case.seat(Role.REFERRER, by=SYSTEM, at=MONDAY, quietly=True, institution=cast.brigids)
    signed(cast)
    enter(client, cast.brid)
    assert "It is small." in read(client, cast)

    put_at(cast.case, Stage.SIGNED)
    assert "It is small." not in read(client, cast)


def test_an_earlier_version_stays_readable_and_says_that_there_is_a_newer(
    client: Client, cast: Cast
) -> None:
    """F13.6."""
    signed(cast)
    signing.add(
        cast.case,
        body=text("The tissue confirms it."),
        reason="The tissue report came",
        method="password",
        by=Actor.of(cast.okoye),
        at=MONDAY,
    )
    enter(client, cast.rosa)

    newest, first = read(client, cast), read(client, cast, "report/versions/1/")

    assert "The tissue confirms it." in newest
    assert "The tissue report came" in newest
    assert "The tissue confirms it." not in first
    assert "There is a newer one" in first


def test_the_pdf_holds_the_signed_words_and_each_download_is_told(
    client: Client, cast: Cast
) -> None:
    """F13.6, F1.5: drawn once; the same bytes again."""
    version = signed(cast)
    print_version.func(version_id=str(version.pk), tenant_id=str(cast.case.tenant_id))
    enter(client, cast.rosa)

    first = client.get(f"/cases/{cast.case.pk}/report.pdf")
    second = client.get(f"/cases/{cast.case.pk}/report.pdf")

    words = "".join(page.extract_text() for page in PdfReader(BytesIO(first.content)).pages)
    assert "It is small." in words
    assert first.content == second.content
    assert first["Content-Type"] == "application/pdf"
    assert cast.case.number in first["Content-Disposition"]
    assert Printed.objects.count() == 1
    assert Event.objects.filter(verb=Verb.REPORT_DOWNLOADED).count() == 2


def test_what_was_opened_is_listed_and_what_was_not_there_too(client: Client, cast: Cast) -> None:
    """F13.5."""
    give_to_reviewer(cast)
    exhibit = file_study(cast.case)
    other = file_study(cast.case, sop_uid="1.9")
    other.title = "Chest X-ray"
    other.save()
    enter(client, cast.okoye)
    client.get(f"/cases/{cast.case.pk}/reading/{exhibit.pk}/")

    content = signed(cast).content

    assert content["reviewed"] == [
        "CT of the chest, November 16, 2026, 1 image, from Valley Imaging"
    ]
    assert content["not_available"] == ["Pathology report"]
