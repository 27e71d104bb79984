"""Lay out images as on a DICOM disc (PS3.10, PS3.11 General Purpose) for whoever takes them home.

Nothing is read but the facts and nothing is written: the caller streams each file to its place.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from konsil.imaging import syntaxes
from konsil.imaging.dicomdir import (
    Record,
    directory,
    instance_record,
    patient_record,
    series_record,
    study_record,
)

LABEL = "KONSIL"
NEEDS_PREAMBLE = "has no preamble, which media require"
NEEDS_EXPLICIT = "is in implicit VR, which older readers of media refuse"


class MediaFile(NamedTuple):
    """Where a file goes. `convert` says what keeps it from being conformant, else it is ""."""

    file_id: str
    path: Path
    convert: str


class Medium(NamedTuple):
    """The files, in the order of the directory, and the DICOMDIR's bytes."""

    files: list[MediaFile]
    dicomdir: bytes


Instance = tuple[Mapping[str, Any], Path]


def medium(instances: Iterable[Instance], *, label: str = LABEL) -> Medium:
    """The layout of these instances, each given as its `reading.read` facts and original.

    File IDs are DICOM/ST0001/SE0001/IM000001 (PS3.10 §8.2). Files stay as they are and UIDs are
    never changed; an instance given twice is laid down once.
    """
    tree = _Tree()
    for facts, path in sorted(instances, key=_order):
        tree.add(facts, path)
    return Medium(tree.files, directory(tree.patients, label))


def _order(instance: Instance) -> tuple[Any, ...]:
    facts, _ = instance
    return (
        _patient_key(facts),
        facts["study_date"] or "",
        facts["study_uid"],
        facts["series_number"] or 0,
        facts["series_uid"],
        facts["instance_number"] or 0,
        facts["sop_uid"],
    )


def _patient_key(facts: Mapping[str, Any]) -> tuple[str, str]:
    metadata = facts["metadata"]
    return (repr(metadata.get("00100020")), repr(metadata.get("00100010")))


class _Tree:
    """The directory as it grows; the instances come in order."""

    def __init__(self) -> None:
        self.patients: list[Record] = []
        self.files: list[MediaFile] = []
        self._known: dict[tuple[str, ...], tuple[Record, str]] = {}
        self._seen: set[str] = set()
        self._studies = 0

    def add(self, facts: Mapping[str, Any], path: Path) -> None:
        if facts["sop_uid"] in self._seen:
            return
        self._seen.add(facts["sop_uid"])
        series, folder = self._series(facts)
        number = len(series.below) + 1
        file_id = f"{folder}/IM{number:06d}"
        syntax = facts["original_transfer_syntax"]
        series.below.append(instance_record(facts["metadata"], number, file_id, syntax))
        self.files.append(MediaFile(file_id, path, _must_convert(facts)))

    def _series(self, facts: Mapping[str, Any]) -> tuple[Record, str]:
        study, folder = self._study(facts)
        key = (*_patient_key(facts), facts["study_uid"], facts["series_uid"])
        if key not in self._known:
            number = len(study.below) + 1
            record = series_record(facts["metadata"], number)
            study.below.append(record)
            self._known[key] = (record, f"{folder}/SE{number:04d}")
        return self._known[key]

    def _study(self, facts: Mapping[str, Any]) -> tuple[Record, str]:
        patient = self._patient(facts)
        key = (*_patient_key(facts), facts["study_uid"])
        if key not in self._known:
            self._studies += 1
            record = study_record(facts["metadata"], self._studies)
            patient.below.append(record)
            self._known[key] = (record, f"DICOM/ST{self._studies:04d}")
        return self._known[key]

    def _patient(self, facts: Mapping[str, Any]) -> Record:
        key = _patient_key(facts)
        if key not in self._known:
            record = patient_record(facts["metadata"])
            self.patients.append(record)
            self._known[key] = (record, "")
        return self._known[key][0]


def _must_convert(facts: Mapping[str, Any]) -> str:
    if not facts.get("preamble", True):
        return NEEDS_PREAMBLE
    return NEEDS_EXPLICIT if facts["original_transfer_syntax"] == syntaxes.IMPLICIT else ""
