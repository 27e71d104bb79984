"""The page and the dialog of a locked session: one proof, and everything is where it was (F1.4)."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from konsil.cases.doorway import DoorRequest, door, signed_out
from konsil.people import lock
from konsil.people.forms import ReauthenticateForm
from konsil.people.models import User
from konsil.people.watch import is_page, outlasts_lock

MAILED = "konsil_lock_code"
MAILED_FOR = 5 * 60
TRIES = 3


@outlasts_lock
@door("GET", "POST", public=True)
def page(request: DoorRequest) -> HttpResponse:
    """GET: what is asked (a fragment for the dialog). POST: the proof; then back, or on."""
    user = request.user
    if not isinstance(user, User):
        return signed_out(request)
    now = timezone.now().timestamp()
    if request.method == "GET":
        if is_page(request) and not lock.is_locked(request.session, user, now):
            return redirect(_next(request))
        return _ask(request, "")
    if request.POST.get("act") == "mail":
        return _ask(request, _mail(request, user))
    problem = _check(request, user)
    if problem:
        return _ask(request, problem, status=422)
    lock.wake(request)
    return _go_on(request)


def _ask(request: HttpRequest, problem: str, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        **lock.way(request),
        "problem": problem,
        "mailed": MAILED in request.session,
        "next": _next(request),
        "kept": request.POST.get("kept", ""),
        "dialog": not is_page(request),
    }
    template = "people/_unlock.html" if context["dialog"] else "people/locked.html"
    return render(request, template, context, status=status)


def _go_on(request: HttpRequest) -> HttpResponse:
    if not is_page(request):
        return HttpResponse(status=204)
    kept = lock.unseal(request, request.POST.get("kept", ""))
    if kept is None:
        return redirect(_next(request))
    to, fields = kept
    return render(request, "people/send_again.html", {"to": to, "fields": fields})


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if url_has_allowed_host_and_scheme(asked, None) else "/start/"


def _check(request: HttpRequest, user: User) -> str:
    """What is wrong with the proof, in words; empty when it is right."""
    by = lock.way(request)["way"]
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        return _("That was tried too often. Wait a minute and try again.")
    if by == "code":
        form = ReauthenticateForm(data=request.POST, user=user)
        if form.is_valid():
            form.save()
            return ""
        return " ".join(form.errors.get("code", [])) + "."
    if by == "password":
        if user.check_password(request.POST.get("password", "")):
            reauthenticate_by_password(request)
            return ""
        return _("This is not your password.")
    return _check_mailed(request, user)


def _mail(request: HttpRequest, user: User) -> str:
    """Mail a code to whoever has neither password nor app; what is wrong, if it was not sent."""
    if not ratelimit.consume(request, action="request_login_code", key=user.email.lower()):
        return _("That was often. Wait a minute and try again.")
    adapter = get_adapter()
    code = adapter.generate_login_code()
    request.session[MAILED] = {
        "hash": make_password(_plain(code)),
        "until": timezone.now().timestamp() + MAILED_FOR,
        "tries": TRIES,
    }
    context = {"request": request, "code": code}
    adapter.send_mail("account/email/login_code", user.email, context)
    return ""


def _check_mailed(request: HttpRequest, user: User) -> str:
    kept = request.session.pop(MAILED, None)
    if not kept or kept["until"] < timezone.now().timestamp():
        return _("This code is too old. Let us send a new one.")
    if check_password(_plain(request.POST.get("code", "")), kept["hash"]):
        record_authentication(request, user, method="code", reauthenticated=True)
        return ""
    if kept["tries"] > 1:
        request.session[MAILED] = kept | {"tries": kept["tries"] - 1}
    return _("This is not the code. Look at the newest one that we sent.")


def _plain(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign.isalnum())


@door("POST")
def here(request: DoorRequest) -> HttpResponse:
    """The page says that hands moved on it since it said so last."""
    if isinstance(request.user, User):  # the holder of a link has no lock
        lock.used(request, timezone.now().timestamp())
    return HttpResponse(status=204)


@door("POST")
def now(request: DoorRequest) -> HttpResponse:
    """Lock at once: nobody touched the page for too long, or somebody leaves the desk."""
    if isinstance(request.user, User):
        lock.fall_asleep(request)
    return redirect(lock.PAGE) if is_page(request) else HttpResponse(status=204)
