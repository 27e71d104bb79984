"""Draws the release form on paper, signed with its evidence page or with lines for pen and ink."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from konsil.core.prose.letter import day, grouped, house_data, moment
from konsil.core.prose.typst import compile_pdf
from konsil.records.paper.form import SENSITIVE, ReleaseForm, SigningEvidence
from konsil.records.paper.validity import refuse_incomplete
from konsil.records.paper.words import release_text, text_sha256

NEVER = datetime.min.replace(tzinfo=UTC)
TEMPLATE = Path(__file__).parent / "release.typ"


class NotTheTextShown(ValueError):
    """The evidence speaks of another text or time than the form has now."""


def release_pdf(form: ReleaseForm, evidence: SigningEvidence | None = None) -> bytes:
    """The form as PDF/A-3a and PDF/UA-1; the same input gives the same bytes.

    Unsigned, it has lines to sign by hand. Signed, it must be complete (else `NotSignable`) and
    `evidence` must be of this very text (else `NotTheTextShown`); the evidence is the last page.
    """
    if form.signature:
        refuse_incomplete(form, at=form.signature.at or NEVER)
    if evidence:
        _refuse_other_evidence(form, evidence)
    files: dict[str, bytes] = {}
    return compile_pdf(TEMPLATE, _data(form, evidence, files), files)


def _refuse_other_evidence(form: ReleaseForm, evidence: SigningEvidence) -> None:
    if form.signature is None or evidence.text_sha256 != text_sha256(form):
        raise NotTheTextShown("The evidence belongs to another text. The form must be signed anew.")
    if evidence.signed_at != form.signature.at:
        raise NotTheTextShown("The evidence is of another time. The form must be signed anew.")


def _data(
    form: ReleaseForm, evidence: SigningEvidence | None, files: dict[str, bytes]
) -> dict[str, Any]:
    signed = form.signature.at if form.signature else None
    when = signed or form.expires or form.birth_date
    title = f"May {form.provider_name} send the records of {form.patient_name}?"
    return {
        "house": house_data(form.house, files),
        "title": title,
        "author": [form.house.name],
        "paper": form.paper,
        "lang": form.language,
        "date": [when.year, when.month, when.day] if when else [2026, 1, 1],
        "running": "Release of records",
        "identity": f"{form.patient_name} · {day(form.birth_date)} · {form.form_id}",
        "version": form.template_version,
        "watermark": "",
        "parts": release_text(form),
        "initials": [SENSITIVE.get(item.kind, item.kind) for item in form.sensitive],
        "signature": _signature(form, files),
        "for_patient": form.representative is not None,
        "evidence": _evidence(form, evidence) if evidence else [],
        "check": _check(evidence),
    }


def _signature(form: ReleaseForm, files: dict[str, bytes]) -> dict[str, str] | None:
    if form.signature is None:
        return None
    if form.signature.drawn:
        files["signature.png"] = form.signature.drawn
    signer = form.representative.name if form.representative else form.patient_name
    return {
        "file": "signature.png" if form.signature.drawn else "",
        "name": form.signature.typed or signer,
        "signer": signer,
        "moment": moment(form.signature.at),
    }


def _evidence(form: ReleaseForm, evidence: SigningEvidence) -> list[tuple[str, str]]:
    rows = [
        ("Form", f"{form.form_id}, version {form.template_version}, language {evidence.locale}"),
        ("SHA-256 of the exact text shown", grouped(evidence.text_sha256)),
        ("Signer", f"{evidence.signer_account}, {evidence.signer_role}"),
        ("Signed in with", evidence.authentication),
        ("Identity checked by", evidence.identity_check),
        ("Text shown", moment(evidence.shown_at)),
        ("Read to the end", "yes" if evidence.scrolled_to_end else "no"),
        ("How the will to sign was shown", evidence.intent),
        ("Button pressed", f"“{evidence.button}”"),
        ("Signed", f"{moment(evidence.signed_at)} ({evidence.signed_at.isoformat()})"),
        ("Clock of the server", evidence.clock),
        ("IP address", evidence.ip),
        ("Browser", evidence.user_agent),
        ("Agreement to sign on a screen", evidence.consent_version),
        ("SHA-256 of the form before sealing", grouped(evidence.pdf_sha256_before)),
    ]
    return [(word, value) for word, value in rows if value]


def _check(evidence: SigningEvidence | None) -> dict[str, str]:
    return {
        "code": evidence.check_code if evidence else "",
        "address": evidence.check_address if evidence else "",
    }
