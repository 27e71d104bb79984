"""Words and structured records are read, and damaged files harm nobody (F6.1, F6.2, F6.4)."""

import json
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from konsil.parcels.sandbox import Limits, open_copy, read_batch
from konsil.records.reading import read
from konsil.records.tests.making import WORD, armed, camera, docx, pdf, picture, png


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_usual_encodings(seen, encoding):
    finding = seen("Befund:\r\nunauffällig\x07".encode(encoding))

    assert finding["kind"] in {"text", "unknown"}
    if finding["kind"] == "text":
        assert finding["facts"] == {"text": "Befund:\nunauffällig", "truncated": False}


def test_a_long_text_is_cut_and_says_so(seen):
    finding = seen(b"line of text\n" * 100_000)

    assert len(finding["facts"]["text"]) <= 200_000
    assert finding["facts"]["truncated"] is True


def test_a_word_letter_gives_its_words(seen):
    body = (
        "<w:p><w:r><w:t>Dear colleague,</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>Hb</w:t><w:tab/><w:t>13.2</w:t></w:r></w:p>"
    )
    data = docx(f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')

    finding = seen(data, "letter.docx")

    assert finding["kind"] == "document"
    assert finding["facts"]["text"] == "Dear colleague,\nHb\t13.2"


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        "<x>" * 5000,
        "<x><y></x>",
        "",
    ],
)
def test_markup_that_reaches_out_swells_or_nests_is_refused(seen, xml):
    finding = seen(docx(xml), "letter.docx")

    assert finding["kind"] == "broken"
    assert "root:" not in json.dumps(finding)


def test_a_word_letter_that_swells_is_cut(seen):
    body = f'<w:document xmlns:w="{WORD}"><w:t>{"a" * 80_000_000}</w:t></w:document>'

    finding = seen(docx(body), "letter.docx")

    assert finding["kind"] == "document"
    assert len(finding["facts"]["text"]) <= 200_000
    assert finding["facts"]["truncated"] is True


CDA = """<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Discharge summary</title>
<effectiveTime value="20261112093000+0100"/>
<recordTarget><patientRole><id extension="4711" root="1.2.3"/><patient>
<name><given>Rosa</given><given>Maria</given><family>Delgado</family></name>
<name><given>Other</given><family>Name</family></name>
<administrativeGenderCode code="F"/><birthTime value="19710312"/></patient></patientRole>
</recordTarget>
<component><section><title>Findings</title><text><paragraph>Lung   clear
 today</paragraph><table><tr><td>Hb</td><td>13.2</td></tr></table></text></section></component>
</ClinicalDocument>"""

ROSA = {
    "name": "Delgado^Rosa Maria",
    "birth_date": "1971-03-12",
    "sex": "F",
    "patient_id": "4711",
    "issuer": "1.2.3",
}


def test_a_cda_document_tells_whom_when_and_what(seen):
    finding = seen(CDA.encode())

    assert finding["kind"] == "text"
    assert finding["media_type"] == "application/hl7-v3+xml"
    assert finding["identity"] == ROSA
    assert finding["facts"]["taken"] == "2026-11-12"
    assert finding["facts"]["title"] == "Discharge summary"
    assert finding["facts"]["text"].split("\n") == ["Findings", "Lung clear today", "Hb\t13.2"]


def test_a_cda_document_that_breaks_off_says_so(seen):
    assert seen(CDA[:600].encode())["kind"] == "broken"


def test_a_fhir_bundle_tells_whom_and_when(seen):
    patient = {
        "resourceType": "Patient",
        "name": [{"family": "Delgado", "given": ["Rosa", "Maria"]}],
        "birthDate": "1971-03-12",
        "gender": "F",
        "identifier": [{"value": "4711", "system": "1.2.3"}],
    }
    report = {"resourceType": "DiagnosticReport", "effectiveDateTime": "2026-11-12T09:30:00Z"}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": patient}, {"resource": report}]}

    finding = seen(json.dumps(bundle).encode())

    assert finding["media_type"] == "application/fhir+json"
    assert finding["identity"] == ROSA
    assert finding["facts"]["taken"] == "2026-11-12"

    bundle["entry"].append({"resource": patient | {"birthDate": "1980-01-01"}})
    two = seen(json.dumps(bundle).encode())
    assert two["identity"] is None
    assert two["facts"]["patients"] == 2


