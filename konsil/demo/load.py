"""Loads the demo hospital once: a living practice with real images, within a minute."""

import tempfile
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from konsil.cases.listeners import nobody_listens
from konsil.cases.models import ServiceLine
from konsil.cases.scope import scope
from konsil.demo import money, phantoms
from konsil.demo.cast import PEOPLE, enroll
from konsil.demo.opinion import write_leilas, write_rosas
from konsil.demo.papers import letter
from konsil.demo.practice import found, license_them
from konsil.demo.stories import Story, Who, ago, begin
from konsil.messaging.models import Audience, Thread
from konsil.notices.keeping import begin_missing
from konsil.people.models import Institution, User

ROSA = Who(
    "Rosa",
    "Delgado",
    date(1971, 3, 14),
    "F",
    "They found a spot of 14 millimetres in my right lung. My doctor says it may be cancer.",
    (
        "Is surgery really needed, or can I wait and watch?",
        "Could the spot be something other than cancer?",
        "If I need an operation, can it be done through small cuts?",
    ),
)
PETRA = Who(
    "Petra",
    "Novak",
    date(1984, 7, 2),
    "F",
    "A finding in the left temple, seen by MRI.",
    ("Does this need to come out?",),
)
LEILA = Who(
    "Leila",
    "Haddad",
    date(1966, 1, 20),
    "F",
    "A small meningioma, found by chance.",
    ("Must it be operated?", "How often should it be checked?"),
)
GRACE = Who(
    "Grace",
    "Achterberg",
    date(1958, 11, 5),
    "F",
    "A nodule that grew in two years.",
    ("Is it growing fast?",),
)
SAMUEL = Who(
    "Samuel",
    "Otieno",
    date(1949, 4, 30),
    "M",
    "A spot on the left lung, seen by X-ray.",
    ("What should be done next?",),
    place="US-WA",
)
HENRIK = Who(
    "Henrik",
    "Sundqvist",
    date(1962, 9, 12),
    "M",
    "Lung cancer, stage 2.",
    ("Is there another way than chemotherapy first?",),
)
TOMAS = Who(
    "Tomás",
    "Byrne",
    date(1990, 2, 8),
    "M",
    "Headaches; something was seen in the scan.",
    ("Is it dangerous?",),
    place="US-ID",
)
INES = Who(
    "Ines",
    "Fabre",
    date(1975, 6, 21),
    "F",
    "Lung cancer, they want to operate.",
    ("Is this the right operation?",),
    language="es",
)


def load() -> bool:
    """Load the demo, unless a hospital is there already. True if it was loaded now."""
    if Institution.objects.exists():
        return False
    hospital, child, lung, brain = found()
    people = {person.email.split("@")[0]: enroll(person, hospital, child) for person in PEOPLE}
    with (
        nobody_listens(),
        scope([hospital.pk]),
        tempfile.TemporaryDirectory(prefix="demo-") as folder,
    ):
        license_them(hospital, people)
        money.set_up(hospital, at=timezone.now())
        _cases(people, child, lung, brain, Path(folder))
        begin_missing(hospital, at=timezone.now())
    return True


def _cases(
    people: dict[str, User], child: Institution, lung: ServiceLine, brain: ServiceLine, room: Path
) -> None:
    now = timezone.now()
    ada = people["ada"]
    rosas(begin(ROSA, lung, ada=ada, at=ago(now, 9), holders=HOLDERS), people, room, now)
    petras(begin(PETRA, brain, ada=ada, at=ago(now, 6), referred_by=child), people, room, now)
    leilas(begin(LEILA, brain, ada=ada, at=ago(now, 20)), people, room, now)
    graces(begin(GRACE, lung, ada=ada, at=ago(now, 8)), room, now)
    samuels(begin(SAMUEL, lung, ada=ada, at=ago(now, 7)), people, room, now)
    begin(HENRIK, lung, ada=ada, at=ago(now, 2)).sends_request(ago(now, 1.8))
    begin(TOMAS, brain, ada=ada, at=ago(now, 1), referred_by=child).sends_request(ago(now, 0.2))
    begin(INES, lung, ada=ada, at=ago(now, 0.5))


HOLDERS = (("Valley Imaging", "CT scans"), ("Lakeside Lung Clinic", "Breathing tests"))


def _whose(
    who: Who, day: date, *, seed: int = 1, institution: str = "Valley Imaging"
) -> phantoms.Whose:
    whose: phantoms.Whose = {
        "name": f"{who.family}^{who.given}",
        "birth_date": who.born,
        "sex": who.sex,
        "patient_id": f"VI-{who.born:%d%m%y}",
        "study_date": day,
        "institution": institution,
        "seed": seed,
    }
    return whose


