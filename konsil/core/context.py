"""What every page knows without being told: the addresses that its scripts may ask."""

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """The actor the doorway found, if the request came through one, and the demo's flag."""
    return {"actor": getattr(request, "actor", None), "demo": settings.DEMO}
