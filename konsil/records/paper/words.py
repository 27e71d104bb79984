"""The exact words of a release form: one source for the screen, the paper and the hash."""

import hashlib
import json

from konsil.core.prose.letter import day
from konsil.core.prose.text import clean_words
from konsil.records.paper.form import SENSITIVE, ReleaseForm

ALL_SENSITIVE = tuple(SENSITIVE)


def release_text(form: ReleaseForm) -> list[tuple[str, str]]:
    """The form as (heading, paragraph) pairs, in the order of reading."""
    parts = [
        ("Who I am", _patient(form)),
        ("Who sends the records", _provider(form)),
        ("Who gets them", _recipient(form)),
        ("What may be sent", _records(form)),
        ("What needs my own yes", _sensitive(form)),
        ("Care for drug or alcohol use", _part_2(form)),
        ("Why", form.purpose),
        ("When this ends", _end(form)),
        ("I can stop it", _revocation(form)),
        ("My care does not depend on it", form.conditions),
        ("What could happen later", form.redisclosure),
        ("Who signs for me", _representative(form)),
        ("Wishes", _wishes(form)),
        ("My copy", " ".join(filter(None, [form.copy, form.on_screen]))),
    ]
    return [(head, clean_words(words)) for head, words in parts if words]


def text_sha256(form: ReleaseForm) -> str:
    """SHA-256 over template version, language and the exact words, as hexadecimal digits."""
    shown = [form.template_version, form.language, release_text(form)]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def _patient(form: ReleaseForm) -> str:
    return _sentences(
        f"My name is {form.patient_name}" if form.patient_name else "",
        f"I was born on {day(form.birth_date)}" if form.birth_date else "",
        f"I was also called {', '.join(form.former_names)}" if form.former_names else "",
        f"My phone is {form.phone}" if form.phone else "",
        f"My number there is {form.record_number}" if form.record_number else "",
    )


def _provider(form: ReleaseForm) -> str:
    name = ", ".join(filter(None, [form.provider_name, form.provider_department]))
    return _sentences(
        f"{name} may send the records" if name else "",
        f"The address is {form.provider_address}" if form.provider_address else "",
        f"The fax is {form.provider_fax}" if form.provider_fax else "",
        f"The e-mail is {form.provider_email}" if form.provider_email else "",
    )


def _recipient(form: ReleaseForm) -> str:
    where = ", ".join(filter(None, [form.house.office, *form.house.lines]))
    return _sentences(
        f"The records go to {form.house.name}" if form.house.name else "",
        f"That is {where}" if where else "",
        f"They may come by a private link on {form.link_host}" if form.link_host else "",
    )


def _records(form: ReleaseForm) -> str:
    return _sentences(
        f"These records: {'; '.join(form.kinds)}" if form.kinds else "",
        f"They are about: {form.subject}" if form.subject else "",
        _dates(form),
    )


def _dates(form: ReleaseForm) -> str:
    if form.all_dates:
        return "They may be of any date"
    if form.from_date and form.to_date:
        return f"They are from {day(form.from_date)} to {day(form.to_date)}"
    return f"They are from {day(form.from_date)} on" if form.from_date else ""


def _sensitive(form: ReleaseForm) -> str:
    chosen = {item.kind: item for item in form.sensitive}
    yes = [f"{SENSITIVE.get(k, k)} ({item.initials or '____'})" for k, item in chosen.items()]
    no = [SENSITIVE[kind] for kind in ALL_SENSITIVE if kind not in chosen]
    return _sentences(
        f"I say yes, with my initials, to: {'; '.join(yes)}" if yes else "",
        f"I do not say yes to: {'; '.join(no)}" if no else "",
        "What I do not say yes to must not be sent" if no else "",
    )


def _part_2(form: ReleaseForm) -> str:
    return form.part_2 if any(item.kind == "substance_use" for item in form.sensitive) else ""


def _end(form: ReleaseForm) -> str:
    if form.expires and form.expiry_event:
        return (
            f"This ends on {day(form.expires)}, or sooner: {form.expiry_event}. "
            "What comes first counts."
        )
    if form.expires:
        return f"This ends on {day(form.expires)}."
    return f"This ends with: {form.expiry_event}." if form.expiry_event else ""


def _revocation(form: ReleaseForm) -> str:
    filled = form.revocation.replace("{where}", form.revoke_where)
    return filled.replace("{provider}", form.provider_name)


def _representative(form: ReleaseForm) -> str:
    who = form.representative
    if who is None:
        return ""
    return _sentences(
        f"{who.name} signs for the patient" if who.name else "",
        f"{who.name} has this tie to the patient: {who.relation}" if who.relation else "",
        f"The right to sign comes from: {who.authority}" if who.authority else "",
        f"This was shown as proof: {who.proof}" if who.proof else "",
    )


def _wishes(form: ReleaseForm) -> str:
    return _sentences(
        f"About the cost: {form.fees}" if form.fees else "",
        f"The best way to send them: {form.delivery}" if form.delivery else "",
        f"I would like them to arrive by {day(form.wanted_by)}" if form.wanted_by else "",
        f"For questions, call or write to {form.contact}" if form.contact else "",
    )


def _sentences(*parts: str) -> str:
    """Parts as sentences; one that already ends in a stop gets no second one."""
    return " ".join(
        part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part
    )
