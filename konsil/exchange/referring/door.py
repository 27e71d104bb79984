"""The doorway of machines: a token of one clinic, its rows and no others."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from konsil.cases.doorway import address_of
from konsil.cases.scope import scope
from konsil.exchange.referring import tokens
from konsil.exchange.referring.models import MachineToken
from konsil.people.actors import Actor
from konsil.people.roles import Role

LONGEST = 1_000_000
REALM = 'Bearer realm="Konsil", error="invalid_token"'
Say = Callable[[int, str, str], HttpResponse]
"""How a dialect says no: (status, FHIR issue code, words)."""


class MachineRequest(HttpRequest):
    """A request of a clinic's software: we know for which clinic."""

    actor: Actor
    token: MachineToken
    roles: set[Role]


def machine_door(
    *methods: str, say: Say
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A route for machines; no session is asked, so no page of another site can use one (B9)."""

    def open_door(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @wraps(view)
        def enter(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            answer: HttpResponseBase
            token = _token_of(request)
            if token is None:
                answer = say(401, "login", "Send a token that is valid: Authorization: Bearer …")
                answer["WWW-Authenticate"] = REALM
                return answer
            if _length(request) > LONGEST:
                return say(413, "too-long", "Send at most 1 MB; records come by the upload page.")
            address = address_of(request)
            tokens.note_use(token, address=address, at=timezone.now())
            request.token, request.actor = token, tokens.actor_of(token, address=address)
            request.roles = {Role.REFERRER}
            try:
                with scope([token.institution.tenant_pk]):
                    answer = view(request, *args, **kwargs)
            except (DataError, UnicodeEncodeError):
                return say(400, "invalid", "It holds signs that cannot be kept (a NUL).")
            answer["Cache-Control"] = "no-store"
            return answer

        enter.is_door = True  # type: ignore[attr-defined]
        enter.methods = methods  # type: ignore[attr-defined]
        return enter

    return open_door


def _token_of(request: HttpRequest) -> MachineToken | None:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not text.strip():
        return None
    return tokens.find(text.strip(), MachineToken.Scope.REFER, at=timezone.now())


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return LONGEST + 1
