"""Our rows as the DICOM JSON Model (PS3.18 Annex F). Pure translation: no request, no query."""

from typing import Any

from konsil.imaging.models import Instance, Series, Study

Attributes = dict[str, Any]


def attribute(vr: str, value: Any) -> dict[str, Any]:
    """One attribute; PS3.18 F.2.5 wants an empty one to have no `Value` at all."""
    if value in (None, ""):
        return {"vr": vr}
    return {"vr": vr, "Value": value if isinstance(value, list) else [value]}


def study_attributes(
    study: Study, *, modalities: list[str], series: int, images: int
) -> Attributes:
    """A study as QIDO-RS answers it (PS3.18 10.6.3.3, Table 10.6.3-3)."""
    name = {"Alphabetic": study.patient_name} if study.patient_name else None
    return {
        "00080020": attribute("DA", study.study_date and f"{study.study_date:%Y%m%d}"),
        "00080030": attribute("TM", study.study_time and f"{study.study_time:%H%M%S}"),
        "00080050": attribute("SH", study.accession),
        "00080061": attribute("CS", modalities),
        "00081030": attribute("LO", study.description),
        "00100010": attribute("PN", name),
        "00100020": attribute("LO", study.patient_id),
        "0020000D": attribute("UI", study.uid),
        "00201206": attribute("IS", series),
        "00201208": attribute("IS", images),
    }


def series_attributes(series: Series, *, images: int) -> Attributes:
    """A series (Table 10.6.3-4)."""
    return {
        "00080060": attribute("CS", series.modality),
        "0008103E": attribute("LO", series.description),
        "00180015": attribute("CS", series.body_part),
        "0020000D": attribute("UI", series.study.uid),
        "0020000E": attribute("UI", series.uid),
        "00200011": attribute("IS", series.number),
        "00201209": attribute("IS", images),
    }


def instance_attributes(image: Instance) -> Attributes:
    """An instance (Table 10.6.3-5)."""
    return {
        "00080016": attribute("UI", image.sop_class),
        "00080018": attribute("UI", image.uid),
        "0020000D": attribute("UI", image.series.study.uid),
        "0020000E": attribute("UI", image.series.uid),
        "00200013": attribute("IS", image.number),
        "00280008": attribute("IS", image.frames or None),
        "00280010": attribute("US", image.rows),
        "00280011": attribute("US", image.columns),
    }
