"""The demo hospital's way with money: its numbers on papers, add-ons, a place, a code."""

from datetime import date, datetime, timedelta

from konsil.billing.models import Discount, Item, MoneyRules, Price
from konsil.people.models import Institution

ADD_ONS = (
    (Item.PATHOLOGY, 18000),
    (Item.RADIOLOGY, 12000),
    (Item.VIDEO, 15000),
    (Item.TRANSLATION, 9500),
)


def set_up(hospital: Institution, *, at: datetime) -> None:
    """What a billing clerk enters on her first day."""
    MoneyRules.objects.create(
        tenant=hospital,
        npi="1992799993",
        tax_number="93-0000000",
        by_hand=True,
        invoice_later=True,
        invoice_words="Northgate Hospital, account 000123, Demo Bank, Portland",
        reviewer_minor=32500,
        made_at=at,
    )
    first = date(2026, 1, 1)
    for item, minor in ADD_ONS:
        Price.objects.create(tenant=hospital, item=item, minor=minor, starts=first, made_at=at)
    Discount.objects.create(
        tenant=hospital,
        code="NEIGHBOR10",
        percent=10,
        starts=at.date() - timedelta(days=30),
        most_uses=100,
        made_at=at,
    )
