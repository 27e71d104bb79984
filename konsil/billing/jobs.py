"""Work with the provider that follows an act: charges, refunds, news; and looking after all."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from konsil.billing import charging, dunning, hearing, invoicing, pricing, refunding
from konsil.billing.life import State
from konsil.billing.models import CardVisit, ChargeTry, Payment, ProviderNews, Refund
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


@job()
def dun(tenant_id: str, payment_id: str) -> None:
    """One step of reminding of a price that is due. Running twice reminds once."""
    with scope([UUID(tenant_id)]):
        payment = Payment.objects.select_related("case__tenant").get(pk=payment_id)
        dunning.dun(payment.case, at=timezone.now())


@every("11 * * * *")
@job()
def look_for_unpaid(timestamp: int) -> None:
    """Remind of what is due and unpaid, and end card pages that nobody finished (F10.6)."""
    now = timezone.now()
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            for payment in dunning.due_now(at=now):
                words = {"tenant_id": str(tenant.pk), "payment_id": str(payment.pk)}
                defer(dun, once=f"dun-{payment.pk}", **words)
            stale = CardVisit.objects.filter(
                tenant=tenant, state=CardVisit.State.OPEN, at__lt=now - dunning.PAGE_LIVES
            )
            for visit in stale.select_related("case__tenant"):
                dunning.end_abandoned(visit, at=now)


@every("37 5 1-5 * *")
@job()
def invoice(timestamp: int) -> None:
    """Invoice the month that is over; on the days after the first it finds nothing left to do."""
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            today = timezone.localdate(timezone=ZoneInfo(tenant.time_zone))
            month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
            invoicing.invoice_month(tenant, month, at=timezone.now())


@every("3 * * * *")
@job()
def publish_prices(timestamp: int) -> None:
    """A price that begins today stands on the public pages from today on."""
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            pricing.publish(tenant, on=timezone.localdate(timezone=ZoneInfo(tenant.time_zone)))
