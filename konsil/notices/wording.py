"""A hospital's own words: which version holds, which variables it may use, and what is refused."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import translation

from konsil.cases.models import ServiceLine
from konsil.notices.models import TextVersion
from konsil.notices.texts import TEXTS
from konsil.people.actors import Actor
from konsil.people.models import Institution

VARIABLES = {
    "name": "the receiver’s own name",
    "hospital": "the name of the hospital",
    "phone": "the hospital’s telephone number",
}
"""All that a text may say besides its own words; none of them is about the case."""
LANGUAGES = {"en": "English", "es": "Spanish"}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_ABOUT_HEALTH = re.compile(
    r"\b(cancer|carcinom|tumou?r|metasta|malignan|benign|diagnos|prognos|illness|disease|patholog|"
    r"biops|oncolog|cardiolog|neurolog|radiolog|hematolog|surg(?:ery|eon|ical)|chemo|therap|"
    r"treatment|medicat|prescri|symptom|scans?\b|x-rays?\b|ct\b|mri\b|pet\b|mammogra|ultrasound|"
    r"blood|hiv\b|pregnan|psych|genetic|finding|lesion|nodule|lung|breast|brain|liver|prostate|"
    r"c[áa]ncer|tumor|enfermedad|diagn[óo]stic|cirug[íi]a|biopsia|tratamiento|s[íi]ntoma)",
    re.IGNORECASE,
)
_TOLD = {"diagnosis", "condition", "specialty", "service", "service_line", "question", "file"}


@dataclass(frozen=True)
class Wording:
    """A text as it holds for one hospital in one language."""

    subject: str
    words: str
    verb: str
    number: int = 0
    """Which version; 0 are the words that Konsil brings."""


def in_force(tenant: Institution, key: str, language: str) -> Wording:
    """The hospital's newest version in that language, else the words that Konsil brings."""
    rows = TextVersion.objects.filter(tenant=tenant, key=key, language=language)
    if (own := rows.order_by("-number").first()) is not None:
        return Wording(own.subject, own.words, own.verb, own.number)
    text = TEXTS[key]
    with translation.override(language):
        return Wording(str(text.subject), str(text.words), str(text.verb))


def filled(wording: Wording, values: dict[str, str]) -> Wording:
    """With its variables filled in; line breaks in a value cannot reach the subject."""

    def fill(words: str) -> str:
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), words)

    subject = " ".join(fill(wording.subject).split())
    return Wording(subject, fill(wording.words), fill(wording.verb), wording.number)


def refusal(words: str, *, tenant: Institution) -> str:
    """What is wrong with these words, for beside the field; "" when they may go out (F1.6)."""
    for name in _PLACEHOLDER.findall(words):
        if name in _TOLD:
            return f"{{{name}}} tells about health. A letter may not. Take it out."
        if name not in VARIABLES:
            known = ", ".join(f"{{{each}}}" for each in VARIABLES)
            return f"There is no {{{name}}}. You can use {known}."
    if re.search(r"[{}]", _PLACEHOLDER.sub("", words)):
        return "A brace is open or closed alone. Write variables like {hospital}."
    if re.search(r"https?://|www\.", words, re.IGNORECASE):
        return "Take the address out: each letter carries its own link."
    if found := _about_health(words, tenant):
        return f"“{found}” tells about health or a specialty. Take it out."
    return ""


def _about_health(words: str, tenant: Institution) -> str:
    """The first word that tells about health, in general or by what this hospital offers."""
    plain = _PLACEHOLDER.sub(" ", words)
    if known := _ABOUT_HEALTH.search(plain):
        return known[0]
    lines = ServiceLine.objects.filter(tenant=tenant)
    for line in lines:
        for name in (line.name, line.specialty, *line.conditions):
            if name and name.casefold() in plain.casefold():
                return str(name)
    return ""


@transaction.atomic
def save_version(
    tenant: Institution, key: str, language: str, said: dict[str, Any], *, by: Actor, at: datetime
) -> TextVersion:
    """The next version of a text; earlier ones stay to be read."""
    Institution.objects.select_for_update(no_key=True).get(pk=tenant.pk)  # one saver at a time
    rows = TextVersion.objects.filter(tenant=tenant, key=key, language=language)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    made: TextVersion = TextVersion.objects.create(
        tenant=tenant,
        key=key,
        language=language,
        number=last + 1,
        subject=said["subject"],
        words=said["words"],
        verb=said["verb"],
        by=by.user,
        at=at,
    )
    return made
