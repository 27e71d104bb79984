"""How a provider is reminded: where to write, a link of its own for each reminder, and returns."""

from datetime import datetime

from django.utils import timezone

from konsil.cases.models import SeatScope, Task
from konsil.cases.outside import reached_by
from konsil.people.actors import Actor
from konsil.people.models import Pass
from konsil.people.roles import Role
from konsil.records import asking
from konsil.records.letters import link_to
from konsil.records.life import ASKED
from konsil.records.models import RecordRequest

KEY = "request-"


class Providers:
    """Whoever was asked for records, by the task that waits for them (key “request-<id>”)."""

    def address(self, task: Task, *, at: datetime) -> str:
        """Their e-mail; "" once they have answered, until the day they promised has passed."""
        request = _of(task)
        if request is None or request.state not in ASKED or not request.link_alive(at):
            return ""
        promised = request.promised_on
        waits = not request.reminders
        if waits and (promised is None or timezone.localdate(at) <= promised):
            return ""
        return request.holder.email

    def link(self, task: Task, *, by: Actor, at: datetime) -> str:
        """A second key to the same door: it ends when the first one ends, and counts its misses.

        Only the hash of the first is kept, so it cannot be sent again; and the letter before may
        still lie with whoever looks for the records, so it goes on working.
        """
        request = _of(task)
        if request is None or not self.address(task, at=at) or request.held is None:
            return ""
        held, token = Pass.issue(
            tenant=request.case.tenant,
            label=request.holder.name,
            expires_at=request.held.expires_at,
        )
        Pass.objects.filter(pk=held.pk).update(misses=request.held.misses)
        request.case.seat(
            Role.PROVIDER,
            by=by,
            at=at,
            quietly=True,
            held=held,
            scope=SeatScope.PUT,
            scope_id=request.pk,
        )
        return link_to(token)

    def came_back(self, task: Task, *, by: Actor, at: datetime) -> None:
        """The address is wrong: the link ends, and the desk looks for another way."""
        request = _of(task)
        if request is not None and request.state in ASKED:
            asking.came_back(request, by=by, at=at)


def _of(task: Task) -> RecordRequest | None:
    rows = RecordRequest.objects.filter(case=task.case_id, pk=task.key.removeprefix(KEY))
    return rows.select_related("case__tenant", "holder", "held").first()


reached_by("request", Providers())
