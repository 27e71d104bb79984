"""Write phantom pixels as DICOM files with all that a viewer and a validator ask for."""

import uuid
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, FileDataset
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEGBaseline8Bit, JPEGLSLossless

_NAMESPACE = uuid.UUID("0f7d7a0e-5c0f-4dbd-9b5c-2f7c6b8b1c3e")
_IMPLEMENTATION = UID("2.25.229463838393190561293452718612341917415")


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """Who was imaged, when and where: the study. `name` in DICOM's form, ``Delgado^Rosa``."""

    name: str
    birth_date: date | None
    sex: str
    patient_id: str
    study_date: date
    description: str
    kind: str
    institution: str = "Valley Imaging"
    accession: str = ""
    referrer: str = ""
    seed: int = 1

    def uid(self, *parts: object) -> UID:
        """The same sitting gives the same UIDs, another one never."""
        named = "/".join(
            str(part) for part in (self.patient_id, self.study_date, self.kind, self.seed, *parts)
        )
        return UID(f"2.25.{uuid.uuid5(_NAMESPACE, named).int}")

    def as_kind(self, kind: str, description: str) -> "Sitting":
        """The same visit, another examination."""
        return replace(self, kind=kind, description=description)


@dataclass(frozen=True, kw_only=True)
class Series:
    """One run of a device."""

    number: int
    modality: str
    description: str
    body_part: str
    sop_class: UID


def instance(sitting: Sitting, series: Series, number: int, time: str = "101500") -> FileDataset:
    """All of the header but the image itself."""
    data_set = FileDataset("", {}, file_meta=FileMetaDataset(), preamble=bytes(128))
    _patient_and_study(data_set, sitting, time)
    data_set.SOPClassUID = series.sop_class
    data_set.SOPInstanceUID = sitting.uid("instance", series.number, number)
    data_set.SeriesInstanceUID = sitting.uid("series", series.number)
    data_set.SeriesNumber = series.number
    data_set.SeriesDescription = series.description
    data_set.SeriesDate = data_set.ContentDate = data_set.AcquisitionDate = data_set.StudyDate
    data_set.SeriesTime = data_set.ContentTime = data_set.AcquisitionTime = time
    data_set.Modality = series.modality
    data_set.BodyPartExamined = series.body_part
    data_set.InstanceNumber = number
    data_set.PatientOrientation = ["L", "P"]
    return data_set


def _patient_and_study(data_set: Dataset, sitting: Sitting, time: str) -> None:
    data_set.SpecificCharacterSet = "ISO_IR 192"
    data_set.PatientName = sitting.name
    data_set.PatientID = sitting.patient_id
    data_set.PatientBirthDate = f"{sitting.birth_date:%Y%m%d}" if sitting.birth_date else ""
    data_set.PatientSex = sitting.sex
    data_set.StudyDate = f"{sitting.study_date:%Y%m%d}"
    data_set.StudyTime = time
    data_set.StudyInstanceUID = sitting.uid("study")
    data_set.StudyID = "1"
    data_set.StudyDescription = sitting.description
    data_set.AccessionNumber = sitting.accession
    data_set.ReferringPhysicianName = sitting.referrer
    data_set.InstitutionName = sitting.institution
    data_set.Manufacturer = "Phantom"
    data_set.ManufacturerModelName = "Computed from formulas"
    data_set.SoftwareVersions = "1"
    data_set.DeviceSerialNumber = "1"


def place(
    data_set: Dataset,
    sitting: Sitting,
    *,
    position: tuple[float, float, float],
    spacing: tuple[float, float],
    thickness: float,
) -> None:
    """Where an axial slice lies in the patient: the position of its first pixel, in mm."""
    data_set.FrameOfReferenceUID = sitting.uid("frame")
    data_set.PositionReferenceIndicator = ""
    data_set.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data_set.ImagePositionPatient = [round(value, 4) for value in position]
    data_set.PixelSpacing = [round(value, 6) for value in spacing]
    data_set.SliceThickness = round(thickness, 3)
    data_set.SliceLocation = round(position[2], 4)
    data_set.PatientPosition = "HFS"


def put_grey(
    data_set: FileDataset, pixels: NDArray[np.uint16], *, bits: int, compress: bool
) -> None:
    """Unsigned grey values of `bits` bits, compressed without loss if asked."""
    data_set.SamplesPerPixel = 1
    data_set.PhotometricInterpretation = "MONOCHROME2"
    data_set.Rows, data_set.Columns = pixels.shape
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit = 16, bits, bits - 1
    data_set.PixelRepresentation = 0
    if compress:
        from jpeg_ls import encode_pixel_data

        stream = encode_pixel_data(
            np.ascontiguousarray(pixels, "<u2").tobytes(),
            rows=pixels.shape[0],
            columns=pixels.shape[1],
            samples_per_pixel=1,
            bits_stored=bits,
        )
        data_set.PixelData = encapsulate([bytes(stream)])
        data_set["PixelData"].VR = "OB"
        _say_syntax(data_set, JPEGLSLossless)
    else:
        data_set.PixelData = np.ascontiguousarray(pixels, "<u2").tobytes()
        data_set["PixelData"].VR = "OW"
        _say_syntax(data_set, ExplicitVRLittleEndian)


def put_colour(data_set: FileDataset, jpegs: list[bytes], rows: int, columns: int) -> None:
    """JPEG frames of 8-bit colour, with 4:2:2 chroma."""
    data_set.SamplesPerPixel = 3
    data_set.PlanarConfiguration = 0
    data_set.PhotometricInterpretation = "YBR_FULL_422"
    data_set.Rows, data_set.Columns = rows, columns
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit = 8, 8, 7
    data_set.PixelRepresentation = 0
    data_set.NumberOfFrames = len(jpegs)
    data_set.LossyImageCompression = "01"
    data_set.LossyImageCompressionMethod = "ISO_10918_1"
    raw = rows * columns * 3 * len(jpegs)
    data_set.LossyImageCompressionRatio = round(raw / sum(map(len, jpegs)), 2)
    data_set.PixelData = encapsulate(jpegs)
    data_set["PixelData"].VR = "OB"
    _say_syntax(data_set, JPEGBaseline8Bit)


def _say_syntax(data_set: FileDataset, syntax: UID) -> None:
    meta: Any = data_set.file_meta
    meta.TransferSyntaxUID = syntax
    meta.MediaStorageSOPClassUID = data_set.SOPClassUID
    meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    meta.ImplementationClassUID = _IMPLEMENTATION
    meta.ImplementationVersionName = "KONSIL_DEMO"


def save(data_set: FileDataset, path: Path) -> Path:
    """Write a conformant file (PS3.10) and give its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data_set.save_as(path, enforce_file_format=True)
    return path
