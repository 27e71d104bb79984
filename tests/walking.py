"""A clock that the tests turn by hand, and what people find in their mail meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.core import mail
from django.db.models import Min
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from konsil.notices import jobs
from konsil.notices.models import Notice, Timer
from tests.cast import Cast

PACIFIC = ZoneInfo("America/Los_Angeles")
ROUND = timedelta(minutes=5)
LONGEST = timedelta(hours=6)


@dataclass
class Walk:
    """Lets time pass in steps; between them the queue runs and the sweep goes its round."""

    cast: Cast
    traveller: Any
    zone: ZoneInfo = PACIFIC
    letters: list[tuple[datetime, str, str]] = field(default_factory=list)
    runs: tuple[str, ...] = ("notices.", "records.following.")
    heard: int = 0

    berlin = ZoneInfo("Europe/Berlin")

    @staticmethod
    def now() -> datetime:
        return timezone.now()

    def until(self, moment: datetime) -> None:
        """Go on to `moment`, round by round."""
        self.round()
        while timezone.now() < moment:
            self.traveller.move_to(min(moment, self.next_round()))
            self.round()

    def next_round(self) -> datetime:
        """The first round in which something can be due; six hours on at most."""
        now = timezone.now()
        timers = Timer.objects.running().aggregate(next=Min("due_at"))["next"]
        queued = Notice.objects.filter(state=Notice.State.QUEUED)
        notices = queued.aggregate(next=Min("not_before"))["next"]
        soonest = min(filter(None, [timers, notices, now + LONGEST]))
        rounds = -(-max(timedelta(), soonest - now) // ROUND)
        return now + max(1, rounds) * ROUND

    def round(self) -> None:
        """What the worker does: whatever is queued, then the sweep."""
        self.work()
        jobs.go_round.func(timestamp=0)
        self.work()
        self.read()

    def work(self) -> None:
        """Run what follows from what happened."""
        while rows := list(ProcrastinateJob.objects.filter(pk__gt=self.heard).order_by("pk")):
            self.heard = rows[-1].pk
            for row in rows:
                if row.task_name.startswith(self.runs):
                    app.tasks[row.task_name].func(**row.args)

    def read(self) -> None:
        for letter in mail.outbox:
            self.letters.append((timezone.now(), letter.to[0], letter.subject))
        mail.outbox = []

    def table(self, *, since: datetime | None = None) -> list[tuple[str, str, str]]:
        """(“Mon Nov 16 09:00”, whom, subject), by the practice's wall clock."""
        return [
            (f"{at.astimezone(self.zone):%a %b %d %H:%M}", to.partition("@")[0], subject)
            for at, to, subject in sorted(self.letters)
            if since is None or at >= since
        ]


@contextmanager
def walking(cast: Cast, settings: Any, *, start: datetime) -> Iterator[Walk]:
    """From `start` on, with quiet hours and one letter a day, as a hospital has them."""
    settings.NOTICES_AT_ONCE = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    with time_machine.travel(start, tick=False) as traveller:
        yield Walk(cast, traveller)
