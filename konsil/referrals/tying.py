"""Tying a patient and her doctor by number and birth date, never by a name (F2.8)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from konsil.cases.life import Stage
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.models import Institution
from konsil.referrals.actions import invite
from konsil.referrals.models import ReferenceNumber, Referral
from konsil.referrals.numbering import found
from konsil.referrals.relation import clinic_of, take_part


class NotTied(Exception):
    """Nothing was tied; the words are the same whatever did not fit."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This number and this date of birth do not fit together, or the number has ended. "
                "Check both. After five tries with a number it is locked; then call us."
            )
        )


class NotTiedHere(Exception):
    """The number is right, but this clinic cannot take part; the words say why."""


def tie_patient(
    written: str, birth_date: date, email: str, *, by: Actor, at: datetime
) -> str | None:
    """The doctor registered first: mail the patient her link; to which address. None: no fit.

    An address that the clinic gave stays: whoever has the number cannot turn the link away.
    Raises `konsil.referrals.actions.NotSent`. A miss is kept even when the caller gives up.
    """
    with transaction.atomic():
        row = found(written, birth_date, ReferenceNumber.For.PATIENT, at=at)
        if row is None or row.case.stage != Stage.DRAFT:
            return None
        patient = row.case.patient
        if not patient.email:
            patient.email = email
            patient.save(update_fields=["email"])
        invite(row.case, by=by, at=at)
        return str(patient.email)


def tie_clinic(
    written: str,
    birth_date: date,
    *,
    institution: Institution,
    physician: str,
    own_reference: str,
    by: Actor,
    at: datetime,
) -> UUID | None:
    """The patient asked first and gave her doctor the number: the clinic takes part. None: no fit.

    Raises `NotTiedHere` when another clinic takes part already.
    """
    with transaction.atomic():
        row = found(written, birth_date, ReferenceNumber.For.CLINIC, at=at)
        if row is None:
            return None
        case, there = row.case, clinic_of(row.case)
        if there is not None and there != institution:
            raise NotTiedHere(_("Another clinic takes part in this request. Ask the patient."))
        row.used_at = row.ended_at = at
        row.save(update_fields=["used_at", "ended_at"])
        if there is None:
            take_part(case, institution, by=by, at=at)
            given = {
                "institution": institution,
                "by_user": by.user,
                "physician": physician,
                "own_reference": own_reference,
                "referred_at": at,
                "way": Referral.Way.NUMBER,
                "withheld": False,
                "ended_at": None,
            }
            Referral.objects.update_or_create(case=case, defaults=given)
            case.tell(Verb.CLINIC_TIED, by=by, at=at, institution=str(institution.pk))
        return UUID(str(case.pk))
