"""Any document is shown safely or kept with a reason (F6.1, F6.2, F6.4, E5), and none kills us."""

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from konsil.parcels.sandbox import Limits, open_copy, read_batch
from konsil.records.reading import read

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def seen(tmp_path, out):
    def _seen(data, name="upload"):
        (file := tmp_path / name).write_bytes(data)
        return read(file, out)

    return _seen


def pdf(change=lambda made: None, **save):
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    change(made)
    made.save(out := io.BytesIO(), **save)
    return out.getvalue()


def picture(kind="JPEG", size=(640, 480), mode="RGB", **more):
    image = Image.radial_gradient("L").resize(size).convert(mode)
    image.save(out := io.BytesIO(), kind, **more)
    return out.getvalue()


def png(width, height, body=b""):
    """A PNG that declares any size."""

    def chunk(name, data):
        return (
            struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))
        )

    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def docx(text, **more):
    with zipfile.ZipFile(made := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", text)
        for name, data in more.items():
            archive.writestr(name, data)
    return made.getvalue()


def armed(made):
    """Everything that a PDF can do and should not."""
    root, page = made.Root, made.pages[0].obj
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('CNRY')"))
    root.OpenAction = made.make_indirect(script)
    root.AA = Dictionary(WC=script)
    file = made.make_indirect(Stream(made, b"CNRY attached", Type=Name.EmbeddedFile))
    spec = made.make_indirect(Dictionary(Type=Name.Filespec, F="a.exe", EF=Dictionary(F=file)))
    root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("x"), script])),
        EmbeddedFiles=Dictionary(Names=Array([String("a.exe"), spec])),
    )
    root.AF = Array([spec])
    launch = Dictionary(S=Name.Launch, F="cmd.exe", Next=Array([script]))
    home = Dictionary(S=Name.URI, URI="http://evil.example/CNRY")
    inside = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]), Next=script)
    box = Array([0, 0, 90, 90])
    page.AA = Dictionary(O=launch)
    page.Annots = Array(
        [
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=launch),
            made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=home)),
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=inside),
            Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=box, FS=spec),
            Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=box, Contents="A note stays"),
        ]
    )
    root.AcroForm = Dictionary(XFA=Array([String("x"), file]), Fields=Array([]))


def test_a_pdf_is_counted_and_shown_as_a_cleaned_copy(seen, out):
    def about(made):
        made.add_blank_page()
        made.docinfo["/Title"] = "Operative note"
        made.docinfo["/CreationDate"] = "D:20261112093000+01'00'"

    finding = seen(pdf(about))

    assert (finding["kind"], finding["reason"]) == ("document", "")
    assert finding["facts"] == {
        "pages": 2,
        "title": "Operative note",
        "taken": "2026-11-12",
        "taken_from": "when the PDF was made",
        "taken_confidence": "low",
        "removed": [],
    }
    assert b"Operative" not in (out / "document.pdf").read_bytes(), "hidden data stays behind"
    assert finding["copies"] == [
        {"role": "pdf", "name": "document.pdf", "media_type": "application/pdf"}
    ]
    with pikepdf.open(out / "document.pdf") as copy:
        assert len(copy.pages) == 2


