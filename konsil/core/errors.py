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
    asks_for_a_page = "text/html" in request.headers.get("Accept", "text/html")
    if not asks_for_a_page or "HX-Request" in request.headers:
        plain = words or "This belongs to somebody else’s part in the case."
        return HttpResponse(plain, status=403, content_type="text/plain; charset=utf-8")
    return render(request, "errors/forbidden.html", {"words": words}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault; nothing about the case is shown or logged here."""
    return HttpResponse(render_to_string("errors/broken.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose page was too old: say what to do, lose nothing."""
    return render(request, "errors/stale_form.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself makes no sense (a wrong host, a body that is too large)."""
    return _plain("This request could not be understood. Go back, and try it once more.")


def cannot_be_kept(request: HttpRequest) -> HttpResponse:
    """400: a sign or a number came that no page of ours sends and no table of ours can keep."""
    return _plain(
        "Something in this cannot be kept: an invisible sign, or a number without end. "
        "Nothing was saved. Go back, type it instead of pasting it, and send it again."
    )


def _plain(words: str) -> HttpResponse:
    return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
