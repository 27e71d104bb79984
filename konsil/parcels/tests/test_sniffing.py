"""The bytes say what a file is, never its name; nothing that a browser could run passes (F1.7)."""

import io
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from konsil.parcels.sniffing import sniff

DICOM = bytes(128) + b"DICM" + b"\x02\x00\x00\x00UL\x04\x00" + bytes(300)
DIRECTORY = bytes(128) + b"DICM" + b"\x02\x00\x02\x00UI\x14\x001.2.840.10008.1.3.10\x00" + bytes(9)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(50)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
CDA = b'<?xml version="1.0"?><!-- x --><ClinicalDocument xmlns="urn:hl7-org:v3"></ClinicalDocument>'
HL7 = b"MSH|^~\\&|LAB|X|||202611240851||ORU^R01|1|P|2.5\rPID|1\r"


def zipped(*names):
    with zipfile.ZipFile(made := io.BytesIO(), "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return made.getvalue()


def see(tmp_path, data, name="upload"):
    (file := tmp_path / name).write_bytes(data)
    return sniff(file)


@pytest.mark.parametrize(
    ("data", "kind", "media_type"),
    [
        (DICOM, "dicom", "application/dicom"),
        (DIRECTORY, "dicomdir", "application/dicom"),
        (PDF, "document", "application/pdf"),
        (b"\n\njunk\n" + PDF, "document", "application/pdf"),
        (JPEG, "picture", "image/jpeg"),
        (PNG, "picture", "image/png"),
        (b"RIFF\x00\x01\x00\x00WEBPVP8 " + bytes(20), "picture", "image/webp"),
        (b"II*\x00\x08\x00\x00\x00" + bytes(20), "picture", "image/tiff"),
        (b"MM\x00+\x00\x08\x00\x00" + bytes(20), "picture", "image/tiff"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "picture", "image/heic"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomavc1", "document", "video/mp4"),
        (zipped("a.txt"), "unknown", "application/zip"),
        (CDA, "text", "application/hl7-v3+xml"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "text", "application/fhir+json"),
        (b'{\n "id": "x",\n "resourceType" : "Patient"}', "text", "application/fhir+json"),
        (b'<Patient xmlns="http://hl7.org/fhir"></Patient>', "text", "application/fhir+xml"),
        (HL7, "text", "x-application/hl7-v2+er7"),
        (b"\x0b" + HL7 + b"\x1c\r", "text", "x-application/hl7-v2+er7"),
        (b"analyte,value,unit\nHb,13.2,g/dl\nNa,140,mmol/l\n", "text", "text/csv"),
        ("Befund: unauffällig.\n".encode(), "text", "text/plain"),
        ("\ufeffBefund: unauffällig.\r\n".encode("utf-16-le"), "text", "text/plain"),
        ("Befund: unauffällig.\r\n".encode("cp1252"), "text", "text/plain"),
    ],
)
def test_what_a_file_is(tmp_path, data, kind, media_type):
    seen = see(tmp_path, data)

    assert (seen.kind, seen.media_type) == (kind, media_type)
    assert seen.polyglot is False
    assert bool(seen.reason) == (kind == "unknown")


def test_a_word_document_is_known_by_what_it_holds(tmp_path):
    seen = see(tmp_path, zipped("[Content_Types].xml", "word/document.xml"), "letter.xyz")

    assert seen.kind == "document"
    assert seen.media_type.endswith("wordprocessingml.document")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("report.pdf", b"MZ" + bytes(200)),
        ("IM000001", b"\x7fELF\x02\x01\x01" + bytes(60)),
        ("scan.dcm", b"\xcf\xfa\xed\xfe" + bytes(60)),
        ("run", b"#!/bin/sh\nrm -rf /\n"),
        ("AUTORUN.INF", b"[autorun]\nopen=viewer.exe\n"),
        ("Thumbs.db", b"\xd0\xcf\x11\xe0" + bytes(60)),
    ],
)
def test_programs_of_a_cd_are_set_aside_whatever_they_are_called(tmp_path, name, data):
    seen = see(tmp_path, data, name)

    assert seen.kind == "viewer"
    assert seen.reason == "This is a program. We keep it but never run it"


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        b"  \n<!-- hello --><HTML><body onload=alert(1)>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "\ufeff<html><script>alert(1)</script>".encode("utf-16-le"),
        b"\xef\xbb\xbf<html>",
        b"<script>alert(1)</script>",
        b"<html>\x00\x01\x02",
        b"<?xml version='1.0'?><other/>",
    ],
)
def test_web_pages_and_drawings_with_scripts_are_only_kept(tmp_path, data):
    seen = see(tmp_path, data, "page.txt")

    assert (seen.kind, seen.media_type) == ("unknown", "application/octet-stream")
    assert seen.reason == "We keep this file and pass it on, but cannot show it (.txt)"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"MZ" + bytes(126) + b"DICM" + bytes(200), "dicom"),
        (b"<html>" + bytes(122) + b"DICM" + bytes(200), "dicom"),
        (JPEG + zipped("classes.dex"), "picture"),
        (b"GIF89a/*<html>*/" + PDF, "document"),
        (PDF + zipped("evil.class"), "document"),
    ],
)
def test_a_file_that_is_two_things_at_once_is_marked(tmp_path, data, kind):
    seen = see(tmp_path, data)

    assert seen.kind == kind
    assert seen.polyglot is True


