"""The parts that people play in a practice; the same words in seats, desks and the access table."""

from django.db.models import TextChoices


class Role(TextChoices):
    """A part played at a case (a seat) or in an institution (a desk)."""

    PATIENT = "patient", "Patient"
    PROXY = "proxy", "Parent, guardian or agent"
    REFERRER = "referrer", "Referring clinician"
    CHILD_ADMIN = "child_admin", "Administrator of a referring institution"
    PROVIDER = "provider", "Provider of earlier records"
    TREATING = "treating", "Treating physician"
    COORDINATOR = "coordinator", "Coordinator"
    NURSE = "nurse", "Nurse navigator"
    ASKED = "asked", "Reviewer who was asked"
    REVIEWER = "reviewer", "Reviewing physician"
    COLLEAGUE = "colleague", "Invited colleague"
    DIRECTOR = "director", "Medical director"
    BILLING = "billing", "Billing"
    IT = "it", "Hospital IT"
    PRIVACY = "privacy", "Privacy officer"
    ADMIN = "admin", "System administrator"
    SYSTEM = "system", "Konsil"


DESKS = (Role.COORDINATOR, Role.NURSE, Role.DIRECTOR, Role.BILLING)
"""The desks of the parent institution that sit at every case of the practice."""

STAFF = frozenset(
    {
        Role.COORDINATOR,
        Role.NURSE,
        Role.REVIEWER,
        Role.DIRECTOR,
        Role.BILLING,
        Role.IT,
        Role.PRIVACY,
        Role.ADMIN,
    }
)
"""Roles of a membership at the hospital itself."""
