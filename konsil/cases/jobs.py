"""What time itself does to a case: an offer that nobody answers comes back."""

from django.utils import timezone

from konsil.cases.actions import recall_offer
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Case
from konsil.cases.scope import scope
from konsil.core.jobs import every, job
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution


@every("*/5 * * * *")
@job()
def recall_late_offers(timestamp: int) -> None:
    """Take back every offer whose time is over, each on its own."""
    now = timezone.now()
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            late = list(Case.objects.filter(tenant=tenant, stage=Stage.OFFERED, due_at__lt=now))
            for case in late:
                try:
                    recall_offer(case, by=SYSTEM, at=now)
                except ImpossibleMove:
                    continue  # answered in this very moment
