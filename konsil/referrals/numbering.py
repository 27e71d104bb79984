"""Making a reference number, and looking one up by what somebody typed (F2.8)."""

from datetime import date, datetime, timedelta

from django.db import transaction

from konsil.cases.life import ENDED, Stage
from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.referrals.models import ReferenceNumber
from konsil.referrals.models.numbers import plain

TERM = timedelta(days=60)


@transaction.atomic
def number_of(
    case: Case, for_whom: ReferenceNumber.For, *, by: Actor, at: datetime
) -> ReferenceNumber:
    """The number of this case that still ties, or a new one."""
    Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    rows = ReferenceNumber.objects.filter(case=case, for_whom=for_whom, used_at=None)
    still: ReferenceNumber | None = next(
        (row for row in rows.order_by("-created_at") if row.open_at(at)), None
    )
    if still is not None:
        return still
    made: ReferenceNumber = ReferenceNumber.objects.create(
        case=case, for_whom=for_whom, expires_at=at + TERM
    )
    case.tell(Verb.NUMBER_MADE, by=by, at=at)
    return made


def take_back(case: Case, *, at: datetime) -> None:
    """The patient's number for her doctor ties nothing any more."""
    rows = ReferenceNumber.objects.filter(case=case, for_whom=ReferenceNumber.For.CLINIC)
    rows.filter(ended_at=None).update(ended_at=at)


def found(
    written: str, birth_date: date, for_whom: ReferenceNumber.For, *, at: datetime
) -> ReferenceNumber | None:
    """The number of that code and birth date; a wrong date counts against it. None for all else."""
    row: ReferenceNumber | None = (
        ReferenceNumber.objects.select_for_update(of=("self",))
        .select_related("case__patient", "case__tenant", "case__service_line")
        .filter(code=plain(written), for_whom=for_whom)
        .first()
    )
    if row is None or not row.open_at(at) or Stage(row.case.stage) in ENDED:
        return None
    if row.case.patient.birth_date != birth_date:
        row.misses += 1
        row.save(update_fields=["misses"])
        return None
    return row
