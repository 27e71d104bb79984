"""Series of imaginary patients that look like anatomy, made in seconds and the same every time.

No one was ever imaged: all pixels come from formulas. Each function takes the sitting's keywords
(`name` as ``Delgado^Rosa``, `birth_date`, `sex`, `patient_id`, `study_date`, `description`,
`institution`, `accession`, `referrer`, `seed`) and returns the paths it wrote into `out`.
"""

import shutil
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np
from pydicom import FileDataset
from pydicom.uid import UID

from konsil.demo.phantom import devices, ultrasound
from konsil.demo.phantom.brain import HEIGHT as HEAD
from konsil.demo.phantom.brain import TISSUE, Brain, Weighting, bias
from konsil.demo.phantom.canvas import Canvas, rolled, softened, texture
from konsil.demo.phantom.disc import lay_out
from konsil.demo.phantom.radiograph import enlarged, shadow
from konsil.demo.phantom.thorax import AIR, FIELD, HEIGHT, Nodule, Thorax
from konsil.demo.phantom.writing import (
    Series,
    Sitting,
    instance,
    place,
    put_colour,
    put_grey,
    save,
)

CT = UID("1.2.840.10008.5.1.4.1.1.2")
MR = UID("1.2.840.10008.5.1.4.1.1.4")
US_CINE = UID("1.2.840.10008.5.1.4.1.1.3.1")
DX = UID("1.2.840.10008.5.1.4.1.1.1.1")
HEAD_FIELD = 230.0


class Whose(TypedDict, total=False):
    """The sitting's keywords; those from `name` to `study_date` are needed."""

    name: str
    birth_date: date | None
    sex: str
    patient_id: str
    study_date: date
    description: str
    institution: str
    accession: str
    referrer: str
    seed: int


def _sitting(kind: str, description: str, whose: Whose) -> Sitting:
    return Sitting(kind=kind, **({"description": description} | whose))


def ct_chest(
    out: Path,
    *,
    slices: int = 100,
    size: int = 512,
    nodule: bool = True,
    compress: bool = True,
    **whose: Unpack[Whose],
) -> list[Path]:
    """A CT of the chest with contrast: `slices` of `size` px over 320 mm, size at most 512."""
    sitting = _sitting("ct-chest", "CT chest with contrast", whose)
    series = Series(
        number=2,
        modality="CT",
        description="Chest axial 3 mm",
        body_part="CHEST",
        sop_class=CT,
    )
    return [
        save(data_set, out / f"CT{number:04d}.dcm")
        for number, data_set in _ct(sitting, series, (slices, size, nodule, compress))
    ]


def _ct(
    sitting: Sitting, series: Series, how: tuple[int, int, bool, bool]
) -> Iterator[tuple[int, FileDataset]]:
    slices, size, nodule, compress = how
    rng = np.random.default_rng(sitting.seed)
    thorax = Thorax(sitting.seed, Nodule() if nodule else None)
    noise = texture(rng, size, 0.05, 0.25)
    step, pixel = HEIGHT / slices, FIELD / size
    for number in range(1, slices + 1):
        depth = (number - 0.5) * step
        canvas = Canvas(size, size, FIELD, FIELD, AIR)
        thorax.paint(canvas, depth)
        thorax.couch(canvas)
        units = softened(canvas.image) + 12 * rolled(rng, noise, (size, size))
        data_set = instance(sitting, series, number)
        corner = (pixel - FIELD) / 2
        place(
            data_set,
            sitting,
            position=(corner, corner, -depth),
            spacing=(pixel, pixel),
            thickness=step,
        )
        devices.ct_acquisition(data_set)
        stored = np.clip(np.rint(units + 1024), 0, 4095).astype(np.uint16)
        put_grey(data_set, stored, bits=12, compress=compress)
        yield number, data_set


def mr_brain(
    out: Path,
    *,
    slices: int = 30,
    size: int = 256,
    weightings: tuple[Weighting, ...] = ("T1", "T2"),
    lesion: bool = True,
    compress: bool = True,
    **whose: Unpack[Whose],
) -> list[Path]:
    """An MR of the brain, one axial series for each weighting, at most 256 px."""
    sitting = _sitting("mr-brain", "MR brain without contrast", whose)
    paths = []
    for order, weighting in enumerate(weightings):
        series = Series(
            number=order + 2,
            modality="MR",
            description=f"{weighting} axial",
            body_part="BRAIN",
            sop_class=MR,
        )
        for number, data_set in _mr(sitting, series, weighting, (slices, size, lesion, compress)):
            paths.append(save(data_set, out / f"MR{series.number}{number:03d}.dcm"))
    return paths


