"""The words of a letter: one thing, or all that waits for a person merged into one (F4.5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from konsil.notices.models import Letter, Notice
from konsil.notices.texts import DIGEST_SUBJECT, TEXTS
from konsil.notices.wording import LANGUAGES, Wording, filled, in_force
from konsil.people.models import Institution

LINKS = 5
"""So many cases are linked under one sentence; the rest stands on the page of all notices."""


@dataclass
class Line:
    """One sentence of a letter, and where it leads."""

    wording: Wording
    links: list[str] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Words:
    """A letter, ready to be sent."""

    subject: str
    body: str
    short: str
    """As a text message."""


def language_of(notices: Sequence[Notice]) -> str:
    """The patient's own language where she is the reader and we have it; else English."""
    for notice in notices:
        patient = notice.case.patient
        if notice.user_id and patient.user_id == notice.user_id and patient.language in LANGUAGES:
            return str(patient.language)
    return "en"


def compose(
    letter: Letter, notices: Sequence[Notice], *, links: dict[object, str] | None = None
) -> Words:
    """What the letter says. `links` are addresses made for a notice (a provider's)."""
    hospital, language = letter.tenant, language_of(notices)
    name = (letter.user.name if letter.user else "") or ""
    values = {"name": name, "hospital": hospital.name, "phone": hospital.phone}
    lines: dict[str, Line] = {}
    for notice in notices:
        if notice.words not in lines:
            own = in_force(hospital, notice.words, language)
            lines[notice.words] = Line(filled(own, values))
        _link(lines[notice.words], (links or {}).get(notice.pk) or address(notice))
    return _written(hospital, list(lines.values()), name=name, language=language)


def preview(hospital: Institution, wording: Wording, name: str, language: str) -> Words:
    """How a text would look as a letter, to whoever writes it."""
    values = {"name": name, "hospital": hospital.name, "phone": hospital.phone}
    line = Line(filled(wording, values), [f"{settings.PUBLIC_URL}/cases/…/"])
    return _written(hospital, [line], name=name, language=language)


def address(notice: Notice) -> str:
    """Where the notice leads."""
    below = TEXTS[notice.words].below
    return f"{settings.PUBLIC_URL}/cases/{notice.case_id}/{below}"


def _link(line: Line, url: str) -> None:
    if url in line.links:
        return
    if len(line.links) < LINKS:
        line.links.append(url)
    else:
        line.more += 1


def _written(hospital: Institution, lines: list[Line], *, name: str, language: str) -> Words:
    all_of_it = f"{settings.PUBLIC_URL}/notices/"
    with translation.override(language):
        several = len(lines) > 1
        subject = str(DIGEST_SUBJECT) if several else lines[0].wording.subject
        link = all_of_it if several or len(lines[0].links) > 1 else lines[0].links[0]
        context = {"lines": lines, "name": name, "hospital": hospital, "all": all_of_it}
        body = render_to_string("mail/notices.txt", context)
        stop = _("Reply STOP to end these.")
    return Words(subject, body, f"{hospital.name}: {subject}. {link} {stop}")
