"""The treating physician without an account: a link, an acknowledgement, a finding (F11.8)."""

from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from konsil.cases.actions import set_task
from konsil.cases.life import Stage
from konsil.cases.models import Case, Seat, SeatScope
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.models import Pass
from konsil.people.roles import Role
from konsil.referrals.letters import send_treating
from konsil.referrals.models import Finding, Treating

TERM = timedelta(days=90)
AT_A_CASE = 5
DEAD = frozenset({Stage.DRAFT, Stage.WITHDRAWN, Stage.DECLINED, Stage.EXPIRED})


class NotNamed(Exception):
    """No link was made; the words say why and what to do instead."""


@transaction.atomic
def name_physician(
    case: Case,
    *,
    name: str,
    practice: str,
    email: str,
    by: Actor,
    at: datetime,
) -> Treating:
    """Mail a link to the released report; an earlier one to the same address dies. May raise."""
    if Stage(case.stage) in DEAD:
        raise NotNamed(_("The request has to be sent first, and must not have been withdrawn."))
    Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    rows = Treating.objects.filter(case=case, ended_at=None)
    for earlier in rows.filter(email__iexact=email):
        end_link(earlier, by=by, at=at)
    if rows.filter(ended_at=None).count() >= AT_A_CASE:
        raise NotNamed(_("Five physicians have a link already. End one of them first."))
    held, token = Pass.issue(tenant=case.tenant, label=name[:120], expires_at=at + TERM)
    made = seat_physician(case, held, name=name, practice=practice, email=email, by=by, at=at)
    transaction.on_commit(
        partial(send_treating, to=email, token=token, until=held.expires_at, case=case),
        robust=True,
    )
    return made


@transaction.atomic
def seat_physician(
    case: Case, held: Pass, *, name: str, practice: str, email: str, by: Actor, at: datetime
) -> Treating:
    """Let the holder of a pass be the treating physician: the report, and sending; no record."""
    made: Treating = Treating.objects.create(
        case=case,
        held=held,
        name=name,
        practice=practice,
        email=email,
        named_by=by.name,
        sent_at=at,
    )
    case.seat(Role.TREATING, by=by, at=at, quietly=True, held=held)
    put = {"scope": SeatScope.PUT, "scope_id": made.pk}
    case.seat(Role.TREATING, by=by, at=at, quietly=True, held=held, **put)
    case.tell(Verb.TREATING_NAMED, by=by, at=at, treating=str(made.pk))
    return made


@transaction.atomic
def end_link(row: Treating, *, by: Actor, at: datetime) -> None:
    """The link opens nothing any more, in no browser."""
    if row.ended_at is not None:
        return
    Pass.objects.filter(pk=row.held_id, revoked_at=None).update(revoked_at=at)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    row.case.unseat(Role.TREATING, by=by, at=at, held=row.held)
    row.case.tell(Verb.TREATING_ENDED, by=by, at=at, treating=str(row.pk))


@transaction.atomic
def acknowledge(row: Treating, *, by: Actor, at: datetime) -> None:
    """The physician says that the report was read; once."""
    row = Treating.objects.select_for_update(of=("self",)).select_related("case").get(pk=row.pk)
    if row.acknowledged_at is None:
        row.acknowledged_at = at
        row.save(update_fields=["acknowledged_at"])
        row.case.tell(Verb.REPORT_ACKNOWLEDGED, by=by, at=at, treating=str(row.pk))


@transaction.atomic
def add_finding(
    row: Treating, text: str, *, found_on: date | None, by: Actor, at: datetime
) -> Finding:
    """What was found later: the practice reads it, and decides whether it changes the opinion."""
    made: Finding = Finding.objects.create(
        case=row.case, treating=row, text=text, found_on=found_on, at=at
    )
    row.case.tell(Verb.FINDING_ADDED, by=by, at=at, finding=str(made.pk))
    set_task(
        row.case,
        role=Role.COORDINATOR,
        what="Read what the treating physician found, and show it to the reviewer",
        key=f"finding-{made.pk}",
        where="referral/",
        by=by,
        at=at,
        due_at=at + timedelta(days=1),
    )
    return made


def of_pass(case: Case, actor: Actor) -> Treating | None:
    """Whose link the visitor holds at this case."""
    if actor.held is None:
        return None
    found: Treating | None = Treating.objects.filter(
        case=case, held=actor.held, ended_at=None
    ).first()
    return found


def case_behind(held: Pass) -> Case | None:
    """The case at which the holder sits as treating physician."""
    seat = (
        Seat.objects.in_force()
        .filter(held=held, role=Role.TREATING, scope=SeatScope.CASE)
        .select_related("case__patient", "case__tenant")
        .first()
    )
    return seat.case if seat else None
