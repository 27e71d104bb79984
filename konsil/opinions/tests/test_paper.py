"""The report on paper: complete, tagged, archival, never misleading about who signed (F13)."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from konsil.core.prose.letter import House
from konsil.core.prose.schema import Doc, check, paragraphs
from konsil.core.prose.typst import NotPaper
from konsil.opinions.paper.draw import report_paper, report_pdf
from konsil.opinions.paper.report import (
    Addendum,
    Author,
    KeyImage,
    PaperReport,
    Question,
    Section,
    Signature,
    Version,
)

AT = datetime(2026, 12, 8, 16, 20, tzinfo=timezone(timedelta(hours=-8), "Pacific"))


def png(wide: int = 60, high: int = 40) -> bytes:
    out = BytesIO()
    Image.new("L", (wide, high), 120).save(out, "PNG")
    return out.getvalue()


def picture(name: str, caption: str = "The spot") -> dict[str, Any]:
    return {"type": "key_image", "attrs": {"id": name, "caption": caption, "alt": "A spot"}}


def doc(*content: dict[str, Any]) -> Doc:
    return check({"type": "doc", "content": list(content)})


def key(name: str, **more: Any) -> KeyImage:
    return KeyImage(
        id=name, png=png(), caption="Kept", alt="Alt", source=f"Image of {name}.", **more
    )


REPORT = PaperReport(
    house=House(name="Northgate University Hospital", lines=("1 Harbor Street",)),
    title="Second opinion on a spot in the right lung",
    case_number="K-2041",
    patient_name="Rosa Delgado",
    birth_date=date(1971, 3, 14),
    sex="female",
    service="Lung tumors",
    requested=date(2026, 11, 20),
    complete=date(2026, 12, 1),
    signed=AT,
    summary=paragraphs("It is very likely an early cancer."),
    limits="This is an opinion on records.",
    questions=(
        Question(text="Can I wait and watch?", answer=paragraphs("I would not wait longer.")),
        Question(text="Will I need chemotherapy?", cannot_because="the tissue is not examined yet"),
    ),
    sections=(
        Section(
            title="What I found",
            text=doc(*paragraphs("A spot of 18 mm.")["content"], picture("a"), picture("b")),
            author="Maria Ferreira",
            credentials="MD",
            at=AT,
        ),
    ),
    key_images=(key("a"), key("b"), key("c")),
    reviewed=("CT chest, 1,844 images",),
    not_available=("Chest X-ray of 2019",),
    references=("PMID 28240562",),
    authors=(
        Author(
            name="Chidi Okoye",
            credentials="MD",
            board="Board of Thoracic Surgery",
            licences=("California C-10022",),
            photo=png(),
        ),
    ),
    signatures=(
        Signature(name="Chidi Okoye", credentials="MD", at=AT, method="Password and key."),
    ),
    check_code="K-2041-V1",
    check_address="northgate.example/check",
    sha256="7f1c09ae" * 8,
)


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


@pytest.mark.parametrize(
    "said",
    [
        "Rosa Delgado",
        "March 14, 1971, female",
        "K-2041",
        "December 8, 2026, version 1",
        "Requested November 20, 2026",
        "Records complete December 1, 2026",
        "It is very likely an early cancer.",
        "1. Can I wait and watch?",
        "I would not wait longer.",
        "This cannot be answered: the tissue is not examined yet",
        "A spot of 18 mm.",
        "Maria Ferreira, MD · December 8, 2026",
        "Key image 1. The spot Image of a.",
        "Key image 3. Kept Image of c.",
        "CT chest, 1,844 images",
        "Chest X-ray of 2019",
        "PMID 28240562",
        "This is an opinion on records.",
        "Board of Thoracic Surgery",
        "California C-10022",
        "Signed electronically December 8, 2026, 16:20 Pacific",
        "Password and key.",
        "7f1c 09ae",
        "K-2041-V1",
        "Version 1 · page 1 of",
    ],
)
def test_everything_a_report_must_say_is_printed(said: str) -> None:
    """F13.1 to F13.5: sections with authors, every question, images, reviewed and missing lists."""
    assert said in words(report_pdf(REPORT))


def test_the_answer_comes_before_everything_else() -> None:
    text = words(report_pdf(REPORT))

    order = [text.index(part) for part in ("In short", "Your questions", "What I found")]
    assert order == sorted(order)


def test_the_paper_is_tagged_archival_and_carries_its_data() -> None:
    reader = PdfReader(BytesIO(report_pdf(REPORT)))
    catalog: Any = reader.trailer["/Root"]

    attached = json.loads(reader.attachments["report.json"][0])
    metadata = catalog["/Metadata"].get_data().decode()

    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).startswith("en")
    assert "pdfuaid:part" in metadata
    assert "pdfaid:part" in metadata
    assert attached["case_number"] == "K-2041"
    assert attached["key_images"][0]["png"].startswith("sha256:")


def test_the_same_report_gives_the_same_bytes() -> None:
    """F13.6: a signed version can be made again and compared."""
    assert report_pdf(REPORT) == report_pdf(REPORT)


def test_a_draft_says_on_every_page_that_nobody_has_signed() -> None:
    draft = replace(REPORT, signed=None, signatures=(), questions=(Question(text="Why?"),))

    text = words(report_pdf(draft))

    assert "Draft, not signed" in text
    assert "Draft. Nobody has signed this text." in text
    assert "Not answered yet." in text
    assert "Version 1" not in text


def test_an_addendum_is_announced_on_the_first_page_and_printed_apart() -> None:
    """F13.6: the reader of an earlier version sees first what is new."""
    later = AT + timedelta(days=14)
    second = replace(
        REPORT,
        version=2,
        addenda=(
            Addendum(
                text=paragraphs("The biopsy confirms it."),
                author="Chidi Okoye",
                at=later,
                reason="biopsy received",
            ),
        ),
        versions=(
            Version(number=1, kind="first", at=AT),
            Version(number=2, kind="addendum", at=later, reason="biopsy received"),
        ),
    )

    pdf = report_pdf(second)

    first_page = " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())
    assert "Addendum of December 22, 2026: biopsy received" in first_page
    assert "replaces version 1" in first_page
    assert "Addendum 1, December 22, 2026: biopsy received" in words(pdf)


def test_two_calibrated_images_side_by_side_have_the_same_scale() -> None:
    """F13.3: a spot that looks larger is larger."""
    from konsil.core.prose.sheets import Picture, Sheets

    pictures = {
        "a": Picture(file="a.png", millimetres=60, ratio=0.75),
        "b": Picture(file="b.png", millimetres=120, ratio=0.75),
    }

    (pair,) = Sheets(pictures=pictures).blocks(doc(picture("a"), picture("b")))

    small, large = (item["width"] for item in pair["items"])
    assert large == pytest.approx(2 * small, abs=0.02)


def test_an_image_that_is_not_there_is_named_and_nothing_fails() -> None:
    text = words(report_pdf(replace(REPORT, key_images=())))

    assert "This image is not printed here: A spot" in text


def test_a_file_that_is_no_image_is_refused_in_words() -> None:
    with pytest.raises(NotPaper, match="no PNG image"):
        report_pdf(replace(REPORT, key_images=(replace(key("a"), png=b"%PDF-1.7"),)))


def test_a_time_without_its_zone_is_refused() -> None:
    unsure = replace(REPORT.signatures[0], at=datetime(2026, 12, 8, 16, 20))  # noqa: DTZ001

    with pytest.raises(ValueError, match="time zone"):
        report_pdf(replace(REPORT, signatures=(unsure,)))


@pytest.mark.parametrize("name", ["王小明", "مريم", "Zoë 😀 Šťastná", '#read("/x") *a*'])
def test_any_name_prints_and_stays_whole_in_the_attached_data(name: str) -> None:
    made = report_paper(replace(REPORT, patient_name=name))

    attached = json.loads(PdfReader(BytesIO(made.pdf)).attachments["report.json"][0])
    assert attached["patient_name"] == name


def test_a_long_report_has_a_table_of_contents() -> None:
    many = tuple(
        replace(REPORT.sections[0], title=f"Part {number}", text=paragraphs("Line.\n\n" * 25))
        for number in range(8)
    )

    pages = PdfReader(BytesIO(report_pdf(replace(REPORT, sections=many)))).pages

    assert len(pages) > 5
    assert "Part 7" in pages[0].extract_text()
