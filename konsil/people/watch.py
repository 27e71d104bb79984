"""The watch at the gate: no route answers a session that lacks its second factor, or that slept.

It stands before every view, so that no view has to remember it (F1.4, trust.md B1 and B8).

- Who has a desk and signed in by a password alone is led to the second factor, and gets nothing.
- A session that nobody used for a while is locked; see `konsil.people.lock`.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from konsil.people import lock, proof
from konsil.people.models import User

V = TypeVar("V", bound=Callable[..., HttpResponseBase])

TO_SET_UP = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "account_reauthenticate",
    }
)
TO_SHOW = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})
TO_WAKE = TO_SHOW | {"account_reauthenticate"}
WAYS_OUT = frozenset({"account_logout"})
SCRIPTS = ("X-Requested-With", "HX-Request", "X-Autosave", "Tus-Resumable")
LOCKED = "X-Konsil-Locked"
"""On a 401: the session sleeps and can be woken; the page asks for it in a dialog."""


def outlasts_lock(view: V) -> V:
    """Mark a view that goes on while the session is locked, since it tells nothing of a case."""
    view.outlasts_lock = True  # type: ignore[attr-defined]
    return view


def is_page(request: HttpRequest) -> bool:
    """A page that somebody opened or a form that she sent; not what a page asks for by itself."""
    if any(name in request.headers for name in SCRIPTS):
        return False
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


class Watch:
    """Django middleware; stands behind the session's and allauth's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """None lets the request pass; an answer is given instead of the view's."""
        user = request.user
        name = request.resolver_match.url_name if request.resolver_match else ""
        if not isinstance(user, User) or name in WAYS_OUT:
            return None
        now = timezone.now().timestamp()
        if lock.is_over(request.session, now):
            lock.end(request)
            return None
        if lock.is_locked(request.session, user, now):
            goes_on = getattr(view, "outlasts_lock", False) or name in TO_WAKE
            return None if goes_on else _locked(request)
        if not proof.has_second(request) and (
            request.session.get(lock.CHOSE) or proof.needs_second(user)
        ):
            return _needs_second(request, user, name or "")
        if is_page(request) and not getattr(view, "outlasts_lock", False):
            lock.used(request, now)
        return _keeps_one_factor(request, user, name or "")


def _needs_second(request: HttpRequest, user: User, name: str) -> HttpResponseBase | None:
    """To the page where it is shown, or where it is set up; nothing else is answered."""
    has = proof.factors(user)
    if name in (TO_SHOW if has else TO_SET_UP):
        return None
    if not is_page(request):
        words = "Show your second proof first: open any page of this site and follow it."
        return HttpResponse(words, status=403, content_type="text/plain; charset=utf-8")
    if not has:
        return redirect("mfa_index")
    back = request.get_full_path() if request.method == "GET" else "/start/"
    return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")


def _locked(request: HttpRequest) -> HttpResponseBase:
    """A page leads to the lock and back; a form's text is kept; a script is told to ask."""
    if not is_page(request):
        words = "This page is locked, because nobody used it for a while. Nothing was saved."
        answer = HttpResponse(words, status=401, content_type="text/plain; charset=utf-8")
        answer.headers[LOCKED] = "1"
        return answer
    if request.method in {"GET", "HEAD"}:
        return redirect(f"{lock.PAGE}?{urlencode({'next': request.get_full_path()})}")
    kept = lock.keep(request)
    context = {"kept": kept.sealed, "next": request.path, "lost": kept.lost}
    return render(request, "people/kept.html", context | lock.way(request), status=401)


def _keeps_one_factor(request: HttpRequest, user: User, name: str) -> HttpResponseBase | None:
    """Who needs a second factor does not take the last one away (a key; the app asks itself)."""
    takes = request.method == "POST" and name == "mfa_remove_webauthn"
    if takes and proof.needs_second(user) and len(proof.factors(user)) < 2:
        words = "This is your only second proof. Set up another one first."
        return render(request, "errors/forbidden.html", {"words": words}, status=403)
    return None
