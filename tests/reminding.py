"""Timers of all that a rich case waits for, some fallen due, and what people were told of it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from konsil.notices.keeping import begin_missing
from konsil.notices.models import Timer
from konsil.notices.sweeping import sweep
from tests.cast import Cast


def remind(cast: Cast) -> dict[str, Any]:
    """Begin and sweep; the ids of one timer of each case."""
    begin_missing(cast.northgate, at=timezone.now())
    owned = {"rosa": cast.case, "petra": cast.petras_case}
    ids = {
        f"{owner}_timer": Timer.objects.running().filter(case=case)[0].pk
        for owner, case in owned.items()
    }
    sweep(cast.northgate, at=timezone.now() + timedelta(days=4))
    return ids
