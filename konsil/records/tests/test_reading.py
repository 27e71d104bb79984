"""Papers and pictures are shown safely or kept with a reason (F6.1, F6.2, F6.4, E5)."""

import io
import json
import zlib

import pikepdf
import pytest
from PIL import Image

from konsil.records.tests.making import armed, camera, pdf, picture, png


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
