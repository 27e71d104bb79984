"""Papers and pictures made for one purpose, for the tests of reading."""

import io
import struct
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


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


def camera():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "CNRY-camera"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:12 08:51:00"
    exif.get_ifd(0x8825)[1] = "N"
    return exif.tobytes()
