"""What every page knows of the hospital it speaks for, and of the session that reads it."""

from django.http import HttpRequest

from konsil.people import proof
from konsil.people.lock import idle_limit
from konsil.people.models import Institution, User


def hospital(request: HttpRequest) -> dict[str, object]:
    """The hospital whose pages these are, for the head and the foot of every page."""
    return {"hospital": Institution.front()}


def lock(request: HttpRequest) -> dict[str, object]:
    """After how many seconds without a hand on it the page hides itself; nothing for a stranger."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"idle_limit": idle_limit(user), "needs_second": proof.needs_second(user)}