def test_an_hl7_message_tells_whom_and_when(seen):
    lines = [
        "MSH|^~\\&|LAB|VALLEY|||20261113||ORU^R01|1|P|2.5",
        "PID|1||4711^^^1.2.3^MR~99^^^X||Delgado^Rosa^Maria^^Dr||19710312|F",
        "OBR|1||1|CT|||20261112",
    ]

    finding = seen("\r".join(lines).encode())

    assert finding["media_type"] == "x-application/hl7-v2+er7"
    assert finding["identity"] == ROSA | {"name": "Delgado^Rosa^Maria^Dr"}
    assert finding["facts"]["taken"] == "2026-11-12"
    assert finding["facts"]["text"].startswith("MSH|")


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x14\x00\x01\x00\x08\x00" + bytes(100),
        b"\xd0\xcf\x11\xe0" + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(100),
    ],
)
def test_a_locked_zip_or_letter_is_kept_and_says_what_to_do(seen, data):
    finding = seen(data, "letter.docx")

    assert finding["kind"] == "unknown"
    assert finding["reason"] == (
        "This file has a password. Send it without, or tell us the password by phone"
    )


def test_dicom_is_left_to_the_room_for_images(seen):
    assert seen(bytes(128) + b"DICM" + bytes(100)) is None


def test_what_has_no_viewer_is_kept_and_named(seen):
    finding = seen(bytes(range(256)), "scan.XYZ")

    assert finding["kind"] == "unknown"
    assert finding["reason"] == "We keep this file and pass it on, but cannot show it (.xyz)"


seeds = st.sampled_from(
    [
        pdf(armed),
        picture(exif=camera()),
        picture("PNG"),
        picture("TIFF"),
        CDA.encode(),
        docx("<x/>"),
    ]
)


@example(data=docx("<x/>"), cuts=[(0.3359375, b"\x01")])
@given(data=seeds, cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=5))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_damaged_files_never_raise_and_always_have_words(tmp_path, out, data, cuts):
    for where, patch in cuts:
        at = int(where * len(data))
        data = data[:at] + patch + data[at + len(patch) :]
    (file := tmp_path / "upload.bin").write_bytes(data)

    finding = read(file, out)

    assert finding is None or finding["reason"] or finding["copies"] or "text" in finding["facts"]
    for copy in finding["copies"] if finding else []:
        assert (out / copy["name"]).is_file()


def test_hostile_files_in_the_sandbox_cost_themselves_only(tmp_path, out):
    bombs = {
        "huge.png": png(60_000, 60_000, zlib.compress(bytes(100_000))),
        "deep.json": b'{"resourceType": "Bundle", "x": ' + b"[" * 200_000,
        "letter.docx": docx("<x>" * 100_000),
        "armed.pdf": pdf(armed),
        "noise.jpg": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 50,
        "good.txt": b"still read",
    }
    for name, data in bombs.items():
        (tmp_path / name).write_bytes(data)
    files = [tmp_path / name for name in bombs]
    limits = Limits(cpu=10, wall=10)

    found = dict(read_batch(files, ["konsil.records.reading:read"], out, limits))

    kinds = {Path(file).name: finding["kind"] for file, finding in found.items()}
    assert kinds == {
        "huge.png": "picture",
        "deep.json": "broken",
        "letter.docx": "broken",
        "armed.pdf": "document",
        "noise.jpg": "broken",
        "good.txt": "text",
    }
    assert all(finding["reason"] for finding in found.values() if finding["kind"] == "broken")
    copy = found[tmp_path / "armed.pdf"]["copies"][0]["name"]
    with open_copy(out, copy) as shown:
        assert b"/JS" not in shown.read()
