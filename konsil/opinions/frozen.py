"""What is signed: the whole opinion as one plain tree, complete in itself, with one byte form.

The tree holds every word, name, date and hash that the report shows, so that a version can be
read, printed and checked for ever without asking what has changed since.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from konsil.cases.models import Case, Exhibit, Look
from konsil.core.prose.letter import day
from konsil.opinions.drafting import pictures_in, texts
from konsil.opinions.models import Answer, KeyImage, Section
from konsil.people.models import User

FORM = 1
LIMITS = (
    "This opinion rests on the records and images listed here. Nobody examined the patient for "
    "it. It is not for emergencies. The treating physician decides, with the patient, what is done."
)


def canonical(content: dict[str, Any]) -> str:
    """The one written form of a content: keys in order, no spaces, nothing escaped."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def digest(written: str) -> str:
    """SHA-256 of the canonical form in UTF-8, as lower-case hexadecimal."""
    return hashlib.sha256(written.encode()).hexdigest()


def first_content(
    case: Case, *, signer: User, method: str, at: datetime, not_available: Sequence[str]
) -> dict[str, Any]:
    """The content of version 1."""
    written = texts(case)
    answers = [text for text in written if isinstance(text, Answer)]
    sections = [text for text in written if isinstance(text, Section) and not text.is_blank]
    authors = [signer, *(text.author for text in written if text.author)]
    return {
        "form": FORM,
        "house": _house(case),
        "case": _case(case),
        "patient": _patient(case),
        "questions": [_question(answer) for answer in answers],
        "sections": [_section(section) for section in sections],
        "key_images": key_images(case, pictures_in(written)),
        "reviewed": reviewed(case, authors),
        "not_available": list(not_available),
        "limits": LIMITS,
        "authors": [background(author) for author in dict.fromkeys(authors)],
        "addenda": [],
        "versions": [version_line(1, "signed", at, "")],
        "signatures": [signature(signer, method, at)],
    }


def _house(case: Case) -> dict[str, Any]:
    house = case.tenant
    return {
        "name": house.name,
        "lines": [line for line in house.address.splitlines() if line.strip()],
        "phone": house.phone,
        "time_zone": house.time_zone,
    }


def _case(case: Case) -> dict[str, Any]:
    zone = ZoneInfo(case.tenant.time_zone)

    def date_of(moment: datetime | None) -> str | None:
        return moment.astimezone(zone).date().isoformat() if moment else None

    return {
        "number": case.number,
        "service": case.terms.name,
        "diagnosis": case.diagnosis,
        "requested": date_of(case.submitted_at or case.created_at),
        "complete": date_of(case.completed_at),
    }


def _patient(case: Case) -> dict[str, Any]:
    patient = case.patient
    return {
        "given_name": patient.given_name,
        "family_name": patient.family_name,
        "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
        "sex": patient.get_sex_display() if patient.sex else "",
    }


def _question(answer: Answer) -> dict[str, Any]:
    return {
        "number": answer.question.number,
        "text": answer.question.text,
        "answer": None if answer.is_blank else answer.body,
        "cannot_because": answer.cannot_because,
        **_by(answer),
    }


def _section(section: Section) -> dict[str, Any]:
    return {"key": section.key, "title": section.title, "body": section.body, **_by(section)}


def _by(text: Answer | Section) -> dict[str, str]:
    author = text.author
    return {
        "author": str(author or ""),
        "credentials": author.credentials if author else "",
        "at": text.updated_at.isoformat() if text.updated_at else "",
    }


def key_images(case: Case, ids: Iterable[str]) -> list[dict[str, Any]]:
    """The pictures that the texts show, with the hash of their pixels and their whole source."""
    known = {str(image.pk): image for image in KeyImage.objects.filter(case=case, pk__in=list(ids))}
    return [
        {
            "id": name,
            "sha256": known[name].sha256,
            "width": known[name].width,
            "height": known[name].height,
            "caption": known[name].caption,
            "alt": known[name].alt,
            "source": known[name].source,
            "exhibit": str(known[name].exhibit_id),
        }
        for name in ids
        if name in known
    ]


def background(user: User) -> dict[str, Any]:
    """Who the author is on the day of signing (F13.4): what the profile says, frozen."""
    known: dict[str, Any] = user.background or {}
    licences = known.get("licences") or []
    return {
        "name": str(user),
        "credentials": user.credentials,
        "npi": user.npi,
        "specialty": str(known.get("specialty", "")),
        "training": _line(known.get("training")),
        "board": _line(known.get("board")),
        "licences": [str(each) for each in licences] if isinstance(licences, list) else [],
    }


def _line(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def signature(user: User, method: str, at: datetime) -> dict[str, str]:
    return {
        "name": str(user),
        "credentials": user.credentials,
        "method": method,
        "at": at.isoformat(),
    }


def version_line(number: int, sort: str, at: datetime, reason: str) -> dict[str, Any]:
    return {"number": number, "sort": sort, "at": at.isoformat(), "reason": reason}


def exhibits(case: Case) -> list[Exhibit]:
    """What stands in the record, newest care first."""
    return list(Exhibit.objects.filter(case=case, state=Exhibit.State.SHOWN).by_date_of_care())


def opened_by(case: Case, authors: Iterable[User]) -> set[str]:
    """The ids of the exhibits whose page or bytes one of the authors has opened (F13.5)."""
    paths = set(
        Look.objects.filter(case=case, actor_user__in=list(authors))
        .values_list("path", flat=True)
        .distinct()
    )
    names = {part for path in paths for part in path.split("/")}
    return {str(each.pk) for each in exhibits(case) if str(each.pk) in names}


def reviewed(case: Case, authors: Iterable[User]) -> list[str]:
    """What the authors have looked at: title, date of care, amount, source."""
    opened = opened_by(case, authors)
    return [describe(each) for each in exhibits(case) if str(each.pk) in opened]


def describe(exhibit: Exhibit) -> str:
    """CT of the chest, November 12, 2026, 301 images, from Valley Imaging."""
    source = f"from {exhibit.source}" if exhibit.source else ""
    parts = (exhibit.title, day(exhibit.care_date), exhibit.amount, source)
    return ", ".join(part for part in parts if part)


def not_there(case: Case) -> list[str]:
    """What the checklist of the service line asks for and the record does not hold."""
    here = exhibits(case)
    return [
        wanted["name"]
        for wanted in case.terms.checklist
        if not any(_fits(exhibit, wanted) for exhibit in here)
    ]


def _fits(exhibit: Exhibit, wanted: dict[str, Any]) -> bool:
    if wanted.get("kind") == "study":
        modalities = {wanted.get("modality", ""), ""} & {*exhibit.modality.split("/"), ""}
        named = not wanted.get("modality") or wanted["modality"] in modalities
        return exhibit.sort == Exhibit.Sort.STUDY and named
    first = str(wanted.get("name", "")).split(" ", 1)[0].lower()
    return exhibit.sort != Exhibit.Sort.STUDY and first in exhibit.title.lower()