def _mr(
    sitting: Sitting, series: Series, weighting: Weighting, how: tuple[int, int, bool, bool]
) -> Iterator[tuple[int, FileDataset]]:
    slices, size, lesion, compress = how
    rng = np.random.default_rng(sitting.seed + series.number)
    brain = Brain(sitting.seed, lesion=lesion)
    step, pixel = HEAD / slices, HEAD_FIELD / size
    for number in range(1, slices + 1):
        depth = (number - 0.5) * step
        canvas = Canvas(size, size, HEAD_FIELD, HEAD_FIELD, TISSUE[weighting]["air"])
        signal = softened(brain.paint(canvas, depth, weighting)) * bias(canvas)
        noisy = np.hypot(signal + rng.normal(0, 13, signal.shape), rng.normal(0, 13, signal.shape))
        data_set = instance(sitting, series, number, "104000")
        corner = (pixel - HEAD_FIELD) / 2
        place(
            data_set,
            sitting,
            position=(corner, corner, -depth),
            spacing=(pixel, pixel),
            thickness=step,
        )
        devices.mr_acquisition(data_set, weighting)
        put_grey(data_set, np.clip(noisy, 0, 4095).astype(np.uint16), bits=12, compress=compress)
        yield number, data_set


def us_cine(out: Path, *, frames: int = 20, **whose: Unpack[Whose]) -> list[Path]:
    """A breathing liver with colour flow, one multi-frame object at 10 frames a second."""
    from PIL import Image

    sitting = _sitting("us-liver", "Ultrasound of the liver", whose)
    series = Series(
        number=1,
        modality="US",
        description="Liver, colour flow",
        body_part="ABDOMEN",
        sop_class=US_CINE,
    )
    jpegs = []
    for picture in ultrasound.frames(sitting.seed, frames):
        sink = BytesIO()
        Image.fromarray(picture).save(sink, "JPEG", quality=86, subsampling=1)
        jpegs.append(sink.getvalue())
    data_set = instance(sitting, series, 1, "113000")
    devices.us_acquisition(data_set)
    put_colour(data_set, jpegs, ultrasound.ROWS, ultrasound.COLUMNS)
    return [save(data_set, out / "US0001.dcm")]


def cr_chest(
    out: Path, *, nodule: bool = True, compress: bool = True, **whose: Unpack[Whose]
) -> list[Path]:
    """A chest radiograph, seen from the front: the chest's density summed from front to back."""
    sitting = _sitting("dx-chest", "Chest radiograph PA", whose)
    series = Series(
        number=1, modality="DX", description="Chest PA", body_part="CHEST", sop_class=DX
    )
    film = shadow(Thorax(sitting.seed, Nodule() if nodule else None))
    rng = np.random.default_rng(sitting.seed)
    rows, columns = 1080, 1280
    grey = enlarged(film, rows, columns) + rng.normal(0, 14, (rows, columns))
    data_set = instance(sitting, series, 1, "090500")
    devices.dx_acquisition(data_set)
    pixels = np.clip(np.rint(grey), 0, 4095).astype(np.uint16)
    put_grey(data_set, pixels, bits=12, compress=compress)
    return [save(data_set, out / "DX0001.dcm")]


def cd_folder(
    out: Path,
    *,
    slices: int = 40,
    size: int = 512,
    radiograph: bool = True,
    stranger: str | None = None,
    compress: bool = False,
    **whose: Unpack[Whose],
) -> list[Path]:
    """A clinic's CD: DICOMDIR, DICOM/ST0001/…, a viewer program, autorun and a read-me.

    With `stranger` (a name like ``Moreno^Luis``) one more study lies on it that is about somebody
    else. Returns the paths of the images on the disc.
    """
    made = out.parent / f".{out.name}.making"
    paths = ct_chest(made / "ct", slices=slices, size=size, compress=compress, **whose)
    if radiograph:
        paths += cr_chest(made / "dx", compress=compress, **whose)
    if stranger is not None:
        other = whose | Whose(
            name=stranger,
            birth_date=date(1958, 7, 21),
            patient_id=f"{whose['patient_id']}7",
            seed=whose.get("seed", 1) + 91,
        )
        paths += mr_brain(made / "other", slices=6, weightings=("T2",), compress=compress, **other)
    laid = lay_out(out, paths)
    shutil.rmtree(made)
    return [out / file.file_id for file in laid.files]
