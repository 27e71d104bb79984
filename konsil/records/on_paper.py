"""A release form signed with pen and ink: a person of the desk looked at the photograph of it."""

from datetime import datetime

from django.db import transaction

from konsil.cases.actions import finish_task
from konsil.cases.life import ImpossibleMove
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.records.asking import move
from konsil.records.drafting import draft
from konsil.records.freezing import frozen
from konsil.records.models import Document, RecordRequest, Release
from konsil.records.paper.validity import refuse_incomplete
from konsil.records.paper.words import text_sha256
from konsil.records.signing import seal_of


@transaction.atomic
def accept_paper(release: Release, document: Document, *, by: Actor, at: datetime) -> Release:
    """The scan that arrived is this form, signed by hand: from now on it is the signed form.

    Raises `ImpossibleMove` when the scan cannot be shown or the form waits for no signature, and
    `NotSignable` when the form itself lacks something.
    """
    rows = Release.objects.select_for_update(no_key=True, of=("self",))
    release = rows.select_related("case__patient", "case__tenant", "holder").get(pk=release.pk)
    if release.state != Release.State.AWAIT_SIGNATURE:
        raise ImpossibleMove("This form waits for no signature. Reload the page.")
    copy = document.copy("pdf", "preview")
    if document.case_id != release.case_id or copy is None:
        raise ImpossibleMove("Choose the photograph or scan of the signed form from the record.")
    form = draft(release, at=at)
    refuse_incomplete(form, at=at, signing=False)
    release.form, release.template_version = frozen(form), form.template_version
    release.text_sha256 = text_sha256(form)
    release.evidence = {
        "intent": "signed by hand on the printed form",
        "document": str(document.pk),
        "original_sha256": document.holding.sha256,
        "looked_at_by": by.name,
        "looked_at": at.isoformat(),
        "check_code": f"{form.form_id}-{release.text_sha256[:8].upper()}",
    }
    release.pdf_sha256, release.pdf_media_type = copy["sha256"], copy["media_type"]
    release.signed_at, release.ends_on = at, form.expires
    release.state = Release.State.SIGNED
    release.seal = seal_of(release)
    release.save()
    move(RecordRequest.objects.get(release=release), "signed")
    finish_task(release.case, key=f"release-{release.pk}", by=by, at=at)
    release.case.tell(Verb.RELEASE_SIGNED, by=by, at=at, release=str(release.pk), seal=release.seal)
    return release
