"""The pages that say what the service promises: privacy, terms, and what it is not for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, who may look, and what a patient may ask for."""
    return render(request, "legal/privacy.html")


def terms(request: HttpRequest) -> HttpResponse:
    """What a second opinion is, what it costs, and how to stop."""
    return render(request, "legal/terms.html")


def emergencies(request: HttpRequest) -> HttpResponse:
    """What to do instead when it cannot wait."""
    return render(request, "legal/emergencies.html")
