"""What the patient takes home opens in any DICOM reader, and nothing in it was changed (F11)."""

import shutil
from pathlib import Path

import gdcm
import pytest
from pydicom import dcmread
from pydicom.fileset import FileSet
from pydicom.uid import ImplicitVRLittleEndian

from konsil.imaging.media import Instance, medium
from konsil.imaging.reading import read
from konsil.imaging.tests.specimens import SHIPPED, shipped, small_image, write


def _instances(paths: list[Path], out: Path) -> list[Instance]:
    found = [(read(path, out), path) for path in paths]
    return [
        (finding["facts"], path)
        for finding, path in found
        if finding is not None and finding["kind"] == "dicom"
    ]


def _burn(instances: list[Instance], disc: Path) -> FileSet:
    laid = medium(instances)
    for file in laid.files:
        target = disc / file.file_id
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file.path, target)
    (disc / "DICOMDIR").write_bytes(laid.dicomdir)
    return FileSet(disc / "DICOMDIR")


@pytest.mark.filterwarnings("ignore")
def test_a_disc_of_everything_opens_in_two_readers(tmp_path: Path) -> None:
    """F11: images, reports, plans and doses of many makers on one disc."""
    disc = tmp_path / "disc"
    instances = _instances(shipped(), tmp_path)

    laid = _burn(instances, disc)

    assert len(laid) == len({facts["sop_uid"] for facts, _ in instances})
    assert {entry.SOPInstanceUID for entry in laid} == {facts["sop_uid"] for facts, _ in instances}
    reader = gdcm.Reader()
    reader.SetFileName(str(disc / "DICOMDIR"))
    assert reader.Read()


def test_every_file_is_the_one_that_arrived(tmp_path: Path) -> None:
    """D3, F3.8: bytes and UIDs are never changed."""
    paths = [SHIPPED / "CT_small.dcm", SHIPPED / "MR_small_RLE.dcm"]

    laid = medium(_instances(paths, tmp_path))

    assert sorted(file.path for file in laid.files) == sorted(paths)
    assert {file.file_id for file in laid.files} == {
        "DICOM/ST0001/SE0001/IM000001",
        "DICOM/ST0002/SE0001/IM000001",
    }


def test_images_lie_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    paths = [
        write(small_image(SOPInstanceUID=f"2.25.{30 + n}", InstanceNumber=n), tmp_path / f"{n}")
        for n in (12, 3, 7)
    ]

    laid = medium(_instances(paths, tmp_path))

    assert [file.path.name for file in laid.files] == ["3", "7", "12"]
    assert [file.file_id[-8:] for file in laid.files] == ["IM000001", "IM000002", "IM000003"]


def test_the_same_image_twice_is_laid_down_once(tmp_path: Path) -> None:
    path = write(small_image(), tmp_path / "image")

    assert len(medium(_instances([path, path], tmp_path)).files) == 1


def test_two_patients_on_one_disc_stay_two(tmp_path: Path) -> None:
    """The same study UID under two names is not merged (D7)."""
    one = write(small_image(), tmp_path / "one")
    two = write(small_image(PatientName="Moreno^Luis", SOPInstanceUID="2.25.4"), tmp_path / "two")

    laid = _burn(_instances([one, two], tmp_path), tmp_path / "disc")

    assert len(laid.find_values("PatientName")) == 2


def test_a_name_in_any_alphabet_is_readable_in_the_directory(tmp_path: Path) -> None:
    path = write(
        small_image(SpecificCharacterSet="ISO_IR 100", PatientName="Müller^Jörg"),
        tmp_path / "image",
    )

    laid = _burn(_instances([path], tmp_path), tmp_path / "disc")

    assert [str(name) for name in laid.find_values("PatientName")] == ["Müller^Jörg"]


def test_what_media_would_refuse_is_named(tmp_path: Path) -> None:
    implicit = small_image(SOPInstanceUID="2.25.5")
    implicit.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    whole = write(small_image(), tmp_path / "whole").read_bytes()
    bare = tmp_path / "bare"
    bare.write_bytes(whole[whole.index(b"\x08\x00\x16\x00") :])
    good = write(small_image(SOPInstanceUID="2.25.6"), tmp_path / "good")

    laid = medium(_instances([write(implicit, tmp_path / "implicit"), bare, good], tmp_path))

    why = {file.path.name: file.convert for file in laid.files}
    assert "implicit" in why["implicit"]
    assert "preamble" in why["bare"]
    assert why["good"] == ""


def test_an_empty_disc_has_an_empty_directory(tmp_path: Path) -> None:
    (tmp_path / "DICOMDIR").write_bytes(medium([]).dicomdir)

    assert len(dcmread(tmp_path / "DICOMDIR").DirectoryRecordSequence) == 0


def test_the_same_files_give_the_same_directory(tmp_path: Path) -> None:
    instances = _instances([SHIPPED / "CT_small.dcm", SHIPPED / "MR_small.dcm"], tmp_path)

    assert medium(instances).dicomdir == medium(reversed(instances)).dicomdir
