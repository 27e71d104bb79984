"""What the provider tells us: kept once, believed never; it is a hint to ask what holds (F10.6)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from konsil.billing import cards, configured, refunding, turns
from konsil.billing.models import CardVisit, ChargeTry, ProviderNews
from konsil.billing.provider import Charge, EventKind, ProviderEvent, RequestRefused
from konsil.cases.scope import scope
from konsil.core.jobs import defer
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution


@transaction.atomic
def keep(event: ProviderEvent, *, at: datetime) -> bool:
    """Keep a verified message and queue what follows; False if we had it already."""
    from konsil.billing.jobs import heed as follow

    new: bool
    news, new = ProviderNews.objects.get_or_create(
        event_id=event.id,
        defaults={
            "type": event.type[:80],
            "about": event.kind.value,
            "charge_id": event.charge_id or "",
            "session_id": event.session_id or "",
            "sent_at": event.created,
            "came_at": at,
            "done_at": at if event.kind == EventKind.OTHER else None,
        },
    )
    if new and news.done_at is None:
        defer(follow, news_id=str(news.pk))
    return new


def heed(news_id: UUID, *, at: datetime) -> None:
    """Ask the provider about what a message names, and apply the answer. May run twice."""
    news = ProviderNews.objects.get(pk=news_id)
    if news.done_at is not None:
        return
    if news.session_id:
        _heed_visit(news.session_id, at)
    elif news.charge_id:
        _heed_charge(news.charge_id, EventKind(news.about), at)
    ProviderNews.objects.filter(pk=news.pk).update(done_at=at)


def _heed_visit(session_id: str, at: datetime) -> None:
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            visit = CardVisit.objects.filter(session_id=session_id).select_related("case").first()
        if visit is None:
            continue
        card = cards.card_left_on(visit)
        with scope([tenant.pk]):
            cards.end_visit(visit, card, by=SYSTEM, at=at)
        return


def _heed_charge(charge_id: str, about: EventKind, at: datetime) -> None:
    for tenant in Institution.objects.filter(parent=None):
        with scope([tenant.pk]):
            attempt = ChargeTry.objects.filter(charge_id=charge_id).first()
            attempt = attempt or _unanswered(charge_id)
        if attempt is None:
            continue
        refunding.reconcile(tenant.pk, attempt.pk, at=at)
        if about == EventKind.DISPUTED:
            with scope([tenant.pk]):
                what = "The patient’s bank disputes the payment. Answer at the card service"
                turns.ask_billing(attempt.case, "dispute", what, at=at)
        return


def _unanswered(charge_id: str) -> ChargeTry | None:
    """The try that this charge belongs to, where the provider's answer was lost on the way."""
    try:
        charge = configured.provider().find_charge(charge_id)
    except RequestRefused:
        return None
    attempt: ChargeTry | None = (
        ChargeTry.objects.exclude(asked_at=None)
        .filter(case_id=_case_named_in(charge), charge_id="")
        .last()
    )
    if attempt is not None:
        ChargeTry.objects.filter(pk=attempt.pk, charge_id="").update(charge_id=charge_id)
    return attempt


def _case_named_in(charge: Charge) -> UUID | None:
    try:
        return UUID(charge.case_ref)
    except ValueError:
        return None