@pytest.mark.parametrize("mode", list(pikepdf.ObjectStreamMode.__members__.values()))
def test_scripts_launches_and_attachments_are_not_in_the_shown_copy(seen, out, mode):
    finding = seen(pdf(armed, object_stream_mode=mode))

    copy = (out / "document.pdf").read_bytes()
    for harm in (b"/JS", b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/URI", b"/XFA", b"/AA"):
        assert harm not in copy, harm
    assert b"CNRY" not in copy
    assert b"cmd.exe" not in copy
    assert {"script", "action", "attachment", "form"} <= set(finding["facts"]["removed"])
    with pikepdf.open(out / "document.pdf") as shown:
        notes = shown.pages[0].obj.Annots
        assert [str(each.Subtype) for each in notes].count("/Text") == 1
        assert sum("/A" in each for each in notes) == 1, "a jump inside the document stays"


def test_a_locked_pdf_is_kept_and_says_what_to_do(seen, out):
    locked = pdf(encryption=pikepdf.Encryption(owner="o", user="secret"))

    finding = seen(locked)

    words = "This PDF has a password. Send it without, or tell us the password by phone"
    assert (finding["kind"], finding["reason"]) == ("document", words)
    assert finding["facts"] == {"locked": True}
    assert finding["copies"] == []


def test_a_pdf_that_only_forbids_printing_is_shown(seen, out):
    finding = seen(pdf(encryption=pikepdf.Encryption(owner="o", user="")))

    assert finding["reason"] == ""
    with pikepdf.open(out / "document.pdf") as copy:
        assert not copy.is_encrypted


def test_a_broken_pdf_says_so(seen):
    finding = seen(b"%PDF-1.7\n" + b"garbage " * 100)

    assert finding["kind"] == "broken"
    assert finding["reason"] == "This PDF is damaged. Send it again, or print it and send a photo"


def camera():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "CNRY-camera"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:12 08:51:00"
    exif.get_ifd(0x8825)[1] = "N"
    return exif.tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "HEIF"])
def test_pictures_of_every_kind_become_a_preview_and_a_thumbnail(seen, out, kind):
    import pillow_heif

    pillow_heif.register_heif_opener()

    finding = seen(picture(kind))

    assert (finding["kind"], finding["reason"]) == ("picture", "")
    assert (finding["facts"]["width"], finding["facts"]["height"]) == (640, 480)
    assert [each["role"] for each in finding["copies"]] == ["preview", "thumb"]
    with Image.open(out / "preview.jpg") as preview, Image.open(out / "thumb.jpg") as thumb:
        assert (preview.format, preview.size) == ("JPEG", (640, 480))
        assert max(thumb.size) == 256


def test_a_phone_photo_is_upright_dated_and_tells_nothing_of_where(seen, out):
    finding = seen(picture(exif=camera(), comment=b"CNRY-comment"))

    assert finding["facts"]["taken"] == "2026-11-12"
    assert finding["facts"]["taken_confidence"] == "low"
    assert "CNRY" not in json.dumps(finding)
    for name in ("preview.jpg", "thumb.jpg"):
        data = (out / name).read_bytes()
        assert b"CNRY" not in data
        assert b"Exif" not in data
    with Image.open(out / "preview.jpg") as preview:
        assert preview.size == (480, 640)
        assert not preview.getexif()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_way_to_write_colours_is_shown(seen, out, mode):
    finding = seen(picture("TIFF" if mode in ("CMYK", "I;16", "I", "F") else "PNG", mode=mode))

    assert (finding["kind"], finding["reason"]) == ("picture", "")
    with Image.open(out / "preview.jpg") as preview:
        low, high = preview.convert("L").getextrema()
        assert high - low > 100, "something is to be seen"


def test_a_fax_of_three_pages_has_three_pages(seen, out):
    pages = [Image.new("1", (100, 150), 1) for _ in range(3)]
    pages[0].save(data := io.BytesIO(), "TIFF", save_all=True, append_images=pages[1:])

    finding = seen(data.getvalue())

    assert finding["facts"]["pages"] == 3
    assert [each["role"] for each in finding["copies"]] == ["preview", "thumb", "page", "page"]
    assert all((out / each["name"]).stat().st_size for each in finding["copies"])


def test_a_large_picture_is_shown_smaller(seen, out):
    finding = seen(picture(size=(6000, 5000)))

    assert finding["facts"]["width"] == 6000
    with Image.open(out / "preview.jpg") as preview:
        assert max(preview.size) <= 4096


def test_a_picture_that_declares_a_huge_size_is_not_decoded(seen, out):
    finding = seen(png(60_000, 60_000, zlib.compress(bytes(1000))))

    assert finding["kind"] == "picture"
    assert finding["reason"].endswith("it is too large to show (60000 x 60000)")
    assert finding["copies"] == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_that_breaks_off_says_so(seen, out, kind):
    whole = picture(kind)

    finding = seen(whole[: len(whole) // 2])

    assert finding["kind"] == "broken"
    assert finding["reason"] == (
        "This picture is damaged or breaks off in the middle. Send it again"
    )


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