def test_a_pdf_inside_of_a_dicom_file_is_nothing_unusual(tmp_path):
    assert see(tmp_path, DICOM[:200] + PDF + DICOM).polyglot is False


def test_a_tiff_that_is_dicom_too_is_allowed_by_the_standard(tmp_path):
    seen = see(tmp_path, b"II*\x00" + bytes(124) + b"DICM" + bytes(200))

    assert seen == ("dicom", "application/dicom", "", False)


@pytest.mark.parametrize(
    "start",
    [
        b"\x08\x00\x05\x00CS\x0a\x00ISO_IR 100",
        b"\x08\x00\x05\x00\x0a\x00\x00\x00ISO_IR 100",
        b"\x02\x00\x10\x00UI\x16\x001.2.840.10008",
        b"\x00\x08\x00\x05CS\x00\x0aISO_IR 100",
    ],
)
def test_dicom_without_its_first_128_bytes_is_still_known(tmp_path, start):
    assert see(tmp_path, start + bytes(200)).kind == "dicom"


@pytest.mark.parametrize("data", [b"<!-- a -->" * 6000 + b"<x", b"<!--" * 9000, b" " * 60_000])
def test_a_long_beginning_costs_no_time(tmp_path, data):
    before = time.process_time()

    see(tmp_path, data)

    assert time.process_time() - before < 1


def test_an_empty_file_is_said_to_be_empty(tmp_path):
    seen = see(tmp_path, b"", "IM000001.dcm")

    assert seen.kind == "empty"
    assert seen.reason == "This file is empty (0 bytes). Copy it again from the CD"


def test_what_nobody_knows_is_kept_and_says_so(tmp_path):
    seen = see(tmp_path, bytes(range(256)) * 4, "scan.XYZ")

    assert (seen.kind, seen.media_type) == ("unknown", "application/octet-stream")
    assert seen.reason == "We keep this file and pass it on, but cannot show it (.xyz)"


fragments = st.sampled_from([DICOM, PDF, PNG, JPEG, CDA, HL7, zipped("a"), b"<html>", b"MZ", b"{"])


@given(
    data=st.one_of(st.binary(max_size=600), st.lists(fragments, max_size=4).map(b"".join)),
    cut=st.integers(0, 700),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_bytes_break_it_and_none_become_a_web_page(tmp_path, data, cut):
    seen = see(tmp_path, data[:cut])

    assert seen.media_type
    assert not any(word in seen.media_type for word in ("html", "svg", "javascript"))
    assert seen.reason or seen.kind in {"dicom", "dicomdir", "document", "picture", "text"}