def _in(room: Path, name: str) -> Path:
    folder = room / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def rosas(story: Story, people: dict[str, User], room: Path, now: datetime) -> None:
    """Two CTs of the chest, a report and a letter; Dr. Okoye is reading."""
    okoye = people["okoye"]
    story.sends_request(ago(now, 8.8))
    story.is_accepted(ago(now, 8))
    new, old = ago(now, 12).date(), ago(now, 174).date()
    disc = _in(room, "valley")
    phantoms.ct_chest(
        _in(disc, "CT1"), slices=100, **_whose(ROSA, new, institution="Valley Imaging")
    )
    phantoms.ct_chest(
        _in(disc, "CT2"),
        slices=40,
        size=256,
        **_whose(ROSA, old, seed=3),
    )
    story.gets_records(disc, sender="Valley Imaging", at=ago(now, 6))
    papers = _in(room, "papers")
    (papers / "Radiology report.pdf").write_bytes(_report(new))
    (papers / "Letter of the family doctor.pdf").write_bytes(_letter(ago(now, 10).date()))
    story.gets_records(papers, sender="Rosa Delgado", at=ago(now, 5.5))
    Thread.of(story.case, Audience.PATIENT).write(
        "Good morning Rosa. Your CT scan opened well and Dr. Okoye has set time aside for it.",
        by=story.ada,
        at=ago(now, 5),
    )
    Thread.of(story.case, Audience.PATIENT).write(
        "Thank you Ada. I am glad that it is all there now.", by=story.patient, at=ago(now, 4.9)
    )
    story.is_complete(ago(now, 4))
    story.is_offered(okoye, ago(now, 3.9))
    story.is_taken(okoye, ago(now, 3.7))
    write_rosas(story.case, okoye, at=ago(now, 0.1))


def petras(story: Story, people: dict[str, User], room: Path, now: datetime) -> None:
    """Referred by St Brigid’s; an MRI is there, and one study bears another name."""
    story.sends_request(ago(now, 5.8))
    story.is_accepted(ago(now, 5))
    scans = _in(room, "petra")
    phantoms.mr_brain(_in(scans, "MR"), **_whose(PETRA, ago(now, 15).date()))
    stranger = Who("Petra", "Nowak", date(1951, 3, 9), "F", "", ())
    phantoms.cr_chest(_in(scans, "CR"), **_whose(stranger, ago(now, 400).date()))
    story.gets_records(scans, sender="St Brigid’s Clinic", at=ago(now, 3))


def leilas(story: Story, people: dict[str, User], room: Path, now: datetime) -> None:
    """Answered: the report is with her."""
    ferreira = people["ferreira"]
    story.sends_request(ago(now, 19.5))
    story.is_accepted(ago(now, 19))
    scans = _in(room, "leila")
    made = phantoms.mr_brain(_in(scans, "MR"), **_whose(LEILA, ago(now, 30).date(), seed=8))
    story.gets_records(scans, sender="Leila Haddad", at=ago(now, 17))
    story.is_complete(ago(now, 12))
    story.is_offered(ferreira, ago(now, 11.9))
    story.is_taken(ferreira, ago(now, 11.5))
    write_leilas(story.case, ferreira, made[len(made) // 4], at=ago(now, 8))


def graces(story: Story, room: Path, now: datetime) -> None:
    """Complete, and waiting for a reviewer; a cine of the liver among the records."""
    story.sends_request(ago(now, 7.8))
    story.is_accepted(ago(now, 7))
    scans = _in(room, "grace")
    phantoms.us_cine(_in(scans, "US"), **_whose(GRACE, ago(now, 21).date()))
    phantoms.ct_chest(
        _in(scans, "CT"), slices=30, size=256, **_whose(GRACE, ago(now, 20).date(), seed=5)
    )
    story.gets_records(scans, sender="Grace Achterberg", at=ago(now, 4))
    story.is_complete(ago(now, 0.4))


def samuels(story: Story, people: dict[str, User], room: Path, now: datetime) -> None:
    """Offered to Dr. Okoye, who has not answered yet."""
    story.sends_request(ago(now, 6.8))
    story.is_accepted(ago(now, 6))
    scans = _in(room, "samuel")
    phantoms.cr_chest(_in(scans, "CR"), **_whose(SAMUEL, ago(now, 9).date(), seed=4))
    story.gets_records(scans, sender="Samuel Otieno", at=ago(now, 2))
    story.is_complete(ago(now, 1))
    story.is_offered(people["okoye"], ago(now, 0.2))


def _report(day: date) -> bytes:
    return letter(
        clinic="Valley Imaging",
        town="Salem, Oregon",
        day=f"{day:%B} {day.day}, {day.year}",
        about="Rosa Delgado, born March 14, 1971",
        title="Radiology report, CT of the chest",
        text=[
            "Technique: helical CT of the chest after intravenous contrast, 3 mm slices.",
            "Findings: a solid nodule of 14 mm in the right upper lobe with a spiculated edge. "
            "It measured 11 mm in June. No enlarged lymph nodes. No pleural fluid.",
            "Impression: growing nodule of the right upper lobe, suspicious. PET-CT is advised.",
        ],
    )


def _letter(day: date) -> bytes:
    return letter(
        clinic="Dr. Hanna Weiss, family medicine",
        town="Salem, Oregon",
        day=f"{day:%B} {day.day}, {day.year}",
        about="Rosa Delgado, born March 14, 1971",
        title="Letter of the family doctor",
        text=[
            "Mrs. Delgado smoked ten cigarettes a day until 2009. She walks two miles a day and "
            "climbs three floors without rest. No earlier cancer.",
            "She takes lisinopril 10 mg once a day. No allergies are known.",
            "She is worried about an operation and asks whether waiting is possible.",
        ],
    )
