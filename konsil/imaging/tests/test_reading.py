"""Whatever a sender drops, the reader says what it is, and never falls over (F6.1, F6.4, D1)."""

import json
import zlib
from pathlib import Path

import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian

from konsil.core.finding import Finding
from konsil.imaging.reading import read
from konsil.imaging.tests.specimens import (
    SHIPPED,
    deeply_nested,
    nested,
    shipped,
    small_image,
    write,
)


def found(path: Path, out: Path) -> Finding:
    finding = read(path, out)
    assert finding is not None
    return finding


@pytest.mark.parametrize("path", shipped(), ids=lambda path: str(path.relative_to(SHIPPED)))
def test_every_public_sample_ends_as_a_finding_that_survives_json(
    path: Path, tmp_path: Path
) -> None:
    finding = read(path, tmp_path)

    if finding is None:
        assert path.suffix in {".txt", ".json", ".dump", ".gz", ".icc", ""} or _is_nameless(path)
    else:
        assert json.loads(json.dumps(finding, allow_nan=False))["kind"] == finding["kind"]
        assert bool(finding["reason"]) == (finding["kind"] == "broken")


def _is_nameless(path: Path) -> bool:
    """One sample begins in the middle of an element: nothing could tell that it is DICOM."""
    return path.name == "no_meta.dcm"


def test_an_image_is_told_by_its_own_words(tmp_path: Path) -> None:
    """F3.8, F3.9: the identity is the source's, untouched, for the comparison with the case."""
    path = write(
        small_image(IssuerOfPatientID="VALLEY", BodyPartExamined="CHEST", StudyDescription="CT"),
        tmp_path / "image",
    )

    finding = found(path, tmp_path)

    assert finding["identity"] == {
        "name": "Delgado^Rosa",
        "birth_date": "1971-03-09",
        "sex": "F",
        "patient_id": "V1",
        "issuer": "VALLEY",
    }
    facts = finding["facts"]
    assert (facts["study_uid"], facts["series_uid"], facts["sop_uid"]) == (
        "2.25.1",
        "2.25.2",
        "2.25.3",
    )
    assert (facts["study_date"], facts["study_time"]) == ("2026-11-12", "09:15:00")
    assert (facts["rows"], facts["columns"], facts["frames"]) == (6, 8, 1)
    assert facts["frame_media_type"] == "application/octet-stream"
    assert facts["metadata"]["00280010"] == {"vr": "US", "Value": [6]}
    assert "7FE00010" not in facts["metadata"]


def test_an_image_without_preamble_and_meta_is_still_an_image(tmp_path: Path) -> None:
    whole = write(small_image(), tmp_path / "whole").read_bytes()
    bare = tmp_path / "bare"
    bare.write_bytes(whole[whole.index(b"\x08\x00\x16\x00") :])

    finding = found(bare, tmp_path)

    assert finding["kind"] == "dicom"
    assert finding["facts"]["preamble"] is False
    assert finding["facts"]["has_pixels"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"MZ" + bytes(300),
        b"\x08\x00\x05\x00",
        b"\x02\x00" + bytes(400),
        b"\x08" * 500,
    ],
)
def test_what_is_not_dicom_is_left_to_others(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert read(path, tmp_path) is None


def test_a_truncated_image_is_listed_with_a_reason(tmp_path: Path) -> None:
    """F6.4: the sender learns what is wrong, and the file is still filed to its study."""
    path = write(small_image(), tmp_path / "IM000417")
    path.write_bytes(path.read_bytes()[:-30])

    finding = found(path, tmp_path)

    assert finding["kind"] == "broken"
    assert finding["reason"].startswith("breaks off in the middle")
    assert finding["facts"]["study_uid"] == "2.25.1"
    assert finding["identity"] is not None


def test_an_image_that_breaks_off_in_its_header_is_listed_too(tmp_path: Path) -> None:
    path = write(small_image(), tmp_path / "IM000417")
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"2.25.2") + 30])

    finding = found(path, tmp_path)

    assert (finding["kind"], finding["facts"]["study_uid"]) == ("broken", "2.25.1")


@pytest.mark.parametrize("levels", [100, 3000])
@pytest.mark.parametrize("undefined", [True, False])
def test_a_file_nested_too_deeply_is_refused_in_words(
    tmp_path: Path, levels: int, undefined: bool
) -> None:
    """pydicom #2330."""
    path = deeply_nested(tmp_path / "deep", levels, undefined=undefined)

    finding = found(path, tmp_path)

    assert finding["kind"] == "broken"
    assert "no image is" in finding["reason"]


def test_a_deflated_bomb_is_stopped_early(tmp_path: Path) -> None:
    """D4: not more than 64 MiB are written beyond the upload."""
    image = small_image()
    image.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    whole = write(image, tmp_path / "bomb").read_bytes()
    meta_end = 144 + int.from_bytes(whole[140:144], "little")
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    swollen = b"".join(engine.compress(bytes(1024 * 1024)) for _ in range(300)) + engine.flush()
    path = tmp_path / "bomb"
    path.write_bytes(whole[:meta_end] + swollen)

    finding = found(path, tmp_path)

    assert finding["kind"] == "broken"
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 66 * 1024 * 1024


