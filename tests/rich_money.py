"""The money of the rich case: a charge, an estimate, a refund's receipt, a clinic's invoice."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from konsil.billing import actions as billing
from konsil.billing import papers
from konsil.billing.cards import save_card
from konsil.billing.charging import note
from konsil.billing.models import ChargeTry, Invoice
from konsil.billing.money import Money
from konsil.billing.paper.draw import Content, keep
from konsil.billing.provider import Charge, ChargeStatus, SavedCard
from konsil.people.actors import Actor

if TYPE_CHECKING:
    from tests.rich import Rich


def pay(rich: "Rich") -> None:
    """Rosa's card was charged; the fee is waived for Petra, for a reason of the desk's own."""
    cast, at = rich.cast, rich.cast.now
    for case in (cast.case, cast.petras_case):
        billing.quote(case, at=at)
        papers.estimate(case, at=at)
    brand = rich.sings.sing("rosa", "money")
    card = SavedCard(
        customer="cus_1", payment_method="pm_1", brand=brand, last4="4242", exp=(9, 2031)
    )
    save_card(cast.case, card, by=Actor.of(cast.rosa), at=at)
    billing.become_due(cast.case, at=at)
    attempt = ChargeTry.objects.get(case=cast.case)
    taken = Charge(
        id="pi_1",
        status=ChargeStatus.CAPTURED,
        reason="",
        amount=attempt.amount,
        refunded=Money.zero("USD"),
        case_ref=str(cast.case.pk),
    )
    note(attempt, taken, at=at)
    reason = rich.sings.sing("petra", "money")
    billing.waive(cast.petras_case, reason=reason, by=Actor.of(cast.berta), at=at)
    _papers(rich)


def _papers(rich: "Rich") -> None:
    cast, at = rich.cast, rich.cast.now
    for owner, case in (("rosa", cast.case), ("petra", cast.petras_case)):
        made = papers.refund_receipt(
            billing.quote(case, at=at), Money(500, "USD"), cause=uuid4(), way="Visa", at=at
        )
        rich.ids[f"{owner}_paper"] = made.pk
    content = Content(
        title="Invoice",
        house={"name": "Northgate", "office": "", "lines": [], "logo": ""},
        facts=[["To", "St Brigid\u2019s Clinic"]],
        total=["To be paid", "$850.00"],
        lines=[[f"Case {cast.petras_case.number}", "\u2013", "$850.00"]],
    ).frozen()
    rich.ids["invoice"] = Invoice.objects.create(
        tenant=cast.northgate,
        number=1,
        institution=cast.brigids,
        minor=85000,
        currency="USD",
        content=content,
        pdf_sha256=keep(content)[0],
        issued_at=at,
        due_on=at.date() + timedelta(days=30),
    ).pk
