"""Which hospital a page speaks for."""

from django.http import HttpRequest

from konsil.people.models import Institution


def hospital(request: HttpRequest) -> dict[str, object]:
    """The hospital whose pages these are, for the head and the foot of every page."""
    return {"hospital": Institution.front()}
