"""Service lines that are ready to begin with: a hospital takes one and makes it its own."""

from dataclasses import dataclass, field
from typing import Any

INCLUDED = [
    "Your records read by a specialist",
    "A written answer to each of your questions",
    "Collecting your records from clinics",
    "Up to three further questions afterwards",
]
SECTIONS = [
    {"key": "summary", "title": "In short", "required": True},
    {"key": "history", "title": "What happened so far", "required": False},
    {"key": "imaging", "title": "The images, read again", "required": True},
    {"key": "assessment", "title": "What I think it is", "required": True},
    {"key": "advice", "title": "What I advise", "required": True},
]
WITHOUT_IMAGES = [each for each in SECTIONS if each["key"] != "imaging"]


@dataclass(frozen=True)
class Ready:
    """One template: everything but the price, which is the hospital's own."""

    slug: str
    name: str
    programme: str
    specialty: str
    about: str
    conditions: list[str]
    questions: list[str]
    checklist: list[dict[str, Any]]
    sections: list[dict[str, Any]] = field(default_factory=lambda: SECTIONS)


def _images(name: str, modality: str, key: str = "images") -> dict[str, Any]:
    return {"key": key, "name": name, "kind": "study", "modality": modality}


def _paper(name: str, key: str, *words: str) -> dict[str, Any]:
    return {"key": key, "name": name, "kind": "paper", "words": list(words)}


REPORT = _paper("Radiology report", "report", "radiology")
PATHOLOGY = _paper("Pathology report", "pathology", "pathology")
LETTER = _paper("Your doctor’s letter", "letter", "letter")
CANCER = [
    "Is the diagnosis right?",
    "Which treatments are there, and which would you choose?",
    "Is there a trial that fits?",
]

READY = (
    Ready(
        "lung",
        "Lung: a spot or a tumor",
        "Cancer",
        "Thoracic oncology",
        "A second opinion on a spot, a nodule or a tumor in the lung.",
        ["a spot on the lung", "lung cancer", "a nodule that grows"],
        CANCER,
        [_images("CT of the chest", "CT"), REPORT, PATHOLOGY, LETTER],
    ),
    Ready(
        "breast",
        "Breast: a finding or a cancer",
        "Cancer",
        "Breast oncology",
        "A second opinion on a finding in the breast or on a breast cancer.",
        ["breast cancer", "a lump in the breast", "a finding in a mammogram", "DCIS"],
        CANCER,
        [_images("Mammogram", "MG"), _images("MRI of the breast", "MR", "mr"), REPORT, PATHOLOGY],
    ),
    Ready(
        "prostate",
        "Prostate: a finding or a cancer",
        "Cancer",
        "Urologic oncology",
        "A second opinion on a raised PSA, a finding or a cancer of the prostate.",
        ["prostate cancer", "a raised PSA"],
        CANCER,
        [_images("MRI of the prostate", "MR"), PATHOLOGY, _paper("PSA values", "psa", "psa")],
    ),
    Ready(
        "brain",
        "Brain: a tumor or a finding",
        "Cancer",
        "Neuro-oncology",
        "A second opinion on a tumor or an unclear finding in the brain.",
        ["a brain tumor", "a finding in a brain scan", "glioma", "meningioma"],
        CANCER,
        [_images("MRI of the brain", "MR"), REPORT, PATHOLOGY],
    ),
    Ready(
        "spine",
        "Spine: pain or an operation",
        "Spine",
        "Spine surgery",
        "A second opinion before an operation on the spine, or after one that did not help.",
        ["a slipped disc", "spinal stenosis", "back pain", "scoliosis"],
        ["Do I need the operation?", "What else can be tried first?"],
        [_images("MRI of the spine", "MR"), _images("X-ray of the spine", "DX", "xray"), LETTER],
    ),
    Ready(
        "heart",
        "Heart: valves and rhythm",
        "Heart",
        "Cardiology",
        "A second opinion on a disease of the heart's valves, muscle or rhythm.",
        ["a leaking valve", "atrial fibrillation", "heart failure", "aortic stenosis"],
        ["Do I need a procedure, and which?", "Are my medicines the right ones?"],
        [_images("Ultrasound of the heart", "US"), _paper("ECG", "ecg", "ecg"), LETTER],
    ),
    Ready(
        "empty",
        "Something else",
        "",
        "",
        "",
        [],
        [],
        [LETTER],
        WITHOUT_IMAGES,
    ),
)
BY_SLUG = {ready.slug: ready for ready in READY}