def test_an_encapsulated_pdf_comes_out_as_it_went_in(tmp_path: Path) -> None:
    document = b"%PDF-1.4 the report"
    image = small_image(
        SOPClassUID=UID("1.2.840.10008.5.1.4.1.1.104.1"),
        MIMETypeOfEncapsulatedDocument="application/pdf",
        EncapsulatedDocument=document + b"\0",
        EncapsulatedDocumentLength=len(document),
    )
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    del image.PixelData
    path = write(image, tmp_path / "pdf")

    finding = found(path, tmp_path)

    assert [copy["role"] for copy in finding["copies"]] == ["pdf"]
    assert (tmp_path / finding["copies"][0]["name"]).read_bytes() == document


def test_a_structured_report_is_told_in_words(tmp_path: Path) -> None:
    finding = found(SHIPPED / "test-SR.dcm", tmp_path)

    assert finding["facts"]["has_pixels"] is False
    assert len(finding["facts"]["text"].splitlines()) > 3


def test_a_report_nested_as_reports_are_is_fine(tmp_path: Path) -> None:
    image = small_image(Modality="SR", ContentSequence=[nested(40)])
    del image.PixelData

    assert found(write(image, tmp_path / "sr"), tmp_path)["kind"] == "dicom"


def test_a_dicomdir_lists_its_files(tmp_path: Path) -> None:
    finding = found(SHIPPED / "dicomdirtests" / "DICOMDIR", tmp_path)

    assert finding["kind"] == "dicomdir"
    assert "77654033/CR1/6154" in finding["facts"]["files"]


@pytest.mark.parametrize(
    ("charset", "name", "written"),
    [
        ("ISO_IR 192", "Müller^Jörg", "Müller^Jörg"),
        ("ISO_IR 100", "Müller^Jörg", "Müller^Jörg"),
        ("ISO_IR 144", "Люкceмбypг", "Люкceмбypг"),
        ("GB18030", "Wang^XiaoDong=王^小东", "Wang^XiaoDong"),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎", "Yamada^Tarou"),
    ],
)
def test_names_are_read_in_the_sources_alphabet(
    tmp_path: Path, charset: str | list[str], name: str, written: str
) -> None:
    path = write(small_image(SpecificCharacterSet=charset, PatientName=name), tmp_path / "image")

    finding = found(path, tmp_path)

    assert finding["identity"] is not None
    assert finding["identity"]["name"] == written
    groups = finding["facts"]["metadata"]["00100010"]["Value"][0]
    assert "=".join(groups.values()) == name


def test_an_image_of_no_study_is_kept_but_says_so(tmp_path: Path) -> None:
    image = small_image()
    del image.StudyInstanceUID

    finding = found(write(image, tmp_path / "image"), tmp_path)

    assert finding["kind"] == "broken"
    assert "which study" in finding["reason"]


@pytest.mark.parametrize(
    ("birth", "told"), [("19710309", "1971-03-09"), ("19710231", None), ("", None), ("1971", None)]
)
def test_a_date_that_is_none_is_not_guessed(tmp_path: Path, birth: str, told: str | None) -> None:
    whole = write(small_image(PatientBirthDate="19710309"), tmp_path / "image").read_bytes()
    (tmp_path / "image").write_bytes(whole.replace(b"19710309", birth.ljust(8).encode()))

    identity = found(tmp_path / "image", tmp_path)["identity"]

    assert identity is not None
    assert identity["birth_date"] == told


def test_a_film_is_cut_out_whole(tmp_path: Path) -> None:
    film = b"\0\0\0\x18ftypmp42 and its picture"
    image = small_image(NumberOfFrames=25, PixelData=encapsulate([film]))
    image.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.102")
    image["PixelData"].VR = "OB"

    finding = found(write(image, tmp_path / "film"), tmp_path)

    assert finding["copies"] == [{"role": "video", "name": "video", "media_type": "video/mp4"}]
    assert (tmp_path / "video").read_bytes() == film
    assert finding["facts"]["lossy"]


@pytest.mark.peers
def test_the_public_samples_end_as_findings(tmp_path: Path, samples: Path) -> None:
    """F6.1: several hundred files of many makers."""
    kinds = {"dicom": 0, "broken": 0, "dicomdir": 0}
    for number, path in enumerate(sorted(file for file in samples.rglob("*") if file.is_file())):
        out = tmp_path / str(number)
        out.mkdir()
        finding = read(path, out)
        if finding is not None:
            kinds[finding["kind"]] += 1
            assert pydicom.misc.is_dicom(path) or not finding["facts"].get("preamble", True)

    assert kinds["dicom"] > 300
    assert kinds["broken"] < 40
