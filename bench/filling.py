"""A thousand cases beside the demo's own, so that pages are measured in a practice, not in a void.

Rows are written in bulk by the application's own role, within the hospital's scope: no act is
told, no mail is sent, but every wall and constraint of the database holds.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import uuid4

from konsil.cases.life import NO_TURN, TURNS, Stage
from konsil.cases.models import (
    Case,
    Event,
    Exhibit,
    Look,
    PracticeCalendar,
    Question,
    Seat,
    ServiceLine,
    Task,
)
from konsil.cases.scope import scope
from konsil.cases.verbs import Verb
from konsil.messaging.models import Audience, Message, Thread
from konsil.people.models import Institution, Membership, Patient, User
from konsil.people.roles import DESKS, Role

STAGES = (
    (Stage.DRAFT, 8),
    (Stage.SCREENING, 12),
    (Stage.NEEDS_INFO, 6),
    (Stage.GATHERING, 22),
    (Stage.FILE_COMPLETE, 8),
    (Stage.OFFERED, 4),
    (Stage.IN_REVIEW, 12),
    (Stage.MORE_INFO, 3),
    (Stage.SIGNED, 2),
    (Stage.RELEASED, 11),
    (Stage.FOLLOW_UP, 6),
    (Stage.CLOSED, 6),
)
"""How a hundred cases spread over the stages."""
GIVEN = ("Alma", "Boris", "Clara", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Irina", "Jonas")
FAMILY = ("Abel", "Bauer", "Castro", "Duval", "Ekman", "Fischer", "Garcia", "Hansen", "Ito", "Khan")
TOLD = (Verb.OPENED, Verb.SUBMITTED, Verb.ACCEPTED, Verb.PARCEL_ARRIVED, Verb.CHARGED)
REVIEWERS = 6
A_BATCH = 1000


def fill(count: int, *, at: datetime) -> int:
    """Write `count` cases with all that stands around them, unless they are there; rows written."""
    hospital = Institution.front()
    with scope([hospital.pk]):
        if Case.objects.filter(number__startswith="K-B").exists():
            return 0
        return Practice(hospital, at=at).write(count)


class Practice:
    """What the rows of one hospital have in common, and the rows themselves."""

    def __init__(self, hospital: Institution, *, at: datetime) -> None:
        self.calendar = PracticeCalendar.of(hospital)
        self.hospital, self.at, self.dice = hospital, at, Random(7)  # noqa: S311 -- the same each time
        self.child = Institution.objects.filter(parent=hospital).first()
        self.lines = list(ServiceLine.objects.filter(tenant=hospital))
        self.stages = [stage for stage, share in STAGES for _ in range(share)]
        self.desk = User.objects.filter(memberships__role=Role.COORDINATOR).first()
        self.reviewers = self._reviewers()

    def write(self, count: int) -> int:
        accounts = [self._account(number) for number in range(count)]
        patients = [self._patient(user) for user in accounts]
        cases = [self._case(number, patient) for number, patient in enumerate(patients)]
        self.dice.shuffle(cases)
        written = 0
        for model, rows in (
            (User, iter(accounts)),
            (Patient, iter(patients)),
            (Case, iter(cases)),
            (Seat, self._each(cases, self._seats)),
            (Question, self._each(cases, self._questions)),
            (Exhibit, self._each(cases, self._exhibits)),
            (Task, self._each(cases, self._tasks)),
            (Event, self._each(cases, self._events)),
            (Look, self._each(cases, self._looks)),
        ):
            written += _save(model, rows)
        return written + self._messages(cases)

    @staticmethod
    def _each(cases: list[Any], make: Any) -> Iterator[Any]:
        return (row for case in cases for row in make(case))

    def _reviewers(self) -> list[User]:
        more = [
            User(email=f"reviewer{number}@northgate.example", name=f"Dr. {FAMILY[number]}")
            for number in range(REVIEWERS)
        ]
        User.objects.bulk_create(more)
        Membership.objects.bulk_create(
            Membership(user=user, institution=self.hospital, role=Role.REVIEWER) for user in more
        )
        return list(User.objects.filter(memberships__role=Role.REVIEWER))

    def _account(self, number: int) -> User:
        given, family = self.dice.choice(GIVEN), self.dice.choice(FAMILY)
        user = User(email=f"patient{number}@example.org", name=f"{given} {family}")
        user.set_unusable_password()
        return user

    def _patient(self, user: User) -> Patient:
        given, family = user.name.split()
        return Patient(
            tenant=self.hospital,
            user=user,
            given_name=given,
            family_name=family,
            birth_date=self.at.date() - timedelta(days=self.dice.randint(7000, 30000)),
            sex=self.dice.choice("FM"),
            email=user.email,
            phone="+1 503 555 0100",
            place="US-OR",
        )

    def _case(self, number: int, patient: Patient) -> Any:
        stage = self.stages[number % len(self.stages)]
        turn = TURNS.get(stage, NO_TURN)
        since = self.at - timedelta(hours=self.dice.randint(1, 300))
        return Case(
            tenant=self.hospital,
            number=f"K-B{number:05d}",
            patient=patient,
            service_line=self.dice.choice(self.lines),
            referred_by=self.child if number % 5 == 0 else None,
            stage=stage,
            stage_since=since,
            ball=turn.role or "",
            ball_for=turn.what,
            ball_since=since,
            due_at=turn.ladder.due(since, self.calendar) if turn.ladder else None,
            diagnosis="Something was found, and it is not clear what it is.",
            place="US-OR",
            submitted_at=since - timedelta(days=1),
        )

    def _seats(self, case: Any) -> Iterator[Seat]:
        for role in DESKS:
            yield Seat(tenant=self.hospital, case=case, role=role, institution=self.hospital)
        yield Seat(tenant=self.hospital, case=case, role=Role.PATIENT, user=case.patient.user)
        if case.referred_by_id:
            for role in (Role.REFERRER, Role.CHILD_ADMIN):
                yield Seat(tenant=self.hospital, case=case, role=role, institution=self.child)
        if case.stage in {Stage.OFFERED, Stage.IN_REVIEW, Stage.MORE_INFO, Stage.SIGNED}:
            role = Role.ASKED if case.stage == Stage.OFFERED else Role.REVIEWER
            who = self.dice.choice(self.reviewers)
            yield Seat(tenant=self.hospital, case=case, role=role, user=who)

    @staticmethod
    def _questions(case: Any) -> Iterator[Question]:
        for number in (1, 2, 3):
            yield Question(case=case, number=number, text="Is an operation really needed?")

    def _exhibits(self, case: Any) -> Iterator[Exhibit]:
        for number, sort in enumerate(("study", "study", "paper", "paper", "picture")):
            yield Exhibit(
                case=case,
                sort=sort,
                title=f"Record {number + 1} of this case",
                amount="120 images" if sort == "study" else "3 pages",
                care_date=self.at.date() - timedelta(days=self.dice.randint(5, 900)),
                source="Valley Imaging",
                modality="CT" if sort == "study" else "",
                object_id=uuid4(),
            )

    def _tasks(self, case: Any) -> Iterator[Task]:
        if case.stage == Stage.GATHERING:
            yield Task(
                case=case, role=Role.PATIENT, what="Sign a form for Valley Imaging", key="bench"
            )

    def _trace(self, case: Any, hours: int) -> dict[str, Any]:
        who = self.desk if hours % 2 else case.patient.user
        return {
            "case": case,
            "actor_kind": "user",
            "actor_user": who,
            "actor_name": str(who),
            "at": case.stage_since - timedelta(hours=hours),
        }

    def _events(self, case: Any) -> Iterator[Event]:
        for hours in range(12):
            yield Event(verb=TOLD[hours % len(TOLD)], facts={}, **self._trace(case, hours))

    def _looks(self, case: Any) -> Iterator[Look]:
        for hours in range(10):
            yield Look(action="see_case", path=f"/cases/{case.pk}/", **self._trace(case, hours))

    def _messages(self, cases: list[Any]) -> int:
        threads = [
            Thread(case=case, audience=Audience.PATIENT, waits_for="desk", last_at=self.at)
            for case in cases[::2]
        ]
        said = [
            Message(
                case=thread.case,
                thread=thread,
                text="Is there anything new about my case?",
                by_user=thread.case.patient.user,
                name=str(thread.case.patient),
                role="patient",
                from_outside=True,
                at=self.at - timedelta(hours=hours),
            )
            for thread in threads
            for hours in (1, 2, 3)
        ]
        return _save(Thread, iter(threads)) + _save(Message, iter(said))


def _save(model: Any, rows: Iterator[Any]) -> int:
    written = 0
    while batch := list(islice(rows, A_BATCH)):
        written += len(model.objects.bulk_create(batch))
    return written
