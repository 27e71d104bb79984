"""When the patient's bank wants her own yes: its page, and what came of it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from konsil.billing import configured, refunding
from konsil.billing.charging import locked_try, note
from konsil.billing.models import ChargeTry
from konsil.billing.provider import CardRefused
from konsil.billing.quoting import quote
from konsil.billing.showing import needs_confirming
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case


def page_of(case: Case, *, at: datetime) -> str:
    """The bank's page, "" when it no longer asks. Raises `ProviderAway`, `CardRefused`."""
    attempt = _claimed(case, at=at)
    card = attempt.card
    assert card is not None
    here = f"{settings.PUBLIC_URL}/cases/{case.pk}/payment/confirm/back/"
    try:
        page = configured.provider().confirm_with_patient(
            charge_id=attempt.charge_id,
            saved_card=card,
            return_url=here,
            idempotency_key=f"{attempt.pk}-{attempt.confirms}",
        )
    except CardRefused as refusal:
        with transaction.atomic():
            note(locked_try(attempt.pk), refusal, at=at)
        raise
    if page is None:
        look(case, at=at)
        return ""
    return page.url


@transaction.atomic
def _claimed(case: Case, *, at: datetime) -> ChargeTry:
    """The try that waits for the patient, counted: after a no, the bank is asked anew."""
    payment = quote(case, at=at)
    attempt = payment.tries.last()
    if attempt is None or not needs_confirming(payment):
        raise ImpossibleMove("Nothing has to be confirmed any more.")
    attempt.confirms += 1
    attempt.save(update_fields=["confirms"])
    return attempt


def look(case: Case, *, at: datetime) -> None:
    """Ask the provider what came of the last try. Raises `ProviderAway`."""
    attempt = ChargeTry.objects.filter(case=case).exclude(charge_id="").last()
    if attempt is not None:
        refunding.reconcile(case.tenant_id, attempt.pk, at=at)
