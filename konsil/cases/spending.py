"""Where the time of a case went: both numbers, by stage (F4.3)."""

from datetime import datetime, timedelta

from konsil.cases.life import Stage
from konsil.cases.models import Case, Spell
from konsil.cases.models.turning import calendar_of


def seconds_by_stage(case: Case, *, at: datetime) -> dict[Stage, tuple[int, int]]:
    """stage: (elapsed, active) seconds in it until `at`, in the order in which they were lived.

    Active is working time in which nothing lay on hold.
    """
    calendar = calendar_of(case)
    found: dict[Stage, tuple[int, int]] = {}
    for spell in Spell.objects.filter(case=case).order_by("since", "created_at"):
        elapsed, active = spell.elapsed_seconds, spell.active_seconds
        if spell.until is None:
            elapsed = max(0, int((at - spell.since).total_seconds()))
            running = calendar.between(spell.since, at).total_seconds()
            active = 0 if spell.held else int(running)
        so_far = found.get(Stage(spell.stage), (0, 0))
        found[Stage(spell.stage)] = (so_far[0] + elapsed, so_far[1] + active)
    return found


def spent(case: Case, *, at: datetime) -> list[dict[str, str]]:
    """For the page: the stage's name, how long it took, how much of it was working time."""
    return [
        {"label": stage.label, "elapsed": _words(elapsed), "active": _words(active)}
        for stage, (elapsed, active) in seconds_by_stage(case, at=at).items()
    ]


def _words(seconds: int) -> str:
    span = timedelta(seconds=seconds)
    if span.days >= 3:
        return f"{span.days} d"
    hours = seconds // 3600
    return f"{hours} h" if hours else f"{seconds // 60} min"
