"""Each morning, what has run out ends: links after their days, forms after their date."""

from datetime import datetime

from django.utils import timezone

from konsil.cases.scope import scope
from konsil.core.jobs import every, job
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution
from konsil.records import asking
from konsil.records.life import ASKED
from konsil.records.models import RecordRequest, Release


@every("23 5 * * *")
@job()
def end_what_ran_out(timestamp: int) -> None:
    """Of every hospital; running twice ends nothing twice."""
    now = timezone.now()
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            end_links(now)
            end_forms(now)


def end_links(now: datetime) -> None:
    """A link that ran out unanswered: the desk decides whether to send another."""
    late = RecordRequest.objects.filter(state__in=ASKED, held__expires_at__lte=now)
    for request in late.select_related("case", "holder", "held"):
        asking.revoke_link(request, by=SYSTEM, at=now)
        if request.case.is_open:
            asking.ask_for_new_link(request, by=SYSTEM, at=now)


def end_forms(now: datetime) -> None:
    """A form whose date has come: no link outlives it."""
    today = timezone.localdate(now)
    for release in Release.objects.filter(state=Release.State.SIGNED, ends_on__lte=today):
        release.state = Release.State.EXPIRED
        release.save(update_fields=["state"])
        request = RecordRequest.objects.select_related("case", "held").get(release=release)
        asking.revoke_link(request, by=SYSTEM, at=now)
