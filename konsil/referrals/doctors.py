"""A doctor who is not enrolled begins a referral alone (F2.12).

It waits twice: for the hospital, which checks who the doctor is, and for the patient, who agrees
by her own link. Until both have said yes the doctor sees nothing but the status.
"""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from konsil.cases.models import Case, ServiceLine
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import Institution, Pass
from konsil.referrals.actions import Entry, Letter, refer
from konsil.referrals.letters import send_doctor
from konsil.referrals.models import Doctor, Referral, Treating
from konsil.referrals.treating import seat_physician

TERM = timedelta(days=120)
A_DAY = 5


class NotBegun(Exception):
    """Nothing was kept; the words say why."""


def npi_is_sound(npi: str) -> bool:
    """Ten figures, the last one a check: Luhn over 80840 and the number (45 CFR 162.406)."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()):
        return False
    total = 0
    for place, sign in enumerate(reversed(f"80840{npi}")):
        figure = int(sign) * (2 if place % 2 else 1)
        total += figure - 9 if figure > 9 else figure
    return total % 10 == 0


def begin(
    letter: Letter,
    *,
    doctor: dict[str, str],
    tenant: Institution,
    form_key: UUID,
    at: datetime,
) -> Doctor:
    """Keep what the doctor wrote and mail the doctor's own link. Raises `NotBegun`."""
    recent = Doctor.objects.filter(
        tenant=tenant, email__iexact=doctor["email"], written_at__gt=at - timedelta(days=1)
    )
    if before := recent.filter(form_key=form_key).first():
        return before
    if recent.count() >= A_DAY:
        raise NotBegun(_("Many referrals began with this address today. Call us, we enrol you."))
    try:
        with transaction.atomic():
            return _begin(letter, doctor, tenant, form_key, at)
    except IntegrityError:
        return Doctor.objects.get(form_key=form_key)


def _begin(
    letter: Letter, doctor: dict[str, str], tenant: Institution, form_key: UUID, at: datetime
) -> Doctor:
    held, token = Pass.issue(tenant=tenant, label=doctor["name"][:120], expires_at=at + TERM)
    made = Doctor.objects.create(
        tenant=tenant,
        held=held,
        letter=as_json(letter),
        form_key=form_key,
        written_at=at,
        **doctor,
    )
    transaction.on_commit(
        partial(send_doctor, to=made.email, token=token, hospital=tenant), robust=True
    )
    return made


def as_json(letter: Letter) -> dict[str, Any]:
    """The letter as it waits."""
    kept = {name: value for name, value in vars(letter).items() if name != "service_line"}
    kept["birth_date"] = letter.birth_date.isoformat()
    kept["needed_by"] = letter.needed_by.isoformat() if letter.needed_by else None
    kept["questions"] = list(letter.questions)
    kept["service_line"] = str(letter.service_line.pk)
    return kept


def as_letter(kept: dict[str, Any]) -> Letter:
    """The letter that waited."""
    line = ServiceLine.objects.get(pk=kept["service_line"])
    needed = kept["needed_by"]
    return Letter(
        **{
            **kept,
            "birth_date": date.fromisoformat(kept["birth_date"]),
            "needed_by": date.fromisoformat(needed) if needed else None,
            "service_line": line,
        }
    )


@transaction.atomic
def prove(doctor: Doctor, *, at: datetime) -> Doctor:
    """The doctor reads mail at the address given: now the hospital is asked to check."""
    doctor = Doctor.objects.select_for_update(of=("self",)).get(pk=doctor.pk)
    if doctor.state == Doctor.State.WRITTEN:
        doctor.state, doctor.proven_at = Doctor.State.PROVEN, at
        doctor.save(update_fields=["state", "proven_at"])
    return doctor


@transaction.atomic
def accept(doctor: Doctor, *, by: Actor, at: datetime) -> Case | None:
    """The hospital knows who refers: open the case and mail the patient her link; once."""
    doctor = Doctor.objects.select_for_update(of=("self",)).get(pk=doctor.pk)
    if doctor.state != Doctor.State.PROVEN:
        return None
    entry = Entry(way=Referral.Way.DOCTOR, doctor=doctor)
    case = refer(
        as_letter(doctor.letter),
        institution=None,
        tenant=doctor.tenant,
        by=by,
        at=at,
        entry=entry,
    )
    _decided(doctor, Doctor.State.ACCEPTED, "", by, at)
    return case


@transaction.atomic
def refuse(doctor: Doctor, *, why: str, by: Actor, at: datetime) -> None:
    """The hospital does not take it; what was written about the patient is forgotten."""
    doctor = Doctor.objects.select_for_update(of=("self",)).get(pk=doctor.pk)
    if doctor.state in {Doctor.State.PROVEN, Doctor.State.WRITTEN}:
        _decided(doctor, Doctor.State.REFUSED, why, by, at)


def _decided(doctor: Doctor, state: Doctor.State, why: str, by: Actor, at: datetime) -> None:
    doctor.state, doctor.why, doctor.letter = state, why[:200], {}
    doctor.decided_at, doctor.decided_by = at, by.user
    doctor.save(update_fields=["state", "why", "letter", "decided_at", "decided_by"])


def join_after_consent(case: Case, *, at: datetime) -> None:
    """The patient has sent her request: the checked doctor becomes her treating physician, once."""
    referral = Referral.objects.filter(case=case).exclude(doctor=None).first()
    if referral is None or referral.doctor is None or case.submitted_at is None:
        return
    doctor = referral.doctor
    there = Treating.objects.filter(held=doctor.held).exists()
    if there or doctor.state != Doctor.State.ACCEPTED or not doctor.held.open_at(at):
        return
    about = {"name": doctor.name, "practice": doctor.practice, "email": doctor.email}
    seat_physician(case, doctor.held, by=SYSTEM, at=at, **about)
