"""Frames arrive at the viewer as pydicom would decode them (F6.1, F5.7), in DICOMweb's envelope."""

import io
import warnings
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydicom.encaps import encapsulate, fragment_frame, itemize_fragment
from pydicom.uid import JPEGBaseline8Bit

from konsil.imaging import showing
from konsil.imaging.frames import BOUNDARY, frame_bytes, multipart
from konsil.imaging.reading import read
from konsil.imaging.tests.specimens import (
    SHIPPED,
    served_array,
    shipped,
    small_image,
    write,
)

NOT_DECODED_BY_PYDICOM = {
    "JPEG-lossy.dcm": "JPEG of 12 bits has no plugin",
    "JPGExtended.dcm": "JPEG of 12 bits has no plugin",
    "JPEG2000-embedded-sequence-delimiter.dcm": "its stream is broken on purpose",
    "badVR.dcm": "its number of frames is no number",
}


def _with_pixels() -> list[Path]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            path
            for path in shipped()
            if "dicomdirtests/TINY" not in str(path)
            and path.suffix not in {".txt", ".json", ".dump", ".gz", ".icc"}
            and path.name not in NOT_DECODED_BY_PYDICOM
            and "PixelData" in pydicom.dcmread(path, force=True)
        ]


@pytest.mark.parametrize("path", _with_pixels(), ids=lambda path: path.name)
@pytest.mark.filterwarnings("ignore")
def test_served_frames_decode_to_the_values_that_pydicom_gives(path: Path, tmp_path: Path) -> None:
    """F6.1: whatever the encoding, no value is lost or moved on the way to the viewer."""
    finding = read(path, tmp_path)
    assert finding is not None
    if finding["reason"].startswith("breaks off"):
        with pytest.raises(ValueError, match=r"of (the )?pixel data"):
            _ = pydicom.dcmread(path).pixel_array
        return
    if path.name in {"meta_missing_tsyntax.dcm", "nested_priv_SQ.dcm"}:
        assert not finding["facts"]["has_pixels"]
        return

    served = served_array(path, tmp_path, finding)

    np.testing.assert_array_equal(served, pydicom.dcmread(path, force=True).pixel_array)


@pytest.mark.parametrize(
    ("name", "served_as"),
    [
        ("CT_small.dcm", "application/octet-stream"),
        ("MR_small_RLE.dcm", "image/dicom-rle"),
        ("MR_small_jpeg_ls_lossless.dcm", "image/jls"),
        ("MR_small_jp2klossless.dcm", "image/jp2"),
        ("SC_rgb_jpeg_dcmtk.dcm", "image/jpeg"),
        ("SC_rgb_jpeg_gdcm.dcm", "image/jpeg"),
    ],
)
def test_what_a_browser_can_show_is_served_from_the_original(
    name: str, served_as: str, tmp_path: Path
) -> None:
    """No second copy of what is good already."""
    finding = read(SHIPPED / name, tmp_path)

    assert finding is not None
    assert finding["copies"] == []
    assert finding["facts"]["frames_in"] == "original"
    assert finding["facts"]["frame_media_type"] == served_as


@pytest.mark.parametrize(
    ("name", "photometric", "bits"),
    [
        ("MR_small_bigendian.dcm", "MONOCHROME2", 16),
        ("image_dfl.dcm", "MONOCHROME2", 8),
        ("SC_ybr_full_422_uncompressed.dcm", "RGB", 8),
        ("SC_rgb_rle_32bit.dcm", "RGB", 32),
        ("liver_1frame.dcm", "MONOCHROME2", 8),
        ("JPGExtended.dcm", "MONOCHROME2", 16),
        ("J2K_pixelrep_mismatch.dcm", "MONOCHROME2", 16),
        ("SC_rgb_small_odd_big_endian.dcm", "RGB", 8),
    ],
)
def test_what_a_browser_shows_wrongly_is_written_anew(
    name: str, photometric: str, bits: int, tmp_path: Path
) -> None:
    """The header says what the new frames are; the original is not touched (D3)."""
    before = (SHIPPED / name).read_bytes()

    finding = read(SHIPPED / name, tmp_path)

    assert finding is not None
    facts = finding["facts"]
    assert [copy["role"] for copy in finding["copies"]] == ["frames"]
    assert facts["transfer_syntax"] == "1.2.840.10008.1.2.1"
    assert facts["metadata"]["00280004"]["Value"] == [photometric]
    assert facts["metadata"]["00280100"]["Value"] == [bits]
    assert facts["metadata"]["00083002"]["Value"] == ["1.2.840.10008.1.2.1"]
    assert (SHIPPED / name).read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"frames"}


def test_rgb_jpeg_that_does_not_say_so_is_made_to_say_so(tmp_path: Path) -> None:
    """Browsers guess YCbCr and show pink; not one coefficient is changed."""
    path = SHIPPED / "SC_jpeg_no_color_transform.dcm"
    finding = read(path, tmp_path)
    assert finding is not None

    with (tmp_path / "frames").open("rb") as file:
        stream = frame_bytes(file, finding["facts"], 1)
    seen = np.asarray(Image.open(io.BytesIO(stream)).convert("RGB"))

    assert finding["facts"]["frame_media_type"] == "image/jpeg"
    wanted = pydicom.dcmread(path).pixel_array
    assert np.abs(seen.astype(int) - wanted).max() <= 1


