"""The demo's images are valid, the same every time, and about nobody (F3.6, F3.10)."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.fileset import FileSet

from konsil.demo import phantoms
from konsil.imaging.reading import read
from konsil.imaging.tests.specimens import served_array

ROSA: phantoms.Whose = {
    "name": "Delgado^Rosa",
    "birth_date": date(1971, 3, 9),
    "sex": "F",
    "patient_id": "VI-204417",
    "study_date": date(2026, 11, 12),
    "seed": 4,
}


def test_a_chest_ct_is_a_series_that_a_viewer_can_stack(tmp_path: Path) -> None:
    paths = phantoms.ct_chest(tmp_path, slices=12, size=128, **ROSA)

    findings = [read(path, tmp_path) for path in paths]

    assert all(finding is not None and finding["kind"] == "dicom" for finding in findings)
    facts = [finding["facts"] for finding in findings if finding is not None]
    assert len({fact["series_uid"] for fact in facts}) == 1
    assert len({fact["sop_uid"] for fact in facts}) == 12
    heights = [fact["position"][2] for fact in facts]
    assert np.allclose(np.diff(heights), -phantoms.HEIGHT / 12, atol=1e-3)
    assert facts[0]["transfer_syntax"] == "1.2.840.10008.1.2.4.80"


def test_the_chest_has_lungs_bones_and_a_heart(tmp_path: Path) -> None:
    """Looks like anatomy: each tissue has its share, in Hounsfield units."""
    path = phantoms.ct_chest(tmp_path, slices=8, size=256, **ROSA)[4]

    units = dcmread(path).pixel_array.astype(int) - 1024

    share = {
        "air outside": (units < -950).mean(),
        "lung": ((units > -930) & (units < -700)).mean(),
        "soft": ((units > 0) & (units < 100)).mean(),
        "lit blood": ((units > 130) & (units < 230)).mean(),
        "bone": (units > 300).mean(),
    }
    assert 0.3 < share["air outside"] < 0.75
    assert 0.05 < share["lung"] < 0.35
    assert 0.08 < share["soft"] < 0.4
    assert 0.005 < share["lit blood"] < 0.2
    assert 0.005 < share["bone"] < 0.1


def test_the_nodule_can_be_seen_and_left_out(tmp_path: Path) -> None:
    slices = 20
    with_it = phantoms.ct_chest(tmp_path / "a", slices=slices, size=256, **ROSA)
    without = phantoms.ct_chest(tmp_path / "b", slices=slices, size=256, nodule=False, **ROSA)

    apart = [
        np.abs(dcmread(a).pixel_array.astype(int) - dcmread(b).pixel_array).max()
        for a, b in zip(with_it, without, strict=True)
    ]

    assert max(apart) > 500
    assert sum(difference > 0 for difference in apart) <= 2


def test_the_same_seed_gives_the_same_bytes_and_another_patient_other_uids(tmp_path: Path) -> None:
    one = phantoms.mr_brain(tmp_path / "a", slices=2, size=64, **ROSA)
    again = phantoms.mr_brain(tmp_path / "b", slices=2, size=64, **ROSA)
    other = phantoms.mr_brain(
        tmp_path / "c", slices=2, size=64, **(ROSA | phantoms.Whose(patient_id="VI-9"))
    )

    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in again]
    uids = [{dcmread(path).SOPInstanceUID for path in paths} for paths in (one, other)]
    assert uids[0].isdisjoint(uids[1])


def test_a_brain_comes_in_two_weightings(tmp_path: Path) -> None:
    paths = phantoms.mr_brain(tmp_path, slices=3, size=64, **ROSA)

    seen = [dcmread(path) for path in paths]

    assert [data_set.SeriesDescription for data_set in seen] == ["T1 axial"] * 3 + ["T2 axial"] * 3
    assert len({data_set.StudyInstanceUID for data_set in seen}) == 1
    assert len({data_set.FrameOfReferenceUID for data_set in seen}) == 1


def test_an_ultrasound_moves_and_has_colour(tmp_path: Path) -> None:
    (path,) = phantoms.us_cine(tmp_path, frames=4, **ROSA)
    finding = read(path, tmp_path)
    assert finding is not None

    film = served_array(path, tmp_path, finding)

    assert film.shape == (4, 480, 640, 3)
    assert finding["facts"]["lossy"]
    assert np.abs(film[0].astype(int) - film[1]).mean() > 1
    assert (film[0][..., 0].astype(int) - film[0][..., 2] > 100).sum() > 500


def test_a_radiograph_is_bright_in_the_spine_and_dark_in_the_lung(tmp_path: Path) -> None:
    (path,) = phantoms.cr_chest(tmp_path, **ROSA)

    grey = dcmread(path).pixel_array.astype(int)

    assert grey.shape == (1080, 1280)
    assert grey[500, 620:660].mean() > grey[400, 400:440].mean() + 600


@pytest.mark.parametrize("stranger", [None, "Moreno^Luis"])
def test_a_clinics_disc_holds_what_such_discs_hold(tmp_path: Path, stranger: str | None) -> None:
    """F3.6, F3.10: viewer programs to be skipped, and perhaps somebody else's study."""
    disc = tmp_path / "disc"

    paths = phantoms.cd_folder(disc, slices=4, size=64, radiograph=False, stranger=stranger, **ROSA)

    assert (disc / "VIEWER" / "viewer.exe").read_bytes()[:2] == b"MZ"
    assert (disc / "AUTORUN.INF").exists()
    assert len(FileSet(disc / "DICOMDIR")) == len(paths)
    names = {str(dcmread(path).PatientName) for path in paths}
    assert names == {"Delgado^Rosa"} | ({stranger} if stranger else set())
    assert {path.relative_to(disc).parts[0] for path in paths} == {"DICOM"}
    assert [path.name for path in tmp_path.iterdir()] == ["disc"]
