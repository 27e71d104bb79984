"""What a hospital needs before its first patient, and what of it is missing, in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from konsil.cases.models import LicenceRule, ServiceLine
from konsil.core import machine
from konsil.people.invitations import waiting
from konsil.people.models import Institution, Membership
from konsil.people.roles import Role
from konsil.practice.models import MailSettings, SetupStep


@dataclass(frozen=True)
class Step:
    """A step of the set-up: what it is called, what it asks, and what is missing for it."""

    key: str
    title: str
    why: str
    missing: Callable[[Institution], Iterator[str]]


@dataclass(frozen=True)
class Standing:
    """Where a step stands."""

    step: Step
    state: str
    missing: list[str]

    @property
    def done(self) -> bool:
        """Nothing is missing and somebody said that it is so."""
        return not self.missing


def _institution(hospital: Institution) -> Iterator[str]:
    asked = {"address": "The address", "phone": "The telephone number", "place": "The state"}
    for name, words in asked.items():
        if not getattr(hospital, name):
            yield f"{words} is missing."


def _line(hospital: Institution) -> Iterator[str]:
    lines = ServiceLine.objects.filter(tenant=hospital)
    if not lines.exists():
        yield "There is no service line: patients cannot ask for anything yet."
    elif not lines.filter(active=True).exists():
        yield "No service line is on offer yet."


def _staff(hospital: Institution) -> Iterator[str]:
    """Desks without which no case moves; an open invitation counts."""
    desks = Membership.objects.in_force().filter(institution=hospital)
    roles = set(desks.values_list("role", flat=True))
    for invitation in waiting(hospital, at=timezone.now()):
        roles |= set(invitation.roles)
    needed = {
        Role.COORDINATOR: "Nobody coordinates.",
        Role.NURSE: "There is no nurse navigator: nobody can accept a case.",
        Role.REVIEWER: "There is no reviewing physician.",
        Role.BILLING: "Nobody does the billing.",
    }
    yield from (words for role, words in needed.items() if role not in roles)
    if desks.filter(role=Role.ADMIN).count() < 2:
        yield "There is only one administrator. Invite a second one."


def _licences(hospital: Institution) -> Iterator[str]:
    if not LicenceRule.objects.filter(tenant=hospital).exists():
        yield "The licence table is empty: every patient will need a local physician."


def _mail(hospital: Institution) -> Iterator[str]:
    row = MailSettings.objects.filter(tenant=hospital).first()
    if row is None and not settings.DEMO and settings.EMAIL_HOST == "localhost":
        yield "No post office is set: letters will not go out."
    elif row is not None and row.tested_at is None:
        yield "The settings were not tried yet. Send yourself a letter."


def _cards(hospital: Institution) -> Iterator[str]:
    if not settings.STRIPE["api_key"]:
        yield "KONSIL_STRIPE_KEY is not set: no card can be saved."
    if not settings.STRIPE["webhook_secret"]:
        yield "KONSIL_STRIPE_WEBHOOK_SECRET is not set: Konsil is not told of payments."


def _computer(hospital: Institution) -> Iterator[str]:
    for finding in machine.findings(Path(settings.HOME), demo=settings.DEMO):
        if finding.needed and not finding.well:
            yield f"{finding.name}: {finding.detail}. Mend with: {finding.mend}"


STEPS = (
    Step("institution", "The hospital", "Patients read it on every page.", _institution),
    Step("line", "The first service line", "What patients can ask for.", _line),
    Step("staff", "The people", "Each gets a link by mail.", _staff),
    Step("licences", "Where you may answer", "The table drives who is let in.", _licences),
    Step("mail", "E-mail", "Letters, sign-in codes, reminders.", _mail),
    Step("cards", "Cards", "The provider that takes the payments.", _cards),
    Step("computer", "This computer", "Scanner, sandbox, disk.", _computer),
)
BY_KEY = {step.key: step for step in STEPS}


def standing(hospital: Institution) -> list[Standing]:
    """Where each step of the set-up stands now."""
    kept = dict(SetupStep.objects.filter(tenant=hospital).values_list("step", "state"))
    return [Standing(step, kept.get(step.key, ""), list(step.missing(hospital))) for step in STEPS]
