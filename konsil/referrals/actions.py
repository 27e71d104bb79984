"""The acts of a referral: referring a patient, and sending her the link to confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from konsil.cases.actions import open_case, set_task
from konsil.cases.life import Stage
from konsil.cases.models import Case, LicenceRule, Question, Seat, ServiceLine, Verdict
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.models import Institution, Pass, Patient, User
from konsil.people.roles import Role
from konsil.referrals.letters import send_link
from konsil.referrals.models import Batch, Doctor, ReferenceNumber, Referral
from konsil.referrals.numbering import number_of
from konsil.referrals.relation import settle_reading

LINK_TERM = timedelta(days=30)
LINKS_A_DAY = 5
CALL_HER = "call-referred"


class NotSent(Exception):
    """No link was sent; the words say why and what to do instead."""


@dataclass(frozen=True)
class Letter:
    """What a clinic says about the patient whom it refers. `place` is ISO 3166-2, like US-OR."""

    given_name: str
    family_name: str
    birth_date: date
    place: str
    service_line: ServiceLine
    reason: str
    questions: Sequence[str]
    physician: str
    sex: str = ""
    email: str = ""
    phone: str = ""
    own_reference: str = ""
    needed_by: date | None = None


@dataclass(frozen=True)
class Entry:
    """How a referral came in. `quiet` sends no link yet; the same key or order makes one case."""

    way: Referral.Way = Referral.Way.PAGE
    form_key: UUID | None = None
    order_number: str = ""
    batch: Batch | None = None
    doctor: Doctor | None = None
    quiet: bool = False


def refer(
    letter: Letter,
    *,
    institution: Institution | None,
    tenant: Institution,
    by: Actor,
    at: datetime,
    entry: Entry | None = None,
) -> Case:
    """Open a case for a referred patient and mail her the link to confirm (F2.8).

    The same form key, or the same order number of one clinic, twice makes one case.
    """
    entry = entry or Entry()
    try:
        with transaction.atomic():
            return _refer(letter, institution, tenant, by, at, entry)
    except IntegrityError:
        before = made_by(entry.form_key) or ordered(institution, entry.order_number)
        if before is None:
            raise
        return before


def ordered(institution: Institution | None, order_number: str) -> Case | None:
    """The case that the clinic's software opened under this order number."""
    if institution is None or not order_number:
        return None
    rows = Referral.objects.select_related("case")
    found = rows.filter(institution=institution, order_number=order_number).first()
    return found.case if found else None


def made_by(form_key: UUID | None) -> Case | None:
    """The case that this very form made a moment ago."""
    if form_key is None:
        return None
    found = Referral.objects.select_related("case").filter(form_key=form_key).first()
    return found.case if found else None


def _refer(
    letter: Letter,
    institution: Institution | None,
    tenant: Institution,
    by: Actor,
    at: datetime,
    entry: Entry,
) -> Case:
    patient = Patient.objects.create(
        tenant=tenant,
        given_name=letter.given_name,
        family_name=letter.family_name,
        birth_date=letter.birth_date,
        sex=letter.sex,
        email=letter.email,
        phone=letter.phone,
        place=letter.place,
    )
    case = open_case(
        patient=patient, service_line=letter.service_line, by=by, at=at, referred_by=institution
    )
    _describe(case, letter, institution or entry.doctor)
    Referral.objects.create(
        case=case,
        institution=institution,
        by_user=by.user,
        physician=letter.physician,
        own_reference=letter.own_reference,
        needed_by=letter.needed_by,
        referred_at=at,
        form_key=entry.form_key,
        way=entry.way,
        batch=entry.batch,
        doctor=entry.doctor,
        order_number=entry.order_number,
    )
    if institution is not None:
        settle_reading(case, institution, withheld=False)
    case.tell(Verb.REFERRED, by=by, at=at, institution=str(institution.pk) if institution else "")
    number_of(case, ReferenceNumber.For.PATIENT, by=by, at=at)
    if not entry.quiet:
        reach(case, by=by, at=at)
    return case


def _describe(case: Case, letter: Letter, sender: Institution | Doctor | None) -> None:
    """Why she is referred, and what is asked."""
    case.diagnosis = letter.reason
    if LicenceRule.verdict_for(case.tenant, letter.place) == Verdict.LOCAL_PHYSICIAN:
        case.local_physician = f"{letter.physician}, {sender}"[:160]
    case.save(update_fields=["diagnosis", "local_physician"])
    for number, text in enumerate(letter.questions, start=1):
        Question.objects.create(case=case, number=number, text=text)


def reach(case: Case, *, by: Actor, at: datetime) -> None:
    """Mail the patient her link; without an address the desk calls her."""
    if case.patient.email:
        invite(case, by=by, at=at)
    else:
        _ask_the_desk_to_call(case, by=by, at=at)


def _ask_the_desk_to_call(case: Case, *, by: Actor, at: datetime) -> None:
    """Without an e-mail address there is no link: the practice goes through it by telephone."""
    set_task(
        case,
        role=Role.COORDINATOR,
        what="Call the referred patient: there is no e-mail address for her link",
        key=CALL_HER,
        by=by,
        at=at,
        due_at=at + timedelta(days=1),
    )


@transaction.atomic
def invite(case: Case, *, by: Actor, at: datetime) -> None:
    """Mail the patient her link to confirm the request; only its hash is kept. Raises `NotSent`."""
    email = case.patient.email
    if case.stage != Stage.DRAFT:
        raise NotSent("The patient has sent this request already. She needs no link.")
    if not email:
        raise NotSent("There is no e-mail address of the patient. The practice calls her.")
    user = _account(email, str(case.patient))
    if _links_today(user, at=at) >= LINKS_A_DAY:
        raise NotSent("Many links went to this address today. The newest one works; or call her.")
    link, token = Pass.issue(
        tenant=case.tenant, label=f"Link for {case}", expires_at=at + LINK_TERM, user=user
    )
    case.seat(Role.PATIENT, by=by, at=at, quietly=True, held=link)
    Referral.objects.filter(case=case).update(link_sent_at=at, link_until=link.expires_at)
    transaction.on_commit(
        partial(send_link, to=email, token=token, until=link.expires_at, case=case), robust=True
    )


def _account(email: str, name: str) -> User:
    """The account that the link will open; a new one has no password and is proven by the link."""
    found = User.objects.filter(email__iexact=email).first()
    return found or User.objects.create_user(email, name=name)


def _links_today(user: User, *, at: datetime) -> int:
    return Pass.objects.filter(
        user=user, label__startswith="Link", created_at__gt=at - timedelta(days=1)
    ).count()


def open_here(letter: dict[str, Any], institution: Institution) -> Case | None:
    """An open case of the same person and service that this very institution referred (F2.9)."""
    seats = Seat.objects.in_force().filter(institution=institution, role=Role.REFERRER)
    found: Case | None = (
        Case.objects.open()
        .front()
        .filter(
            pk__in=seats.values("case"),
            service_line=letter["service_line"],
            patient__birth_date=letter["birth_date"],
            patient__family_name__iexact=letter["family_name"],
            patient__given_name__iexact=letter["given_name"],
        )
        .first()
    )
    return found
