"""The cast: who is who in the tests, and one case that all of them have or have not to do with."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from konsil.cases.actions import open_case
from konsil.cases.life import Stage
from konsil.cases.models import Case, LicenceRule, Question, ServiceLine, Verdict
from konsil.cases.reasons import LISTS
from konsil.cases.scope import SETTING
from konsil.cases.verbs import Verb
from konsil.intake.agreement import TOPICS, VERSION
from konsil.intake.models import Consent
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution, Membership, Patient, User
from konsil.people.roles import Role

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PASSWORD = "a long phrase for tests"

SECTIONS = [
    {"key": "summary", "title": "In short", "required": True},
    {"key": "imaging", "title": "Images, read again", "required": True},
    {"key": "advice", "title": "What I advise", "required": False},
]
CHECKLIST = [
    {"key": "ct", "name": "CT of the chest, images", "kind": "study", "modality": "CT"},
    {"key": "path", "name": "Pathology report", "kind": "paper"},
]


@dataclass
class Cast:
    """Rosa asks for an opinion; Brid of St Brigid's refers Petra; Ada runs the desk; Okoye reviews.

    Hal works at another clinic of the hospital, Wells is a physician of the hospital who has not
    been asked, Zoe coordinates at another hospital: none of them has business with Rosa's case.
    Petra is another patient. Berta does the billing, Mona directs.
    """

    northgate: Institution
    brigids: Institution
    other_clinic: Institution
    other_hospital: Institution
    line: ServiceLine
    rosa: User
    petra: User
    ada: User
    okoye: User
    ferreira: User
    wells: User
    brid: User
    hal: User
    zoe: User
    berta: User
    mona: User
    patient: Patient
    case: Case
    petras_case: Case
    now: datetime = MONDAY
    extra: dict[str, Any] = field(default_factory=dict)


def show_rows_of(*institutions: Institution) -> None:
    """Let the test itself see these tenants' rows for the rest of its transaction."""
    with connection.cursor() as cursor:
        value = ",".join(str(place.pk) for place in institutions)
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, value])


def user(name: str, *desks: tuple[Institution, Role]) -> User:
    made = User.objects.create_user(
        f"{name.rsplit(maxsplit=1)[-1].lower()}@example.org", PASSWORD, name=name
    )
    for institution, role in desks:
        Membership.objects.create(user=made, institution=institution, role=role)
    return made


def patient(tenant: Institution, account: User | None, given: str, family: str) -> Patient:
    return Patient.objects.create(
        tenant=tenant,
        user=account,
        given_name=given,
        family_name=family,
        birth_date=date(1971, 3, 14),
        sex="F",
        email=account.email if account else "",
        place="US-OR",
    )


def assemble() -> Cast:
    """Everybody, with Rosa's case submitted and Petra's referred by St Brigid's."""
    northgate = Institution.objects.create(name="Northgate Hospital", phone="+1 503 555 0100")
    brigids = Institution.objects.create(name="St Brigid’s Clinic", parent=northgate)
    other_clinic = Institution.objects.create(name="Harbor Clinic", parent=northgate)
    other = Institution.objects.create(name="Lakeside Hospital")
    show_rows_of(northgate, other)
    line = ServiceLine.objects.create(
        tenant=northgate,
        slug="lung",
        name="Lung cancer second opinion",
        specialty="Thoracic oncology",
        price_cents=85000,
        checklist=CHECKLIST,
        sections=SECTIONS,
        conditions=["lung cancer", "a spot on the lung"],
    )
    LicenceRule.objects.create(
        tenant=northgate,
        place="US-OR",
        place_name="Oregon",
        verdict=Verdict.ALLOW,
        source="Counsel",
        checked_on=date(2026, 9, 1),
        owner="Legal",
    )
    people = {
        "rosa": user("Rosa Delgado"),
        "petra": user("Petra Novak"),
        "ada": user("Ada Lindqvist", (northgate, Role.COORDINATOR), (northgate, Role.NURSE)),
        "okoye": user("Chidi Okoye", (northgate, Role.REVIEWER)),
        "ferreira": user("Marta Ferreira", (northgate, Role.REVIEWER)),
        "wells": user("Tom Wells", (northgate, Role.REVIEWER)),
        "brid": user("Brid Kelly", (brigids, Role.REFERRER)),
        "hal": user("Hal Brandt", (other_clinic, Role.REFERRER)),
        "zoe": user("Zoe Park", (other, Role.COORDINATOR), (other, Role.NURSE)),
        "berta": user("Berta Lund", (northgate, Role.BILLING)),
        "mona": user("Mona Reyes", (northgate, Role.DIRECTOR)),
    }
    rosas = patient(northgate, people["rosa"], "Rosa", "Delgado")
    case = open_case(patient=rosas, service_line=line, by=SYSTEM, at=MONDAY)
    case.seat(Role.PATIENT, by=SYSTEM, at=MONDAY, quietly=True, user=people["rosa"])
    agree(case)
    Question.objects.create(case=case, number=1, text="Is it cancer?")
    Question.objects.create(case=case, number=2, text="Do I need surgery?")
    petras = patient(northgate, people["petra"], "Petra", "Novak")
    hers = open_case(patient=petras, service_line=line, by=SYSTEM, at=MONDAY, referred_by=brigids)
    hers.seat(Role.PATIENT, by=SYSTEM, at=MONDAY, quietly=True, user=people["petra"])
    agree(hers)
    cast = Cast(
        northgate=northgate,
        brigids=brigids,
        other_clinic=other_clinic,
        other_hospital=other,
        line=line,
        patient=rosas,
        case=case,
        petras_case=hers,
        **people,
    )
    for each in (case, hers):
        put_at(each, Stage.SCREENING)
    return cast


def agree(case: Case) -> None:
    """The patient agreed to the terms, before the test begins."""
    for topic in TOPICS:
        Consent.objects.create(
            case=case,
            topic=topic.key,
            version=VERSION,
            words=str(topic.words),
            sha256=topic.sha256,
            given_at=MONDAY,
            given_by=str(case.patient),
        )


def put_at(case: Case, stage: Stage, *, at: datetime = MONDAY) -> Case:
    """Put a case at a stage without walking there (tests of one step only)."""
    from konsil.cases.life import NO_TURN, TURNS
    from konsil.cases.models.turning import calendar_of

    turn = TURNS.get(stage, NO_TURN)
    due = turn.ladder.due(at, calendar_of(case)) if turn.ladder else None
    Case.objects.filter(pk=case.pk).update(
        stage=stage,
        stage_since=at,
        ball=turn.role or "",
        ball_for=turn.what,
        due_at=due,
        ball_since=at,
    )
    case.refresh_from_db()
    return case


def why(verb: Verb) -> dict[str, str]:
    """The reason that a step of this name needs, if it needs one: the first of its list."""
    return {"reason": next(iter(LISTS[verb]))} if verb in LISTS else {}


def give_to_reviewer(cast: Cast) -> Case:
    """Rosa's case under Dr. Okoye's review."""
    cast.case.seat(Role.REVIEWER, by=SYSTEM, at=MONDAY, quietly=True, user=cast.okoye)
    return put_at(cast.case, Stage.IN_REVIEW)


def on_terms(cast: Cast, **terms: Any) -> None:
    """Rosa's case as if it had begun when the service line was offered on these terms."""
    for name, value in terms.items():
        setattr(cast.line, name, value)
    cast.line.save()
    cast.case.began_with = cast.line.keep_version(by=SYSTEM, at=MONDAY)
    cast.case.save(update_fields=["began_with"])
