"""A release form before it is signed: made anew from the case, the holder and what she chose."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from konsil.cases.models import Case, RecordHolder, Representative
from konsil.core.prose.letter import House
from konsil.people.models import Institution
from konsil.records.models import Release
from konsil.records.paper.form import ReleaseForm, Sensitive
from konsil.records.paper.form import Representative as Signer

KINDS = {
    "images": "Images (CT, MRI, X-ray and others) and the reports on them",
    "pathology": "Pathology reports and slides",
    "letters": "Visit notes and letters",
    "labs": "Laboratory results",
    "operations": "Reports of operations and of stays in hospital",
    "medicines": "Lists of medicines",
}
_HINTS = {
    "images": r"\b(ct|mri|mr|pet|x.?rays?|scans?|images?|imaging|mammo\w*|ultrasound|cd)\b",
    "pathology": r"\b(patholog\w*|biops\w*|slides?|tissue|histolog\w*)\b",
    "letters": r"\b(notes?|letters?|visits?|summar\w*|reports?)\b",
    "labs": r"\b(labs?|laborator\w*|blood|tests?)\b",
    "operations": r"\b(operat\w*|surg\w*|discharge|hospital stay)\b",
    "medicines": r"\b(medic\w*|drugs?|prescri\w*)\b",
}
LIFE = timedelta(days=365)
UNTIL_DONE = "the end of my second opinion"


def first_choices(case: Case, holder: RecordHolder, *, private_notes: bool) -> dict[str, Any]:
    """What the form asks for before she changes it, from what she said about the holder."""
    year = re.search(r"\b(19|20)\d\d\b", holder.dates)
    hinted = [kind for kind, hint in _HINTS.items() if re.search(hint, holder.what, re.I)]
    kinds = hinted or ["images", "pathology", "letters", "labs"]
    return {
        "kinds": [] if private_notes else kinds,
        "other": "" if private_notes else holder.what,
        "subject": _first_line(case.diagnosis),
        "span": "range" if year else "all",
        "from_date": f"{year.group()}-01-01" if year else None,
        "to_date": None,
        "sensitive": {"psychotherapy": ""} if private_notes else {},
        "phone": case.patient.phone,
        "provider_address": holder.address,
        "proof": "",
    }


def draft(release: Release, *, at: datetime, account_name: str = "") -> ReleaseForm:
    """The form as it would be signed at `at`, without the signature."""
    case, holder, chosen = release.case, release.holder, release.choices
    patient, house = case.patient, case.tenant
    today = timezone.localtime(at).date()
    ranged = chosen.get("span") == "range"
    return ReleaseForm(
        house=house_of(house),
        form_id=release.form_id,
        patient_name=f"{patient.given_name} {patient.family_name}".strip(),
        birth_date=patient.birth_date,
        phone=chosen.get("phone", ""),
        former_names=tuple(_split(patient.former_names)),
        account_name=account_name,
        kinds=tuple(_kinds(chosen)),
        subject=chosen.get("subject", ""),
        from_date=_date(chosen.get("from_date")) if ranged else None,
        to_date=_date(chosen.get("to_date")) if ranged else None,
        all_dates=not ranged,
        sensitive=tuple(
            Sensitive(kind=kind, initials=initials)
            for kind, initials in chosen.get("sensitive", {}).items()
        ),
        provider_name=holder.name,
        provider_address=chosen.get("provider_address", ""),
        provider_fax=holder.fax,
        provider_email=holder.email,
        link_host=urlsplit(settings.PUBLIC_URL).netloc,
        expires=today + LIFE,
        expiry_event=UNTIL_DONE,
        revoke_where=", ".join([house.name, *_split(house.address, by="\n")]),
        contact=house.phone or house.email,
        representative=_signer(case, chosen),
        language="en",
    )


def house_of(institution: Institution) -> House:
    """Who receives the records, as the form names them."""
    return House(name=institution.name, lines=tuple(_split(institution.address, by="\n")))


def signer_name(case: Case) -> str:
    """Who signs: the patient, or whoever stands for her."""
    who = Representative.objects.filter(case=case).first()
    return who.name if who else str(case.patient)


def _signer(case: Case, chosen: dict[str, Any]) -> Signer | None:
    who = Representative.objects.filter(case=case).first()
    if who is None:
        return None
    right = " – ".join(filter(None, [who.get_authority_display(), who.explanation]))
    return Signer(
        name=who.name, relation=who.relation, authority=right, proof=chosen.get("proof", "")
    )


def _kinds(chosen: dict[str, Any]) -> Iterable[str]:
    yield from (KINDS[kind] for kind in chosen.get("kinds", []) if kind in KINDS)
    if chosen.get("other"):
        yield chosen["other"]


def _first_line(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 160 else f"{line[:157].rsplit(' ', 1)[0]}…"


def _split(words: str, *, by: str = ",") -> list[str]:
    return [part.strip() for part in words.split(by) if part.strip()]


def _date(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
