"""Signing a release form, withdrawing it, and proving that it is as it was signed (C5 to C8)."""

import hashlib
import io
import json
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from konsil.cases.actions import finish_task
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.core.storage import Absent, Damaged
from konsil.parcels.keeping import store
from konsil.people.actors import Actor
from konsil.records.asking import end_link, move
from konsil.records.drafting import draft
from konsil.records.freezing import frozen, frozen_evidence, thawed, thawed_evidence
from konsil.records.models import RecordRequest, Release
from konsil.records.paper.form import ReleaseForm, Signature, SigningEvidence
from konsil.records.paper.validity import NotSignable, missing, refuse_incomplete
from konsil.records.paper.words import text_sha256

BUTTON = "Sign"
CONSENT = "on-screen-2026-11"


class TextHasChanged(NotSignable):
    """What would be signed is not what was shown."""


@dataclass(frozen=True)
class Screen:
    """What is known of the page on which it was signed, for the evidence."""

    shown_at: datetime
    text_sha256: str
    button: str = BUTTON
    authentication: str = "a signed-in session"
    identity_check: str = "the account’s e-mail address was proven"
    user_agent: str = ""


def screen_of(release: Release, *, at: datetime) -> Screen:
    """A page that shows the form as it is at `at`."""
    return Screen(shown_at=at, text_sha256=text_sha256(draft(release, at=at)))


def lacks(release: Release, *, at: datetime, form: ReleaseForm | None = None) -> list[str]:
    """What keeps the form from being shown for signing, each in words (C5)."""
    return missing(form or draft(release, at=at), at=at, signing=False)


@transaction.atomic
def sign_release(
    release: Release,
    *,
    by: Actor,
    at: datetime,
    screen: Screen,
    typed: str = "",
    drawn: bytes = b"",
) -> Release:
    """Freeze the form with a typed or drawn (PNG) signature; signing twice changes nothing.

    Raises `NotSignable` naming what is missing, `TextHasChanged`, or `ImpossibleMove` when the
    form was withdrawn.
    """
    rows = Release.objects.select_for_update(no_key=True, of=("self",))
    release = rows.select_related("case__patient", "case__tenant", "holder").get(pk=release.pk)
    if release.state == Release.State.SIGNED:
        return release
    if release.state != Release.State.AWAIT_SIGNATURE:
        raise ImpossibleMove("This form was withdrawn. Ask us for a new one.")
    unsigned = draft(release, at=at)
    if text_sha256(unsigned) != screen.text_sha256:
        raise TextHasChanged("The text has changed with what you chose. Read it again, then sign.")
    form = replace(unsigned, signature=Signature(typed=typed, drawn=drawn, at=at))
    refuse_incomplete(form, at=at)
    _freeze(release, form, screen, by=by, at=at)
    move(RecordRequest.objects.get(release=release), "signed")
    finish_task(release.case, key=f"release-{release.pk}", by=by, at=at)
    release.case.tell(Verb.RELEASE_SIGNED, by=by, at=at, release=str(release.pk), seal=release.seal)
    return release


def _freeze(
    release: Release, form: ReleaseForm, screen: Screen, *, by: Actor, at: datetime
) -> None:
    from konsil.records.paper.draw import release_pdf

    drawn = form.signature.drawn if form.signature else b""
    before = hashlib.sha256(release_pdf(form)).hexdigest()
    evidence = _evidence(release, form, screen, by=by, at=at, before=before)
    pdf = release_pdf(form, evidence)
    release.form, release.evidence = frozen(form), frozen_evidence(evidence)
    release.template_version, release.text_sha256 = form.template_version, evidence.text_sha256
    release.typed = form.signature.typed if form.signature else ""
    release.drawn_sha256 = store().put(io.BytesIO(drawn)).sha256 if drawn else ""
    release.pdf_sha256 = store().put(io.BytesIO(pdf)).sha256
    release.signed_at, release.ends_on = at, form.expires
    release.state = Release.State.SIGNED
    release.seal = seal_of(release)
    release.save()


