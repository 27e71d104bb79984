"""Referring a whole list, sending its links, and undoing it while nobody has touched it (F2.8)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from konsil.cases.life import Stage
from konsil.cases.models import Case, Event
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.models import Institution
from konsil.referrals.actions import Entry, Letter, NotSent, reach, refer
from konsil.referrals.models import Batch, Referral

OURS = (Verb.OPENED, Verb.REFERRED, Verb.NUMBER_MADE)
"""What the list itself wrote into a case's history; anything else means that it was touched."""


@transaction.atomic
def refer_list(
    letters: Iterable[Letter],
    *,
    institution: Institution,
    file_name: str,
    form_key: UUID,
    by: Actor,
    at: datetime,
) -> Batch:
    """Open a draft for each patient; no link goes out yet. The same key twice makes one list."""
    if before := Batch.objects.filter(form_key=form_key).first():
        return before
    assert by.user is not None
    batch = Batch.objects.create(
        tenant=institution.tenant,
        institution=institution,
        by_user=by.user,
        file_name=file_name[:120],
        at=at,
        form_key=form_key,
    )
    entry = Entry(way=Referral.Way.LIST, batch=batch, quiet=True)
    for letter in letters:
        refer(letter, institution=institution, tenant=batch.tenant, by=by, at=at, entry=entry)
    return batch


def untouched(batch: Batch) -> list[Case]:
    """The drafts of the list in whose history nothing stands but the list."""
    touched = Event.objects.exclude(verb__in=OURS).values("case")
    rows = Case.objects.front().filter(referral__batch=batch, stage=Stage.DRAFT)
    return list(rows.exclude(pk__in=touched).order_by("number"))


@transaction.atomic
def undo(batch: Batch, *, by: Actor, at: datetime) -> int:
    """Withdraw every draft that nobody has touched; how many. The others stay as they are.

    The clinic wrote them alone and takes them back alone: no patient has seen them.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    gone = untouched(batch)
    for case in gone:
        case.move(Verb.WITHDRAWN, by=by, at=at, reason="by_mistake")
    batch.undone_at = at
    batch.save(update_fields=["undone_at"])
    return len(gone)


def send_links(batch: Batch, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Reach the patients of the untouched drafts, once; (how many, how many could not be)."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if batch.sent_at is not None:
            return 0, 0
        batch.sent_at = at
        batch.save(update_fields=["sent_at"])
        sent = failed = 0
        for case in untouched(batch):
            try:
                reach(case, by=by, at=at)
                sent += 1
            except NotSent:
                failed += 1
    return sent, failed


def own_batches(clinics: Iterable[Institution], by: Actor) -> list[Batch]:
    """The newest lists of these clinics that this very user referred."""
    rows = Batch.objects.filter(institution__in=list(clinics), by_user=by.user)
    return list(rows.order_by("-at")[:10])
