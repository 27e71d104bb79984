"""Before an act of weight: the second factor once more, not older than five minutes."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from konsil.people import proof

FRESH = 5 * 60


def freshly_proved(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Stands under the doorway: leads to the second factor and back when it was shown long ago."""

    @wraps(view)
    def enter(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        shown = proof.second_at(request)
        if shown is not None and timezone.now().timestamp() - shown <= FRESH:
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.path})}")

    return enter
