"""Images for tests: pydicom's own public samples, and small ones built on the spot."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom import Dataset, FileDataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from konsil.core.finding import Finding
from konsil.imaging.frames import frame_bytes
from konsil.imaging.pixels import decode, image_of

SHIPPED = Path(pydicom.__file__).parent / "data" / "test_files"
SECONDARY_CAPTURE = UID("1.2.840.10008.5.1.4.1.1.7")


def shipped() -> list[Path]:
    """Every sample that comes inside the pydicom package, DICOM or not."""
    return sorted(path for path in SHIPPED.rglob("*") if path.is_file())


def small_image(**more: Any) -> FileDataset:
    """A valid 8 x 6 grey image of an imaginary patient; keywords replace attributes."""
    image = FileDataset("", {}, file_meta=FileMetaDataset(), preamble=bytes(128))
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID = SECONDARY_CAPTURE
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID = UID("2.25.3")
    image.StudyInstanceUID, image.SeriesInstanceUID = "2.25.1", "2.25.2"
    image.PatientName, image.PatientID, image.PatientBirthDate = "Delgado^Rosa", "V1", "19710309"
    image.PatientSex, image.Modality, image.StudyDate, image.StudyTime = (
        "F",
        "OT",
        "20261112",
        "0915",
    )
    image.StudyID, image.SeriesNumber, image.InstanceNumber = "1", 1, 1
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows, image.Columns = 6, 8
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
    image.PixelData = np.arange(48, dtype="<u2").tobytes()
    for name, value in more.items():
        setattr(image, name, value)
    return image


def write(image: FileDataset, path: Path) -> Path:
    image.save_as(path, enforce_file_format=True)
    return path


def deeply_nested(path: Path, levels: int, *, undefined: bool) -> Path:
    """An image whose private sequence holds a sequence that holds a sequence …"""
    value = b""
    for _ in range(levels):
        if undefined:
            body = b"\xfe\xff\x00\xe0\xff\xff\xff\xff" + value + b"\xfe\xff\x0d\xe0\0\0\0\0"
            body += b"\xfe\xff\xdd\xe0\0\0\0\0"
            length = 0xFFFFFFFF
        else:
            body = b"\xfe\xff\x00\xe0" + struct.pack("<L", len(value)) + value
            length = len(body)
        value = struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, length) + body
    image = small_image()
    del image.PixelData
    write(image, path)
    path.write_bytes(path.read_bytes() + value)
    return path


def served_array(path: Path, out: Path, finding: Finding) -> Any:
    """The pixels as a viewer would get them: our frames, decoded by our metadata."""
    facts = finding["facts"]
    source = path if facts["frames_in"] == "original" else out / facts["frames_in"]
    image = image_of(facts["metadata"], facts["transfer_syntax"])
    with source.open("rb") as file:
        frames = [
            decode(frame_bytes(file, facts, n), image)[0]
            for n in range(1, len(facts["frame_index"]) + 1)
        ]
    return np.stack(frames) if len(frames) > 1 else frames[0]


def nested(depth: int) -> Dataset:
    item = Dataset()
    item.CodeMeaning = f"level {depth}"
    if depth:
        item.ContentSequence = [nested(depth - 1)]
    return item
