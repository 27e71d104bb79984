"""The headers of every answer (OWASP ASVS 5.0 V3.4), and what a sign-out leaves behind."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

SOURCES = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data: blob:",
    "style-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}

SIGN_OUT = "/account/logout/"
"""After it nothing of a case stays in the browser, on a computer that others use (ASVS V14.3.1)."""


def content_policy() -> str:
    """The policy as one header value; the live address is the one other origin a page may ask."""
    sources = dict(SOURCES)
    if settings.LIVE_URL:
        sources["connect-src"] += f" {settings.LIVE_URL}"
    if settings.STRIPE["api_base"]:
        sources["form-action"] += f" {settings.STRIPE['api_base']}"
    else:
        sources["form-action"] += " https://checkout.stripe.com"
    return "; ".join(f"{name} {value}" for name, value in sources.items())


class SecurityHeaders:
    """Adds the headers that an answer does not set itself. Nothing of a case stays in a cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.always = {
            "Content-Security-Policy": content_policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "geolocation=(), payment=(), usb=()",
        }
        if settings.SECURE_HSTS_SECONDS:
            seconds = settings.SECURE_HSTS_SECONDS
            self.always["Strict-Transport-Security"] = f"max-age={seconds}; includeSubDomains"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.always.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        if request.method == "POST" and request.path == SIGN_OUT:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
