"""Short words for tests of money that need no card provider: a paid case, a rule, a price."""

from datetime import date, timedelta

from konsil.billing import actions, pricing
from konsil.billing.life import State
from konsil.billing.models import ChargeTry, Item, MoneyRules, Payment, Price
from konsil.billing.money import Money
from konsil.billing.provider import Charge, ChargeStatus, SavedCard
from konsil.people.actors import SYSTEM, Actor
from tests.cast import MONDAY

DAY = timedelta(days=1)
TODAY = date(2026, 11, 16)
CARD = SavedCard("cus_1", "pm_1", "visa", "4242", (9, 2040))


def rule(cast, **given) -> MoneyRules:
    return MoneyRules.objects.create(tenant=cast.northgate, made_at=MONDAY, **given)


def price(cast, minor, *, item=Item.OPINION, starts=TODAY, ends=None, at=MONDAY, **key) -> Price:
    """Save one row of the list as the page does."""
    row = Price(tenant=cast.northgate, item=item, minor=minor, starts=starts, ends=ends, **key)
    return pricing.save(row, by=cast.berta, at=at)


def save_card(case, method="pm_1", *, at=MONDAY):
    card = SavedCard("cus_1", method, "visa", "4242", (9, 2040))
    return actions.save_card(case, card, by=SYSTEM, at=at)


def charged(case, *, at=MONDAY) -> Payment:
    """The card was charged for the whole price."""
    from konsil.billing.charging import locked_try, note

    save_card(case, at=at)
    actions.become_due(case, at=at)
    attempt = ChargeTry.objects.get(case=case, state=ChargeTry.State.WAITING)
    name = f"pi_{attempt.pk}"
    zero = Money.zero(attempt.currency)
    taken = Charge(name, ChargeStatus.CAPTURED, "", attempt.amount, zero, str(case.pk))
    note(locked_try(attempt.pk), taken, at=at)
    paid = Payment.objects.get(case=case)
    assert paid.state == State.CAPTURED
    return paid


def refused(case, *, at=MONDAY) -> Payment:
    """The bank said no to the last try."""
    from konsil.billing.charging import locked_try, note

    attempt = ChargeTry.objects.get(case=case, state=ChargeTry.State.WAITING)
    zero = Money.zero(attempt.currency)
    words = "The card was refused. Nothing was taken."
    no = Charge(f"pi_{attempt.pk}", ChargeStatus.REFUSED, words, attempt.amount, zero, "")
    note(locked_try(attempt.pk), no, at=at)
    return Payment.objects.get(case=case)


def berta(cast) -> Actor:
    return Actor.of(cast.berta)


def words_of(pdf: bytes) -> str:
    """All text of a PDF on one line."""
    from io import BytesIO

    from pypdf import PdfReader

    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
