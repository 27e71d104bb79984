"""How a demo case lives its past: through the same acts as any case, with earlier dates."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from konsil.billing.actions import record_paid
from konsil.billing.provider import SavedCard
from konsil.cases.actions import answer_offer, offer, open_case
from konsil.cases.models import Case, Question, RecordHolder, ServiceLine
from konsil.cases.verbs import Verb
from konsil.intake.actions import give_consent, submit
from konsil.intake.agreement import KEYS
from konsil.intake.checking import request_of
from konsil.parcels.importing import read_into
from konsil.parcels.models import Parcel
from konsil.people.actors import Actor
from konsil.people.models import Institution, Patient, User
from konsil.people.roles import Role


@dataclass(frozen=True)
class Who:
    """A patient of the demo, and what she asks."""

    given: str
    family: str
    born: date
    sex: str
    diagnosis: str
    questions: tuple[str, ...]
    place: str = "US-OR"
    language: str = "en"

    @property
    def email(self) -> str:
        plain = unicodedata.normalize("NFKD", self.given).encode("ascii", "ignore").decode()
        return f"{plain.lower()}@example.org"


@dataclass
class Story:
    """One case and the people who act in it."""

    case: Case
    patient: Actor
    ada: Actor

    def sends_request(self, at: datetime) -> None:
        """Agree to the terms and send it."""
        give_consent(self.case, KEYS, by=self.patient, at=at, name=self.patient.name)
        submit(self.case, by=self.patient, at=at)

    def is_accepted(self, at: datetime, *, paid: bool = True) -> None:
        """Ada accepts; the card of the demo was charged."""
        self.case.move(Verb.ACCEPTED, by=self.ada, at=at)
        if paid:
            card = SavedCard("cus_demo", "pm_demo", brand="visa", last4="4242", exp=(12, 2030))
            record_paid(self.case, card, f"pi_demo_{self.case.number}", at=at, by=self.patient)

    def gets_records(self, folder: Path, *, sender: str, at: datetime) -> None:
        """Everything in the folder arrives as one parcel."""
        parcel = Parcel.objects.create(case=self.case, door=Parcel.Door.IMPORT, sender=sender)
        for _outcome in read_into(parcel, folder, at=at):
            pass

    def is_complete(self, at: datetime) -> None:
        self.case.move(Verb.FILE_COMPLETED, by=self.ada, at=at)

    def is_offered(self, reviewer: User, at: datetime) -> None:
        offer(self.case, reviewer, by=self.ada, at=at)

    def is_taken(self, reviewer: User, at: datetime) -> None:
        answer_offer(self.case, takes=True, reason="", by=Actor.of(reviewer), at=at)


def begin(
    who: Who,
    line: ServiceLine,
    *,
    ada: User,
    at: datetime,
    referred_by: Institution | None = None,
    holders: tuple[tuple[str, str], ...] = (),
) -> Story:
    """A patient with an account, and her request filled in but not sent."""
    account = User.objects.create_user(who.email, None, name=f"{who.given} {who.family}")
    patient = Patient.objects.create(
        tenant=line.tenant,
        user=account,
        given_name=who.given,
        family_name=who.family,
        birth_date=who.born,
        sex=who.sex,
        email=who.email,
        phone="+1 503 555 0199",
        place=who.place,
        language=who.language,
    )
    actor = Actor.of(account)
    case = open_case(patient=patient, service_line=line, by=actor, at=at, referred_by=referred_by)
    case.diagnosis = who.diagnosis
    case.save(update_fields=["diagnosis"])
    case.seat(Role.PATIENT, by=actor, at=at, quietly=True, user=account)
    for number, text in enumerate(who.questions, start=1):
        Question.objects.create(case=case, number=number, text=text)
    for name, what in holders:
        RecordHolder.objects.create(
            case=case, name=name, what=what, email=_address(name), address="Oregon"
        )
    paper = request_of(case)
    paper.for_whom, paper.holders_listed, paper.proven_at = "me", True, at
    paper.save()
    return Story(case, actor, Actor.of(ada))


def _address(name: str) -> str:
    return f"records@{name.split(maxsplit=1)[0].lower().replace('’', '')}.example"


def ago(now: datetime, days: float) -> datetime:
    """So many days before `now`."""
    return now - timedelta(days=days)
