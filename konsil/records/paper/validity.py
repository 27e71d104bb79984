"""What is still missing on a release form, in words (45 CFR 164.508(b)(2), (b)(3), (c))."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from konsil.records.paper.form import SENSITIVE, ReleaseForm
from konsil.records.paper.words import release_text

LONGEST = timedelta(days=366)
TOO_WIDE = frozenset({"everything", "all", "all records", "any", "anything"})


class NotSignable(ValueError):
    """The form lacks something; the message names it in words."""


def missing(
    form: ReleaseForm, *, at: datetime, signing: bool = True, longest: timedelta = LONGEST
) -> list[str]:
    """Everything that keeps the form from being valid at `at`, each in words; empty when valid.

    With `signing=False` the signature and the initials are not asked for: the form may then be
    shown for signing or printed for pen and ink. `longest` is the limit of the hospital or state.
    """
    found = [
        *_patient(form),
        *_records(form),
        *_parties(form),
        *_end(form, at.date(), longest),
        *_statements(form),
        *_representative(form),
    ]
    return found + (list(_signature(form, at)) if signing else [])


def refuse_incomplete(form: ReleaseForm, *, at: datetime, signing: bool = True) -> None:
    """Raise `NotSignable` naming all that is missing."""
    if gaps := missing(form, at=at, signing=signing):
        raise NotSignable(f"The form cannot be signed yet. Missing: {'; '.join(gaps)}.")


def _patient(form: ReleaseForm) -> Iterator[str]:
    if not form.patient_name.strip():
        yield "the name of the patient"
    if form.birth_date is None:
        yield "the birth date of the patient"
    if not form.phone.strip():
        yield "the phone of the patient"
    if form.account_name and _same(form.account_name) != _same(form.patient_name):
        yield "the name of the patient as in the account"
    if form.account_birth_date and form.account_birth_date != form.birth_date:
        yield "the birth date of the patient as in the account"


def _records(form: ReleaseForm) -> Iterator[str]:
    kinds = [kind for kind in form.kinds if kind.strip()]
    if not kinds and not form.sensitive:
        yield "which kinds of records"
    if any(_same(kind) in TOO_WIDE for kind in kinds):
        yield "kinds of records by name, since “everything” is not enough"
    if not form.subject.strip():
        yield "what the records are about"
    yield from _dates(form)
    chosen = {item.kind for item in form.sensitive}
    if unknown := chosen - set(SENSITIVE):
        yield f"a known sensitive kind instead of {', '.join(sorted(unknown))}"
    if "psychotherapy" in chosen and (kinds or len(chosen) > 1):
        yield "a form of its own for the private notes of a therapist"


def _dates(form: ReleaseForm) -> Iterator[str]:
    if not form.all_dates and form.from_date is None:
        yield "the dates of the records, or all dates"
    if form.from_date and form.to_date and form.to_date < form.from_date:
        yield "a last date after the first date of the records"


def _parties(form: ReleaseForm) -> Iterator[str]:
    for value, words in (
        (form.provider_name, "who sends the records"),
        (form.provider_address, "the address of who sends the records"),
        (form.house.name, "who gets the records"),
        (" ".join(form.house.lines), "the address of who gets the records"),
        (form.purpose, "what the records are for"),
    ):
        if not value.strip():
            yield words


def _end(form: ReleaseForm, today: date, longest: timedelta) -> Iterator[str]:
    if form.expires is None and not form.expiry_event.strip():
        yield "when the form ends"
    if form.expires and form.expires <= today:
        yield "an end that lies in the future"
    if form.expires and form.expires > today + longest:
        yield f"an end within {longest.days} days"


def _statements(form: ReleaseForm) -> Iterator[str]:
    part_2 = any(item.kind == "substance_use" for item in form.sensitive)
    for value, words in (
        (form.revocation, "the words about stopping it in writing"),
        (form.revoke_where, "where to write to stop it"),
        (form.conditions, "the words that care does not depend on it"),
        (form.redisclosure, "the words that others could share the records"),
        (form.part_2 if part_2 else "-", "the words about care for drug or alcohol use"),
        (form.copy, "the words about the copy for the signer"),
        (form.on_screen, "the words about signing on a screen"),
        (form.template_version, "the version of the form"),
        (form.language, "the language of the form"),
        (form.form_id, "the number of the form"),
    ):
        if not value.strip():
            yield words
    if form.combined_with:
        yield f"a page of its own, apart from {', '.join(form.combined_with)}"
    if not release_text(form):
        yield "the words of the form"


def _representative(form: ReleaseForm) -> Iterator[str]:
    who = form.representative
    if who is None:
        return
    for value, words in (
        (who.name, "the name of who signs for the patient"),
        (who.relation, "how the signer is related to the patient"),
        (who.authority, "by what right the signer signs for the patient"),
        (who.proof, "a proof of the right to sign for the patient"),
    ):
        if not value.strip():
            yield words


def _signature(form: ReleaseForm, at: datetime) -> Iterator[str]:
    for item in form.sensitive:
        if not item.initials.strip():
            yield f"your initials beside {SENSITIVE.get(item.kind, item.kind)}"
    signature = form.signature
    if signature is None or not (signature.typed.strip() or signature.drawn):
        yield "the signature"
        return
    if signature.at is None or signature.at > at:
        yield "the date of signing"
    signer = form.representative.name if form.representative else form.patient_name
    if signature.typed and _same(signature.typed) != _same(signer):
        yield f"the signature with the name {signer}"


def _same(words: str) -> str:
    return " ".join(words.split()).casefold()