def _evidence(
    release: Release, form: ReleaseForm, screen: Screen, *, by: Actor, at: datetime, before: str
) -> SigningEvidence:
    text = text_sha256(form)
    drawn = bool(form.signature and form.signature.drawn)
    roles = ", ".join(sorted(role.label.lower() for role in release.case.roles_of(by)))
    return SigningEvidence(
        text_sha256=text,
        shown_at=screen.shown_at,
        scrolled_to_end=True,  # the whole text stands above the button, in no box of its own
        signed_at=at,
        signer_account=by.user.email if by.user else by.name,
        signer_role=roles or "patient",
        authentication=screen.authentication,
        identity_check=screen.identity_check,
        intent=("drew the signature" if drawn else "typed the full name")
        + ", then pressed the button",
        button=screen.button,
        ip=by.address,
        user_agent=screen.user_agent[:300],
        locale=form.language,
        consent_version=CONSENT,
        clock="UTC, the server’s own clock, kept by NTP",
        pdf_sha256_before=before,
        check_code=f"{form.form_id}-{text[:8].upper()}",
    )


def seal_of(release: Release) -> str:
    """SHA-256 over everything that the signature froze; the timeline keeps it too."""
    words = json.dumps(release.sealed_words(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


@transaction.atomic
def revoke_release(release: Release, *, by: Actor, at: datetime) -> None:
    """She withdraws it: the link dies now, no new one goes out; twice changes nothing (C8)."""
    release = Release.objects.select_for_update(no_key=True).get(pk=release.pk)
    if release.state in {Release.State.REVOKED, Release.State.EXPIRED}:
        return
    release.state, release.revoked_at = Release.State.REVOKED, at
    release.save(update_fields=["state", "revoked_at"])
    request = RecordRequest.objects.select_related("case", "holder").get(release=release)
    end_link(request, by=by, at=at)
    move(request, "revoked", quietly=True)
    finish_task(request.case, key=f"release-{release.pk}", by=by, at=at)
    request.case.tell(Verb.RELEASE_REVOKED, by=by, at=at, release=str(release.pk))


def verify_release(release: Release) -> list[str]:
    """What is not as it was signed, in words; empty when every byte is (F3.2, C6)."""
    if release.signed_at is None:
        return ["This form is not signed."]
    found = []
    told = (
        Event.objects.filter(
            case=release.case_id, verb=Verb.RELEASE_SIGNED, facts__release=str(release.pk)
        )
        .values_list("facts__seal", flat=True)
        .first()
    )
    if not release.seal == told == seal_of(release):
        found.append("The row was changed after signing.")
    found += _check_bytes(release)
    return found or _check_text(release)


def _check_bytes(release: Release) -> list[str]:
    found = []
    for sha256, words in (
        (release.pdf_sha256, "signed form"),
        (release.drawn_sha256, "drawn signature"),
    ):
        if not sha256:
            continue
        try:
            store().check(sha256)
        except (Absent, Damaged, OSError, ValueError):
            found.append(f"The {words} was changed or is lost.")
    return found


def _check_text(release: Release) -> list[str]:
    """The form draws the very same paper again (C7)."""
    from konsil.records.paper.draw import release_pdf

    if not release.evidence.get("text_sha256"):
        return []  # signed with pen and ink: the scan is the form
    drawn = store().open(release.drawn_sha256).read() if release.drawn_sha256 else b""
    form = thawed(release.form, drawn=drawn)
    if text_sha256(form) != release.text_sha256:
        return ["The text is not the one that was signed."]
    again = release_pdf(form, thawed_evidence(release.evidence))
    same = hashlib.sha256(again).hexdigest() == release.pdf_sha256
    return [] if same else ["The form draws another paper than the one that was signed."]
