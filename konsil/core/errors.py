"""The pages for what went wrong, in words; a stranger's page and a missing page are the same."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not yours or not there (interface.md §6); never says which."""
    return render(request, "errors/not_found.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: you may see this case, but this act belongs to somebody else."""
    words = str(exception) if exception and str(exception) else ""
    if "text/html" not in request.headers.get("Accept", "text/html"):
        plain = words or "This belongs to somebody else’s part in the case."
        return HttpResponse(plain, status=403, content_type="text/plain; charset=utf-8")
    return render(request, "errors/forbidden.html", {"words": words}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault; nothing about the case is shown or logged here."""
    return HttpResponse(render_to_string("errors/broken.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose page was too old: say what to do, lose nothing."""
    return render(request, "errors/stale_form.html", status=403)
