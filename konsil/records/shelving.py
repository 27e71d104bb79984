"""Where documents, pictures, texts and unknown files are put: each a line of the record."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from konsil.cases.models import Case, Exhibit
from konsil.parcels.models import Filing, Parcel
from konsil.parcels.shelves import shelf
from konsil.records.models import Document

SORTS = {
    "document": Exhibit.Sort.PAPER,
    "picture": Exhibit.Sort.PICTURE,
    "text": Exhibit.Sort.DATA,
    "unknown": Exhibit.Sort.OTHER,
    "broken": Exhibit.Sort.OTHER,
}
STRUCTURED = ("hl7", "fhir", "csv", "json", "xml")
_SPACES = re.compile(r"[_\s]+")
_EMPTY_TITLES = re.compile(r"(untitled|document\d*|microsoft word.*|scan\w*|unknown)", re.I)


@shelf("document", "picture", "text", "unknown", "broken")
def put(case: Case, filings: Sequence[Filing], *, parcel: Parcel) -> None:
    """Give each file its exhibit and its document; the same bytes are one document of a case."""
    for filing in filings:
        if filing.holding is None or _is_broken_image(filing):
            continue
        exhibit = _exhibit(case, filing, parcel=parcel)
        facts = filing.holding.facts
        document: Document = Document.objects.create(
            case=case,
            exhibit=exhibit,
            holding=filing.holding,
            title=exhibit.title,
            pages=facts.get("pages"),
            media_type=filing.holding.media_type,
            taken=exhibit.care_date,
            taken_is_guess=facts.get("taken_confidence") == "low",
        )
        exhibit.object_id = document.pk
        exhibit.save(update_fields=["object_id"])
        filing.exhibit = exhibit


def _is_broken_image(filing: Filing) -> bool:
    """One of a study’s many: the parcel lists it with its reason, the record does not."""
    media_type = filing.holding.media_type if filing.holding else ""
    return filing.found == "broken" and media_type == "application/dicom"


def _exhibit(case: Case, filing: Filing, *, parcel: Parcel) -> Exhibit:
    facts: dict[str, Any] = filing.holding.facts if filing.holding else {}
    aside = filing.state == Filing.State.SET_ASIDE
    taken = _date(facts.get("taken"))
    made: Exhibit = Exhibit.objects.create(
        case=case,
        sort=_sort(filing),
        title=title_of(filing.name, facts.get("title")),
        amount=_amount(facts.get("pages"), filing.holding.size if filing.holding else 0),
        care_date=taken,
        care_date_from=Exhibit.DateFrom.PAPER if taken else Exhibit.DateFrom.ARRIVAL,
        source=parcel.sender,
        state=Exhibit.State.SET_ASIDE if aside else Exhibit.State.SHOWN,
        reason=filing.reason if aside or filing.found == "broken" else "",
        object_id=case.pk,
    )
    return made


def _sort(filing: Filing) -> Exhibit.Sort:
    media = filing.holding.media_type if filing.holding else ""
    if filing.found == "document" and any(word in media for word in STRUCTURED):
        return Exhibit.Sort.DATA
    return SORTS[filing.found]


def title_of(name: str, own: object) -> str:
    """The document's own title, or its file name in words: Lung_function-2025.pdf says it all."""
    words = _SPACES.sub(" ", str(own or "")).strip()
    if words and not _EMPTY_TITLES.fullmatch(words):
        return words[:200]
    stem, dot, ending = name.rpartition(".")
    plain = stem if dot and stem and len(ending) <= 5 else name
    words = _SPACES.sub(" ", plain.replace("-", " ")).strip() or "File without a name"
    return (words[:1].upper() + words[1:])[:200]


def _amount(pages: object, size: int) -> str:
    if isinstance(pages, int) and pages > 0:
        return f"{pages:,} page{'' if pages == 1 else 's'}"
    if size < 1024:
        return f"{size} bytes"
    return f"{size / 1024:,.0f} KB" if size < 1024**2 else f"{size / 1024**2:,.1f} MB"


def _date(said: object) -> date | None:
    try:
        return date.fromisoformat(str(said)) if said else None
    except ValueError:
        return None