@pytest.mark.parametrize("table", [True, False])
def test_a_frame_in_several_fragments_is_joined(table: bool, tmp_path: Path) -> None:
    sink = [io.BytesIO(), io.BytesIO()]
    for n, colour in enumerate((40, 200)):
        Image.new("L", (64, 48), colour).save(sink[n], "JPEG")
    jpegs = [buffer.getvalue() for buffer in sink]
    data = encapsulate(jpegs, fragments_per_frame=3, has_bot=table)
    image = small_image(Rows=48, Columns=64, BitsAllocated=8, BitsStored=8, HighBit=7)
    image.NumberOfFrames, image.PixelData = 2, data
    image.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    image["PixelData"].VR = "OB"
    path = write(image, tmp_path / "image")

    finding = read(path, tmp_path)

    assert finding is not None
    assert finding["facts"]["frames_in"] == "frames"
    served = served_array(path, tmp_path, finding)
    assert [round(float(frame.mean())) for frame in served] == [40, 200]


def test_single_bits_that_share_bytes_between_frames_come_apart(tmp_path: Path) -> None:
    bits = np.random.default_rng(5).integers(0, 2, (3, 5, 7), dtype=np.uint8)
    image = small_image(Rows=5, Columns=7, BitsAllocated=1, BitsStored=1, HighBit=0)
    image.NumberOfFrames = 3
    image.PixelData = np.packbits(bits.ravel(), bitorder="little").tobytes()
    path = write(image, tmp_path / "image")

    finding = read(path, tmp_path)

    assert finding is not None
    np.testing.assert_array_equal(served_array(path, tmp_path, finding), bits)


def test_a_missing_fragment_breaks_the_image_off(tmp_path: Path) -> None:
    image = small_image(NumberOfFrames=3)
    image.PixelData = bytes(itemize_fragment(b"")) + b"".join(
        itemize_fragment(piece) for piece in fragment_frame(b"\xff\xd8ab\xff\xd9", 1)
    )
    image.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    image["PixelData"].VR = "OB"
    image["PixelData"].is_undefined_length = True

    finding = read(write(image, tmp_path / "image"), tmp_path)

    assert finding is not None
    assert finding["kind"] == "broken"


@given(st.binary(max_size=300), st.integers(0, 3))
def test_the_envelope_can_be_opened_whatever_the_frame_holds(frame: bytes, traps: int) -> None:
    """PS3.18 §8.7: even a frame that contains our own boundary."""
    for n in range(traps):
        frame = f"--{BOUNDARY}{n}--\r\n".encode() + frame

    content_type, body = multipart(frame, "image/jls", "1.2.840.10008.1.2.4.80")

    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = message_from_bytes(head + body, policy=HTTP)
    (part,) = message.iter_parts()
    assert part.get_content_type() == "image/jls"
    assert part["Content-Type"].params["transfer-syntax"] == "1.2.840.10008.1.2.4.80"
    start = body.index(b"\r\n\r\n") + 4
    assert body[start : start + len(frame)] == frame
    assert body[start + len(frame) :].startswith(f"\r\n--{BOUNDARY}".encode())
    assert 'type="image/jls"' in content_type


@pytest.mark.parametrize("n", [0, 2, -1])
def test_a_frame_that_is_not_there_is_refused(n: int, tmp_path: Path) -> None:
    path = write(small_image(), tmp_path / "image")
    finding = read(path, tmp_path)
    assert finding is not None

    with path.open("rb") as file, pytest.raises(IndexError, match="no frame"):
        frame_bytes(file, finding["facts"], n)


def test_a_file_that_shrank_since_is_noticed(tmp_path: Path) -> None:
    path = write(small_image(), tmp_path / "image")
    finding = read(path, tmp_path)
    assert finding is not None
    path.write_bytes(path.read_bytes()[:-8])

    with path.open("rb") as file, pytest.raises(EOFError):
        frame_bytes(file, finding["facts"], 1)


def test_a_thumbnail_is_small_and_a_rendering_has_the_window_asked_for(tmp_path: Path) -> None:
    path = SHIPPED / "CT_small.dcm"
    finding = read(path, tmp_path)
    assert finding is not None

    thumb = showing.thumb(path, finding["facts"], tmp_path)
    bright = showing.render(path, finding["facts"], 1, window=(-900, 200))
    small = showing.render(path, finding["facts"], 1, window=(3000, 200), size=32)

    assert thumb is not None
    assert max(Image.open(io.BytesIO(thumb)).size) <= 256
    assert np.asarray(Image.open(io.BytesIO(bright))).mean() > 200
    assert Image.open(io.BytesIO(small)).size == (32, 32)
    assert np.asarray(Image.open(io.BytesIO(small))).max() < 30


def test_a_report_has_no_thumbnail(tmp_path: Path) -> None:
    finding = read(SHIPPED / "test-SR.dcm", tmp_path)
    assert finding is not None

    assert showing.thumb(SHIPPED / "test-SR.dcm", finding["facts"], tmp_path) is None


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore")
def test_the_public_samples_are_served_as_pydicom_decodes_them(
    tmp_path: Path, samples: Path
) -> None:
    compared = 0
    for number, path in enumerate(sorted(file for file in samples.rglob("*") if file.is_file())):
        out = tmp_path / str(number)
        out.mkdir()
        finding = read(path, out)
        if finding is None or not finding["facts"].get("has_pixels"):
            continue
        try:
            wanted = pydicom.dcmread(path, force=True).pixel_array
        except Exception:  # pydicom has no decoder for some, and we compare with it
            continue
        np.testing.assert_array_equal(served_array(path, out, finding), wanted, err_msg=str(path))
        compared += 1

    assert compared > 250
