"""Documents: filed as lines of the record, shown only as copies made here, handed out with care."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from konsil.cases.models import Case, Exhibit, Look
from konsil.parcels.filing import Read, file_away
from konsil.parcels.keeping import store
from konsil.parcels.models import Filing, Holding, Parcel
from konsil.people.models import User
from konsil.records.models import Document, Release
from konsil.records.shelving import title_of
from konsil.records.signing import verify_release
from konsil.records.tests.giving import ask, come_in
from tests.cast import Cast, give_to_reviewer


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    """A store of the test's own."""
    settings.FILES = tmp_path
    store.cache_clear()


def kept(data: bytes, kind: Any = "originals") -> str:
    import io

    return store().put(io.BytesIO(data), kind=kind).sha256


def file(
    case: Case,
    name: str = "Lung_function-2025.pdf",
    *,
    kind: Any = "document",
    media: str = "application/pdf",
    facts: dict[str, Any] | None = None,
    copies: dict[str, dict[str, str]] | None = None,
    identity: Any = None,
    scan: str = "not_scanned",
    user: User | None = None,
) -> Document:
    """File one document as the reading job does."""
    parcel = Parcel.objects.create(case=case, door="page", sender="Rosa Delgado", by_user=user)
    raw = f"raw bytes of {name}".encode()
    read = Read(
        path=f"CD/{name}",
        finding={
            "kind": kind,
            "media_type": media,
            "reason": "",
            "identity": identity,
            "facts": facts or {},
            "copies": [],
        },
        sha256=kept(raw),
        size=len(raw),
        copies=copies or {},
    )
    file_away(parcel, [read], scan=scan)
    return Document.objects.select_related("exhibit", "holding").get(
        exhibit__filings__parcel=parcel
    )


def pdf(case: Case, **more: Any) -> Document:
    copy = {"pdf": {"sha256": kept(b"%PDF-clean", "copies"), "media_type": "application/pdf"}}
    facts = {"pages": 3, "taken": "2025-10-02", "taken_confidence": "low"}
    return file(case, copies=copy, facts=facts, **more)


def address(document: Document, what: str = "") -> str:
    return f"/cases/{document.case_id}/documents/{document.exhibit_id}/{what}"


def test_a_paper_becomes_a_line_of_the_record(cast: Cast) -> None:
    """F5.2: title in words, amount, date of care with where it comes from."""
    document = pdf(cast.case)
    exhibit = document.exhibit

    assert (exhibit.sort, exhibit.title, exhibit.amount) == (
        "paper",
        "Lung function 2025",
        "3 pages",
    )
    assert (exhibit.care_date, exhibit.care_date_from) == (date(2025, 10, 2), "paper")
    assert document.taken_is_guess
    assert exhibit.object_id == document.pk
    filing = Filing.objects.get(case=cast.case)
    assert filing.exhibit_id == exhibit.pk


@pytest.mark.parametrize(
    ("kind", "media", "sort"),
    [
        ("picture", "image/jpeg", "picture"),
        ("text", "text/plain", "data"),
        ("document", "application/fhir+json", "data"),
        ("unknown", "application/octet-stream", "other"),
    ],
)
def test_every_kind_of_file_has_its_place(cast: Cast, kind: str, media: str, sort: str) -> None:
    """F6: any data is kept and has a line, also what we cannot show."""
    assert file(cast.case, "x.bin", kind=kind, media=media).exhibit.sort == sort


@pytest.mark.parametrize(
    ("name", "own", "title"),
    [
        ("Lung_function-2025.pdf", "", "Lung function 2025"),
        ("scan0001.pdf", "Letter of Dr. Weiss", "Letter of Dr. Weiss"),
        ("IMG_2044.HEIC", "Untitled", "IMG 2044"),
        ("report.final.version", None, "Report.final.version"),
        ("___", None, "File without a name"),
    ],
)
def test_a_title_is_in_words(name: str, own: str | None, title: str) -> None:
    assert title_of(name, own) == title


def test_only_the_clean_copy_is_shown(client: Client, cast: Cast) -> None:
    """Upload rules 10 and 11: a copy made here, sandboxed; the original only as a download."""
    document = pdf(cast.case)
    come_in(client, cast.rosa)

    shown = client.get(address(document, "preview"))
    original = client.get(address(document, "original"))

    assert b"".join(shown.streaming_content) == b"%PDF-clean"
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert b"raw bytes" in b"".join(original.streaming_content)
    for answer in (shown, original):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    page = client.get(address(document)).content.decode()
    assert "pdf-viewer" in page
    assert "not scanned" in page


def test_words_are_shown_as_words(client: Client, cast: Cast) -> None:
    """F6: markup inside a text stays text."""
    words = "<script>alert(1)</script> Hb 13.2"
    document = file(cast.case, "lab.txt", kind="text", media="text/plain", facts={"text": words})
    come_in(client, cast.rosa)

    shown = client.get(address(document, "preview"))

    assert shown.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert shown.content.decode() == words
    assert "<script>alert" not in client.get(address(document)).content.decode()


