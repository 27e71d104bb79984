"""What one browser told us before there is a case; kept in its session, never in an address."""

from uuid import UUID, uuid4

from django.http import HttpRequest

from konsil.cases.models import LicenceRule, ServiceLine, Verdict
from konsil.intake.fit import KEYS
from konsil.people.models import Institution

GIVEN = "intake_fit"


def given(request: HttpRequest) -> dict[str, str]:
    """The answers to “can we help you?” so far."""
    kept = request.session.get(GIVEN, {})
    return {key: kept[key] for key in KEYS if key in kept}


def remember(request: HttpRequest, key: str, answer: str) -> None:
    """Keep one answer."""
    request.session[GIVEN] = {**given(request), key: answer}


def forget(request: HttpRequest) -> None:
    """The answers went into a request; nothing stays in the session."""
    request.session.pop(GIVEN, None)


def lines() -> list[ServiceLine]:
    """What the hospital offers, as a visitor may see it."""
    return list(ServiceLine.objects.filter(tenant=Institution.front(), active=True))


def line_of(answers: dict[str, str]) -> ServiceLine | None:
    """The service line for the illness that was chosen; None where we have none."""
    found: ServiceLine | None = ServiceLine.objects.filter(
        tenant=Institution.front(), active=True, slug=answers.get("illness", "")
    ).first()
    return found


def verdict_of(answers: dict[str, str]) -> Verdict:
    """What the law of the place lets us do."""
    return LicenceRule.verdict_for(Institution.front(), answers.get("place", ""))


def form_key(text: str) -> UUID:
    """The key that a start form carried, or a new one."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
