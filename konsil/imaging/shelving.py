"""Where DICOM files are put: into studies, series and instances, each a line of the record."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from konsil.cases.models import Case, Exhibit
from konsil.imaging.jobs import picture_soon
from konsil.imaging.models import Instance, Series, Study
from konsil.parcels.models import Filing, Parcel
from konsil.parcels.shelves import shelf

MODALITIES = {
    "CT": "CT",
    "MR": "MRI",
    "CR": "X-ray",
    "DX": "X-ray",
    "MG": "Mammogram",
    "US": "Ultrasound",
    "NM": "Nuclear medicine",
    "PT": "PET",
    "XA": "Angiogram",
    "SM": "Slide",
    "SC": "Picture",
    "OT": "Picture",
    "SR": "Report with the images",
    "DOC": "Paper with the images",
}
TWICE = "This image came twice with different contents. The first one is shown."


@shelf("dicom")
def put(case: Case, filings: Sequence[Filing], *, parcel: Parcel) -> None:
    """File each image under its study, whatever patient it names; UIDs are never changed."""
    by_study: dict[tuple[str, bool], list[Filing]] = defaultdict(list)
    for filing in filings:
        uid = _facts(filing).get("study_uid") or ""
        by_study[uid, filing.state == Filing.State.SET_ASIDE].append(filing)
    for (uid, aside), some in by_study.items():
        study = _study(case, uid, some, parcel=parcel, aside=aside)
        _fill(study, some)
        _describe(study)
        picture_soon(study)


def _facts(filing: Filing) -> dict[str, Any]:
    facts: dict[str, Any] = filing.holding.facts if filing.holding else {}
    return facts


def _study(case: Case, uid: str, filings: list[Filing], *, parcel: Parcel, aside: bool) -> Study:
    known: Study | None = (
        Study.objects.select_related("exhibit").filter(case=case, uid=uid, aside=aside).first()
    )
    if known:
        return known
    first = _facts(filings[0])
    identity = (filings[0].holding.identity if filings[0].holding else None) or {}
    exhibit = Exhibit.objects.create(
        case=case,
        sort=Exhibit.Sort.STUDY,
        title="Images",
        source=parcel.sender,
        state=Exhibit.State.SET_ASIDE if aside else Exhibit.State.SHOWN,
        reason=filings[0].reason if aside else "",
        object_id=case.pk,
    )
    study: Study = Study.objects.create(
        case=case,
        exhibit=exhibit,
        uid=uid,
        aside=aside,
        study_date=first.get("study_date") or None,
        study_time=first.get("study_time") or None,
        description=str(first.get("description") or "")[:200],
        accession=str(first.get("accession") or "")[:64],
        institution=str(first.get("institution_name") or "")[:120],
        patient_name=str(identity.get("name") or "")[:200],
        patient_id=str(identity.get("patient_id") or "")[:64],
    )
    exhibit.object_id = study.pk
    exhibit.save(update_fields=["object_id"])
    return study


def _fill(study: Study, filings: list[Filing]) -> None:
    series = {row.uid: row for row in study.series.all()}
    for filing in filings:
        facts = _facts(filing)
        uid = str(facts.get("series_uid") or "")
        if uid not in series:
            series[uid] = Series.objects.create(
                case=study.case,
                study=study,
                uid=uid,
                number=facts.get("series_number"),
                modality=str(facts.get("modality") or "")[:16],
                description=str(facts.get("series_description") or "")[:200],
                body_part=str(facts.get("body_part") or "")[:64],
            )
        filing.exhibit = study.exhibit
    here = set(Instance.objects.filter(series__study=study).values_list("series__uid", "uid"))
    new = []
    for filing in filings:
        facts = _facts(filing)
        key = (str(facts.get("series_uid") or ""), str(facts.get("sop_uid") or ""))
        if key in here:
            filing.reason = TWICE
            continue
        here.add(key)
        new.append(_instance(study, series[key[0]], filing))
    Instance.objects.bulk_create(new)


def _instance(study: Study, series: Series, filing: Filing) -> Instance:
    facts, holding = _facts(filing), filing.holding
    if holding is None:
        raise ValueError("An image without bytes cannot be filed.")
    in_original = facts.get("frames_in", "original") == "original"
    copy = holding.copies.get("frames", {}).get("sha256", "")
    index = facts.get("frame_index") or []
    return Instance(
        case=study.case,
        series=series,
        holding=holding,
        uid=str(facts.get("sop_uid") or ""),
        sop_class=str(facts.get("sop_class") or ""),
        number=facts.get("instance_number"),
        rows=facts.get("rows"),
        columns=facts.get("columns"),
        frames=len(index),
        frames_sha256=holding.sha256 if in_original else copy,
        frame_index=index,
        frame_media_type=facts.get("frame_media_type") or "",
        transfer_syntax=facts.get("transfer_syntax") or "",
        lossy=bool(facts.get("lossy")),
    )


def _describe(study: Study) -> None:
    """Tell the study as a line of the record: what, of when, how much."""
    exhibit = study.exhibit
    kinds = sorted({row.modality for row in study.series.all() if row.modality})
    images = sum(Instance.objects.filter(series__study=study).values_list("frames", flat=True))
    objects = Instance.objects.filter(series__study=study).count()
    words = " and ".join(MODALITIES.get(kind, kind) for kind in kinds) or "Images"
    exhibit.title = _title(words, kinds, study.description)[:200]
    exhibit.modality = ",".join(kinds)[:16]
    exhibit.amount = _count(images, "image") if images else _count(objects, "object")
    exhibit.care_date = study.study_date
    exhibit.care_date_from = (
        Exhibit.DateFrom.IMAGE if study.study_date else Exhibit.DateFrom.ARRIVAL
    )
    exhibit.save()


def _title(words: str, kinds: list[str], description: str) -> str:
    """“CT chest with contrast”, and not “CT: CT chest with contrast”."""
    if not description:
        return words
    first, _, rest = description.partition(" ")
    if len(kinds) == 1 and rest and first.upper() in {kinds[0], words.upper()}:
        return f"{words} {rest}"
    return f"{words}: {description}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
