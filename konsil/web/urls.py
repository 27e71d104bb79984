"""Every address of Konsil. Each leads through a doorway (konsil.cases.doorway).

A room brings its own: `urlpatterns` are the routes of one case, `outside` those without a case.
"""

from importlib import import_module
from pathlib import Path

from django.urls import URLPattern, URLResolver, include, path

from konsil.cases.doorway import door
from konsil.core import errors

KONSIL = Path(__file__).resolve().parent.parent
ROOMS = (
    "intake",
    "parcels",
    "entrance",
    "referrals",
    "records",
    "imaging",
    "opinions",
    "messaging",
    "billing",
    "notices",
    "practice",
    "exchange.dicomweb",
    "exchange.package",
    "exchange.referring",
    "web",
    "demo",
)


def routes() -> list[URLPattern | URLResolver]:
    """The rooms' routes, in the order of the floors."""
    found: list[URLPattern | URLResolver] = []
    for room in ROOMS:
        file = "pages" if room == "web" else "urls"
        if not (KONSIL / room.replace(".", "/") / f"{file}.py").exists():
            continue
        module = import_module(f"konsil.{room}.{file}")
        space = room.rsplit(".", 1)[-1]
        if hasattr(module, "urlpatterns"):
            inside = include((module.urlpatterns, space), namespace=space)
            found.append(path("cases/<uuid:case_id>/", inside))
        if hasattr(module, "outside"):
            outside = include((module.outside, f"{space}_out"), namespace=f"{space}_out")
            found.append(path("", outside))
    return found


ADDRESSES = "account/email/"
"""Closed: an address that nobody proved would take the requests of whoever reads mail there."""

SITTINGS = "account/sessions/"
"""Closed: the house's own page of one's sessions (konsil.entrance.account) takes its place."""

urlpatterns = [
    path(SITTINGS, door("GET", "POST", public=True)(errors.not_found)),
    path(ADDRESSES, door("GET", "POST", public=True)(errors.not_found)),
    path("account/", include("allauth.urls")),
    *routes(),
]

handler400 = "konsil.core.errors.bad_request"
handler404 = "konsil.core.errors.not_found"
handler403 = "konsil.core.errors.forbidden"
handler500 = "konsil.core.errors.broken"
