"""Where a request comes from on the network, behind as many proxies as the settings name."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The visitor's address; "" where there is none that can be believed.

    `X-Forwarded-For` is believed for as many steps as there are proxies of ours
    (`settings.TRUSTED_PROXIES`); whatever stands before those was written by the visitor.
    """
    steps = request.headers.get("X-Forwarded-For", "").split(",")
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and len(steps) >= trusted and steps[-trusted].strip():
        told = steps[-trusted].strip()
    else:
        told = str(request.META.get("REMOTE_ADDR", ""))
    try:
        return str(ip_address(told))
    except ValueError:
        return ""