def test_a_file_that_we_cannot_show_says_so(client: Client, cast: Cast) -> None:
    document = file(cast.case, "data.xyz", kind="unknown", media="application/octet-stream")
    come_in(client, cast.rosa)

    assert "cannot show it" in client.get(address(document)).content.decode()
    assert client.get(address(document, "preview")).status_code == 404
    assert client.get(address(document, "original")).status_code == 200


@pytest.mark.parametrize("scan", ["infected", "failed"])
def test_what_the_scanner_objects_to_is_handed_to_nobody(
    client: Client, cast: Cast, scan: str
) -> None:
    """Upload rule 6: kept, not shown, not downloadable."""
    copy = {"preview": {"sha256": kept(b"jpeg", "copies"), "media_type": "image/jpeg"}}
    document = file(cast.case, "bad.jpg", kind="picture", scan=scan, copies=copy)
    for who in (cast.rosa, cast.ada):
        come_in(client, who)
        assert client.get(address(document, "original")).status_code == 403
        assert client.get(address(document, "preview")).status_code == 404
        assert client.get(address(document)).status_code == 200


def test_a_reviewer_sees_nothing_that_is_set_aside(client: Client, cast: Cast) -> None:
    """F3.9: no page, no copy, no original, and no line in the record."""
    other = {
        "name": "DELGADO^ROSARIO",
        "birth_date": "1944-09-02",
        "sex": "F",
        "patient_id": "VI-331940",
        "issuer": "",
    }
    document = pdf(cast.case, identity=other)
    assert document.exhibit.state == Exhibit.State.SET_ASIDE
    give_to_reviewer(cast)

    come_in(client, cast.okoye)
    for what in ("", "preview", "original", "thumb"):
        assert client.get(address(document, what)).status_code == 404
    assert "Lung function" not in client.get(f"/cases/{cast.case.pk}/records/").content.decode()
    come_in(client, cast.rosa)
    assert client.get(address(document)).status_code == 404
    come_in(client, cast.ada)
    assert client.get(address(document, "preview")).status_code == 200


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("rosa", 200),
        ("ada", 200),
        ("mona", 200),
        ("okoye", 200),
        ("berta", 403),
        ("petra", 404),
        ("brid", 404),
        ("hal", 404),
        ("wells", 404),
        ("zoe", 404),
    ],
)
def test_a_document_is_opened_only_by_its_case(
    client: Client, cast: Cast, name: str, status: int
) -> None:
    """F1.3, F12.1: strangers 404, the wrong part 403, for the page and for every byte."""
    document = pdf(cast.case)
    give_to_reviewer(cast)
    come_in(client, getattr(cast, name))

    for what in ("", "preview", "original"):
        assert client.get(address(document, what)).status_code == status


def test_an_id_of_another_case_leads_nowhere(client: Client, cast: Cast) -> None:
    """F1.3: Petra's document under Rosa's case is not there, though the desk sees both."""
    hers = pdf(cast.petras_case)
    come_in(client, cast.ada)

    assert client.get(f"/cases/{cast.case.pk}/documents/{hers.exhibit_id}/").status_code == 404


def test_reading_a_document_is_one_look(client: Client, cast: Cast) -> None:
    """F1.5: the page and its parts are one line of her access list, the download another."""
    document = pdf(cast.case)
    come_in(client, cast.ada)
    before = Look.objects.filter(case=cast.case).count()

    for what in ("", "preview", "preview", "thumb"):
        client.get(address(document, what))

    assert Look.objects.filter(case=cast.case).count() == before + 1
    client.get(address(document, "original"))
    assert Look.objects.filter(case=cast.case).count() == before + 2
    assert Holding.objects.filter(tenant=cast.northgate).exists()


def test_a_form_signed_by_hand_counts_once_the_desk_has_looked(client: Client, cast: Cast) -> None:
    """F3.2: print, sign, photograph, upload; the photograph is the form that goes out."""
    asked = ask(cast)
    scan = pdf(cast.case)
    url = f"/cases/{cast.case.pk}/records/requests/{asked.pk}/"
    come_in(client, cast.rosa)
    assert client.post(url, {"act": "paper", "exhibit": scan.exhibit_id}).status_code == 403
    come_in(client, cast.ada)

    client.post(url, {"act": "paper", "exhibit": "nonsense"})
    assert Release.objects.get(pk=asked.release_id).state == "await_signature"
    client.post(url, {"act": "paper", "exhibit": scan.exhibit_id})

    release = Release.objects.get(pk=asked.release_id)
    assert release.state == "signed"
    assert verify_release(release) == []
    signed = client.get(f"/cases/{cast.case.pk}/releases/{release.pk}/form.pdf")
    assert b"".join(signed.streaming_content) == b"%PDF-clean"
