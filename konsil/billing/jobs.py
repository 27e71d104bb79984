"""Work with the provider that follows an act: charges, refunds, news; and looking after all."""

from uuid import UUID

from django.utils import timezone

from konsil.billing import charging, hearing, refunding
from konsil.billing.life import State
from konsil.billing.models import ChargeTry, ProviderNews, Refund
from konsil.cases.scope import scope
from konsil.core.jobs import defer, every, job
from konsil.people.models import Institution


@job(attempts=6, wait=3)
def charge(tenant_id: str, try_id: str) -> None:
    """Take the money of one try. Running twice takes it once; silence is asked again."""
    charging.ask_provider(UUID(tenant_id), UUID(try_id), at=timezone.now())


@job(attempts=6, wait=3)
def refund(tenant_id: str, refund_id: str) -> None:
    """Carry out one refund. Running twice gives back once."""
    refunding.ask_provider(UUID(tenant_id), UUID(refund_id), at=timezone.now())


@job(attempts=6, wait=3)
def heed(news_id: str) -> None:
    """Act on a message of the provider by asking what holds now."""
    hearing.heed(UUID(news_id), at=timezone.now())


@every("*/5 * * * *")
@job()
def ask_again(timestamp: int) -> None:
    """Whatever has had no answer is asked again, so that silence ends when the provider is back."""
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            tries = ChargeTry.objects.filter(
                tenant=tenant,
                state=ChargeTry.State.WAITING,
                payment__state=State.CHARGE_QUEUED,
            )
            for pk in tries.values_list("pk", flat=True):
                words = {"tenant_id": str(tenant.pk), "try_id": str(pk)}
                defer(charge, once=f"charge-{pk}", **words)
            wishes = Refund.objects.filter(tenant=tenant, state=Refund.State.ASKED)
            for pk in wishes.values_list("pk", flat=True):
                words = {"tenant_id": str(tenant.pk), "refund_id": str(pk)}
                defer(refund, once=f"refund-{pk}", **words)
    for pk in ProviderNews.objects.filter(done_at=None).values_list("pk", flat=True):
        defer(heed, once=f"heed-{pk}", news_id=str(pk))
