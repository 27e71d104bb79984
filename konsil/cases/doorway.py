"""One doorway for every route: who is asking, what they may see, and the look that is logged.

A stranger gets 404 and cannot tell whether the case exists; somebody seated at the case in the
wrong part gets 403; a method that is not declared gets 405. The database's scope is set here too.
What the database cannot keep (a NUL, a number without end) is the sender's slip: 400.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from konsil.cases.access import GLASS, Action, may
from konsil.cases.models import Case, Look, Seat
from konsil.cases.scope import scope, scope_of
from konsil.core import errors
from konsil.core.addresses import client_address
from konsil.people.actors import NOBODY, Actor, ActorKind
from konsil.people.models import Institution, Pass, User
from konsil.people.roles import Role

P = ParamSpec("P")
UNKEEPABLE = (DataError, UnicodeEncodeError)
SESSION_PASS = "konsil_pass"  # noqa: S105 the name of a session key


class DoorRequest(HttpRequest):
    """A request that came through a doorway: we know who asks."""

    actor: Actor


class CaseRequest(DoorRequest):
    """A request at a case: we know in which roles the actor sits there."""

    roles: set[Role]


View = Callable[Concatenate[Any, P], HttpResponseBase]
CaseView = Callable[Concatenate[Any, Case, P], HttpResponseBase]


def address_of(request: HttpRequest) -> str:
    """The network address for the audit trail."""
    return client_address(request)


def actors(request: HttpRequest) -> list[Actor]:
    """Everybody this browser can be: the signed-in user, then the holder of an opened link."""
    found = []
    user = request.user
    if isinstance(user, User) and user.is_active:
        found.append(Actor.of(user, address=address_of(request)))
    if key := request.session.get(SESSION_PASS):
        held = Pass.objects.select_related("user").filter(pk=key).first()
        if held and held.open_at(timezone.now()):
            found.append(Actor.holding(held, address=address_of(request)))
    return found


def hold_pass(request: HttpRequest, held: Pass) -> None:
    """From here on this browser holds the pass; the session gets a new key (no fixation)."""
    request.session.cycle_key()
    request.session[SESSION_PASS] = str(held.pk)


def door(
    *methods: str, public: bool = False, tenant: Callable[[], Institution] | None = None
) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """A route without a case in its path. Not `public`: somebody must be signed in or hold a pass.

    `tenant` opens the rows of one hospital to a visitor whom nobody knows yet (a first request).
    """
    allowed = methods or ("GET",)

    def open_door(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def enter(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not _method_fits(request, allowed):
                return HttpResponseNotAllowed(allowed)
            known = actors(request)
            if not known and not public:
                return signed_out(request)
            request.actor = known[0] if known else NOBODY
            try:
                with _scope_for(request.actor, tenant):
                    return view(request, *args, **kwargs)
            except UNKEEPABLE:
                return errors.cannot_be_kept(request)

        enter.is_door = True  # type: ignore[attr-defined]
        enter.methods = allowed  # type: ignore[attr-defined]
        return enter

    return open_door


def case_view(
    action: Action, *methods: str, logged: bool = True
) -> Callable[[CaseView[P]], Callable[..., HttpResponseBase]]:
    """Hand the view a case at which the visitor may take `action`, instead of an id.

    Every look is logged, unless `logged` is false (the bytes that follow an audited look).
    """
    allowed = methods or ("GET",)

    def open_door(view: CaseView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def enter(
            request: Any, case_id: UUID, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not _method_fits(request, allowed):
                return HttpResponseNotAllowed(allowed)
            known = actors(request)
            if not known:
                return signed_out(request)
            try:
                for actor in known:
                    with scope_of(actor):
                        roles = Seat.objects.roles_at(case_id, actor)
                        if roles:
                            case = Case.objects.front().get(pk=case_id)
                            request.actor, request.roles = actor, roles
                            _let_in(request, case, action, logged=logged)
                            return view(request, case, *args, **kwargs)
            except UNKEEPABLE:
                return errors.cannot_be_kept(request)
            raise Http404

        enter.is_door = True  # type: ignore[attr-defined]
        enter.methods = allowed  # type: ignore[attr-defined]
        enter.action = action  # type: ignore[attr-defined]
        return enter

    return open_door


def _scope_for(
    actor: Actor, tenant: Callable[[], Institution] | None
) -> AbstractContextManager[None]:
    if tenant is not None:
        return scope([tenant().pk])
    return nullcontext() if actor is NOBODY else scope_of(actor)


def signed_out(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and from there back to the page on which somebody was.

    A script that saves gets 401 and a sentence, for it would take the sign-in page for a success;
    the page keeps what was typed (islands/page/drafts.ts).
    """
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    if request.method != "POST" or _by_script(request):
        words, status = "You were signed out. Sign in again; nothing that was saved is lost.", 401
        if request.session.get(SESSION_PASS):
            words, status = "Your link has ended. What arrived is kept. Call us for a new one.", 410
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    page = request.headers.get("Referer", "")
    inside = url_has_allowed_host_and_scheme(page, {request.get_host()})
    parts = urlsplit(page)
    return redirect_to_login(f"{parts.path}?{parts.query}" if inside else "/start/")


def _by_script(request: HttpRequest) -> bool:
    saves = {"X-Requested-With", "HX-Request", "X-Autosave", "Tus-Resumable"}
    return any(name in request.headers for name in saves)


def _let_in(request: Any, case: Case, action: Action, *, logged: bool) -> None:
    """The actor sits at the case: is it in the right part? Then the look is logged.

    By emergency access nothing is written into the case, and every single byte that is read is a
    look (trust.md A8).
    """
    if not may(action, request.roles):
        raise PermissionDenied("This belongs to somebody else’s part in the case.")
    glass = request.roles <= GLASS
    if glass and request.method not in {"GET", "HEAD"}:
        raise PermissionDenied("Emergency access is for reading only.")
    if logged or glass:
        log_look(request, case, action)


def _method_fits(request: HttpRequest, allowed: Sequence[str]) -> bool:
    return request.method in allowed or (request.method == "HEAD" and "GET" in allowed)


def log_look(request: Any, case: Case, action: Action) -> None:
    """One line of the access list that the patient can read."""
    actor: Actor = request.actor
    name = f"{actor.name[:90]}, by emergency access" if request.roles <= GLASS else actor.name
    Look.objects.create(
        case=case,
        action=action,
        path=request.path[:300],
        at=timezone.now(),
        actor_kind=actor.kind,
        actor_user=actor.user if actor.kind == ActorKind.USER else None,
        actor_pass=actor.held,
        actor_name=name,
        on_behalf_of=actor.on_behalf_of,
        address=actor.address or None,
    )
