"""The release form: nobody can sign an incomplete one, and the paper says what was shown (F3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from konsil.core.prose.letter import House
from konsil.core.prose.reading import grade
from konsil.records.paper.draw import NotTheTextShown, release_pdf
from konsil.records.paper.form import (
    SENSITIVE,
    ReleaseForm,
    Representative,
    Sensitive,
    Signature,
    SigningEvidence,
)
from konsil.records.paper.validity import NotSignable, missing, refuse_incomplete
from konsil.records.paper.words import release_text, text_sha256

AT = datetime(2026, 11, 24, 17, 12, tzinfo=UTC)
HOUSE = House(name="Northgate University Hospital", lines=("1 Harbor Street, Northgate",))
SON = Representative(
    name="Luis Delgado",
    relation="son",
    authority="health care power of attorney of May 2, 2025",
    proof="copy of that power of attorney",
)
FORM = ReleaseForm(
    house=HOUSE,
    form_id="R-2041-1",
    patient_name="Rosa Delgado",
    birth_date=date(1971, 3, 14),
    phone="555 010 7788",
    kinds=("visit notes", "lab results", "CT images and reports"),
    subject="a spot in my right lung",
    provider_name="Lakeside Lung Clinic",
    provider_address="40 Shore Road, Lakeside",
    from_date=date(2024, 1, 1),
    sensitive=(Sensitive(kind="substance_use", initials="RD"),),
    expires=date(2027, 5, 24),
    revoke_where="Second Opinion Office, 1 Harbor Street, Northgate",
    signature=Signature(typed="Rosa Delgado", at=AT),
)
BY_SON = replace(FORM, representative=SON, signature=Signature(typed="Luis Delgado", at=AT))


def evidence(form: ReleaseForm) -> SigningEvidence:
    return SigningEvidence(
        text_sha256=text_sha256(form),
        shown_at=AT - timedelta(minutes=3),
        scrolled_to_end=True,
        signed_at=AT,
        signer_account="rosa@example.org",
        signer_role="patient",
        authentication="password and one-time code",
        identity_check="birth date and phone code",
        intent="typed the full name, then pressed the button",
        button="Sign and send to the clinic",
        ip="203.0.113.7",
        user_agent="Mozilla/5.0 (iPhone)",
        check_code="R-2041-1-7Q",
        check_address="northgate.example/check",
    )


def words(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_complete_form_lacks_nothing() -> None:
    assert missing(FORM, at=AT) == []
    assert missing(BY_SON, at=AT) == []


REMOVED: list[tuple[str, dict[str, Any], str]] = [
    ("1 name", {"patient_name": " "}, "the name of the patient"),
    ("1 birth date", {"birth_date": None}, "the birth date of the patient"),
    ("1 phone", {"phone": ""}, "the phone of the patient"),
    ("1 account", {"account_name": "Rosa Perez"}, "as in the account"),
    ("1 account", {"account_birth_date": date(1971, 3, 15)}, "as in the account"),
    ("2 kinds", {"kinds": (), "sensitive": ()}, "which kinds of records"),
    ("2 everything", {"kinds": ("Everything",)}, "“everything” is not enough"),
    ("2 subject", {"subject": ""}, "what the records are about"),
    ("2 dates", {"from_date": None}, "the dates of the records"),
    ("2 dates", {"to_date": date(2023, 1, 1)}, "a last date after the first"),
    ("3 initials", {"sensitive": (Sensitive(kind="hiv"),)}, "your initials beside HIV"),
    ("3 kind", {"sensitive": (Sensitive(kind="x", initials="RD"),)}, "a known sensitive kind"),
    (
        "3 psychotherapy",
        {"sensitive": (Sensitive(kind="psychotherapy", initials="RD"),)},
        "a form of its own",
    ),
    ("4 who gives", {"provider_name": ""}, "who sends the records"),
    ("4 address", {"provider_address": ""}, "the address of who sends"),
    ("5 who gets", {"house": House(name="", lines=HOUSE.lines)}, "who gets the records"),
    ("5 address", {"house": House(name=HOUSE.name)}, "the address of who gets"),
    ("6 purpose", {"purpose": ""}, "what the records are for"),
    ("7 expiry", {"expires": None}, "when the form ends"),
    ("7 past", {"expires": date(2026, 11, 24)}, "in the future"),
    ("7 too long", {"expires": date(2029, 1, 1)}, "within 366 days"),
    ("8 revoke", {"revocation": ""}, "stopping it in writing"),
    ("8 where", {"revoke_where": ""}, "where to write"),
    ("9 conditions", {"conditions": ""}, "care does not depend"),
    ("10 redisclosure", {"redisclosure": ""}, "others could share"),
    ("11 part 2", {"part_2": ""}, "drug or alcohol"),
    ("12 language", {"language": ""}, "the language"),
    ("12 version", {"template_version": ""}, "the version"),
    ("13 signature", {"signature": None}, "the signature"),
    ("13 signature", {"signature": Signature(at=AT)}, "the signature"),
    ("13 date", {"signature": Signature(typed="Rosa Delgado")}, "the date of signing"),
    ("13 name", {"signature": Signature(typed="R. D.", at=AT)}, "with the name Rosa Delgado"),
    ("15 copy", {"copy": ""}, "the copy for the signer"),
    ("screen", {"on_screen": ""}, "signing on a screen"),
    ("16 alone", {"combined_with": ("the terms of payment",)}, "a page of its own"),
    ("number", {"form_id": ""}, "the number of the form"),
]


@pytest.mark.parametrize(("row", "change", "said"), REMOVED)
def test_without_an_element_the_form_cannot_be_signed(
    row: str, change: dict[str, Any], said: str
) -> None:
    """F3.1: each row of the field list is removed in turn, and the reason is said in words."""
    broken = replace(FORM, **change)

    gaps = missing(broken, at=AT)

    assert any(said in gap for gap in gaps), row
    with pytest.raises(NotSignable, match="cannot be signed yet"):
        refuse_incomplete(broken, at=AT)
    if broken.signature:
        with pytest.raises(NotSignable):
            release_pdf(broken)


@pytest.mark.parametrize("element", ["name", "relation", "authority", "proof"])
def test_a_representative_cannot_sign_without_stating_the_right(element: str) -> None:
    """F3.3: 164.508(c)(1)(vi), a description of the authority."""
    who = replace(SON, **{element: ""})

    assert missing(replace(BY_SON, representative=who), at=AT)


def test_sensitive_kinds_are_off_until_each_is_switched_on() -> None:
    """F3.3: what got no own yes is named as not to be sent."""
    plain = " ".join(text for _, text in release_text(replace(FORM, sensitive=())))

    for kind in SENSITIVE.values():
        assert kind in plain.split("I do not say yes to:")[1]
    assert "42 CFR Part 2" not in plain
    assert "42 CFR Part 2" in " ".join(text for _, text in release_text(FORM))


def test_psychotherapy_notes_alone_may_have_their_form() -> None:
    alone = replace(FORM, kinds=(), sensitive=(Sensitive(kind="psychotherapy", initials="RD"),))

    assert missing(alone, at=AT) == []


@pytest.mark.parametrize("form", [FORM, BY_SON, replace(FORM, sensitive=(), expiry_event="done")])
def test_the_words_can_be_read_by_most_people(form: ReleaseForm) -> None:
    """164.508(c)(3): plain language, grade 8 or less, whole and sentences of ours."""
    assert grade(" ".join(text for _, text in release_text(form))) <= 8
    for statement in (form.revocation, form.conditions, form.redisclosure, form.part_2, form.copy):
        assert grade(statement) <= 8


def test_screen_and_paper_show_the_very_same_words() -> None:
    """F3.2: the patient sees the text signed."""
    printed = words(release_pdf(FORM, evidence(FORM))).replace(" ", "")

    for head, text in release_text(FORM):
        assert head.replace(" ", "") in printed
        assert text.replace(" ", "") in printed


def test_the_evidence_page_says_how_it_was_signed() -> None:
    """F3.2: time, IP, user agent, SHA-256 of the text, identity check, intent."""
    printed = words(release_pdf(FORM, evidence(FORM)))

    for said in (
        "203.0.113.7",
        "Mozilla/5.0 (iPhone)",
        text_sha256(FORM)[:4],
        "birth date and phone code",
        "typed the full name, then pressed the button",
        "“Sign and send to the clinic”",
        "November 24, 2026, 17:12 UTC",
        "release-2026-11",
        "R-2041-1-7Q",
    ):
        assert said in printed


def test_evidence_of_another_text_is_refused() -> None:
    changed = replace(FORM, subject="my heart")

    with pytest.raises(NotTheTextShown, match="signed anew"):
        release_pdf(changed, evidence(FORM))
    with pytest.raises(NotTheTextShown):
        release_pdf(replace(FORM, signature=None), evidence(FORM))


def test_a_signature_from_the_future_or_of_another_time_is_refused() -> None:
    later = replace(FORM, signature=Signature(typed="Rosa Delgado", at=AT + timedelta(seconds=1)))

    assert missing(later, at=AT) == ["the date of signing"]
    with pytest.raises(NotTheTextShown, match="another time"):
        release_pdf(later, evidence(FORM))


def test_any_change_of_a_word_changes_the_hash_and_the_signature_does_not() -> None:
    assert text_sha256(replace(FORM, phone="555 010 7789")) != text_sha256(FORM)
    assert text_sha256(replace(FORM, template_version="x")) != text_sha256(FORM)
    assert text_sha256(replace(FORM, signature=None)) == text_sha256(FORM)


def test_an_unsigned_form_has_lines_for_pen_and_ink() -> None:
    """F3.2, the wet-ink way: print, sign, photograph."""
    paper = replace(BY_SON, signature=None, sensitive=(Sensitive(kind="hiv"),))

    printed = words(release_pdf(paper))

    assert missing(paper, at=AT, signing=False) == []
    for line in ("My initials: yes to HIV tests", "Signature of the person", "Date", "Relation"):
        assert line in printed
    assert "Signed electronically" not in printed


def test_a_drawn_signature_is_on_the_paper_and_described() -> None:
    strokes = BytesIO()
    Image.new("RGBA", (300, 80), (14, 35, 48, 255)).save(strokes, "PNG")
    drawn = replace(FORM, signature=Signature(drawn=strokes.getvalue(), at=AT))

    pdf = release_pdf(drawn, evidence(drawn))

    assert len(PdfReader(BytesIO(pdf)).pages[0].images) == 1
    assert pdf == release_pdf(drawn, evidence(drawn))


def test_form_and_signature_fit_one_page_so_that_it_can_be_faxed() -> None:
    assert len(PdfReader(BytesIO(release_pdf(FORM))).pages) == 1
    assert len(PdfReader(BytesIO(release_pdf(replace(FORM, signature=None)))).pages) == 1
