"""The demo hospital: a parent, one child, two service lines, a licence table."""

from datetime import date, timedelta

from django.utils import timezone

from konsil.cases.models import Licence, LicenceRule, ServiceLine, Verdict
from konsil.people.models import Institution, User
from konsil.practice.licensing import warn_of_ends

LUNG_SECTIONS = [
    {"key": "summary", "title": "In short", "required": True},
    {"key": "history", "title": "What happened so far", "required": False},
    {"key": "imaging", "title": "The images, read again", "required": True},
    {"key": "assessment", "title": "What I think it is", "required": True},
    {"key": "advice", "title": "What I advise", "required": True},
]
LUNG_LIST = [
    {"key": "ct_new", "name": "CT of the chest, newest", "kind": "study", "modality": "CT"},
    {"key": "ct_old", "name": "CT of the chest, earlier", "kind": "study", "modality": "CT"},
    {"key": "report", "name": "Radiology report", "kind": "paper", "words": ["radiology", "chest"]},
    {"key": "pet", "name": "PET-CT", "kind": "study", "modality": "PT"},
    {"key": "path", "name": "Pathology report", "kind": "paper", "words": ["pathology"]},
    {"key": "letter", "name": "Family doctor’s letter", "kind": "paper", "words": ["letter"]},
]
BRAIN_LIST = [
    {"key": "mr", "name": "MRI of the brain", "kind": "study", "modality": "MR"},
    {"key": "report", "name": "Radiology report", "kind": "paper", "words": ["mri", "brain"]},
    {"key": "path", "name": "Pathology report", "kind": "paper", "words": ["pathology"]},
]
INCLUDED = [
    "Your images read again by a specialist",
    "A written answer to each of your questions",
    "Collecting your records from clinics",
    "Up to three further questions afterwards",
]
RULES = (
    ("US-OR", "Oregon", Verdict.ALLOW),
    ("US-WA", "Washington", Verdict.ALLOW),
    ("US-ID", "Idaho", Verdict.ALLOW),
    ("US-CA", "California", Verdict.LOCAL_PHYSICIAN),
    ("US-NV", "Nevada", Verdict.LOCAL_PHYSICIAN),
    ("US-AR", "Arkansas", Verdict.BLOCK),
)
LICENCES = (
    ("okoye", "US-OR", "MD-104411", 510),
    ("okoye", "US-CA", "A-88120", 24),
    ("ferreira", "US-OR", "MD-118020", 210),
)
"""Who, where, the number, and how many days it still holds."""


def found() -> tuple[Institution, Institution, ServiceLine, ServiceLine]:
    """The hospital, its child, and its two service lines (lung, brain)."""
    hospital = Institution.objects.create(
        name="Northgate Hospital",
        phone="+1 503 555 0140",
        address="400 Northgate Way, Portland, OR 97209",
        email="second.opinions@northgate.example",
        place="US-OR",
    )
    child = Institution.objects.create(
        name="St Brigid’s Clinic", parent=hospital, phone="+1 541 555 0117", place="US-OR"
    )
    lung = ServiceLine.objects.create(
        tenant=hospital,
        slug="lung",
        name="Lung: a spot or a tumor",
        about="A second opinion on a spot, a nodule or a tumor in the lung.",
        conditions=["a spot on the lung", "lung cancer", "a nodule that grows"],
        specialty="Thoracic oncology",
        price_cents=85000,
        gathering_fee_cents=15000,
        days_low=10,
        days_high=15,
        included=INCLUDED,
        checklist=LUNG_LIST,
        sections=LUNG_SECTIONS,
    )
    brain = ServiceLine.objects.create(
        tenant=hospital,
        slug="brain",
        name="Brain: a tumor or a finding",
        about="A second opinion on a tumor or an unclear finding in the brain.",
        conditions=["a brain tumor", "a finding in a brain scan", "glioma", "meningioma"],
        specialty="Neuro-oncology",
        price_cents=95000,
        gathering_fee_cents=15000,
        days_low=10,
        days_high=15,
        included=INCLUDED,
        checklist=BRAIN_LIST,
        sections=LUNG_SECTIONS,
    )
    for place, name, verdict in RULES:
        LicenceRule.objects.create(
            tenant=hospital,
            place=place,
            place_name=name,
            verdict=verdict,
            source="Demo table, not legal advice",
            checked_on=date(2026, 9, 1),
            owner="Dr. Mona Reyes",
        )
    return hospital, child, lung, brain


def license_them(hospital: Institution, people: dict[str, User]) -> None:
    """Who is licensed where; one licence ends soon, so that the office has something to do."""
    today = timezone.localdate()
    for who, place, number, days in LICENCES:
        Licence.objects.create(
            tenant=hospital,
            user=people[who],
            place=place,
            number=number,
            until=today + timedelta(days=days),
            source="Demo, looked up nowhere",
            checked_on=today,
        )
    warn_of_ends(hospital, at=timezone.now())
