"""The billing desk's lists: what is to be charged, failed, disputed, to be given back, all."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from konsil.billing.life import PAID, State
from konsil.billing.models import HandMove, Payment, Refund
from konsil.people.actors import Actor
from konsil.people.models import Institution


@dataclass(frozen=True)
class List:
    """One list: its name in the address, its label, which payments are in it."""

    key: str
    label: str
    rule: Q


_REFUND_OPEN = Exists(
    Refund.objects.filter(
        charge__payment=OuterRef("pk"), state__in=[Refund.State.ASKED, Refund.State.STUCK]
    )
) | Exists(HandMove.objects.filter(payment=OuterRef("pk"), done_at=None))
LISTS = (
    List(
        "charge",
        "To charge",
        Q(due_since__isnull=False, state__in=[State.QUOTED, State.CARD_SAVED, State.CHARGE_QUEUED]),
    ),
    List("failed", "Failed", Q(state=State.FAILED)),
    List("disputed", "Disputed", Q(state=State.DISPUTED)),
    List("refund", "To give back", Q(_REFUND_OPEN)),
    List("invoices", "Invoiced", Q(state__in=[State.INVOICED, State.INSTITUTION_BILLED])),
    List("paid", "Paid", Q(state__in=PAID)),
    List("waived", "Waived", Q(state=State.WAIVED)),
    List("all", "All", Q()),
)
WORK = ("charge", "failed", "disputed", "refund")
"""Lists of which somebody has to do something; their counts are shown."""


def rows(actor: Actor, chosen: List) -> QuerySet[Payment]:
    """The payments in a list, newest first, with what a line shows."""
    found: QuerySet[Payment] = (
        Payment.objects.visible_to(actor)
        .filter(chosen.rule)
        .exclude(frozen_at=None)
        .select_related("case__patient", "case__referred_by")
        .order_by("-frozen_at", "pk")
    )
    return found


def picks(actor: Actor, chosen: List) -> list[dict[str, Any]]:
    """The lists to choose from; a list of work says how much is in it."""
    return [
        {
            "key": each.key,
            "label": each.label,
            "current": each == chosen,
            "count": rows(actor, each).count() if each.key in WORK else None,
        }
        for each in LISTS
    ]


def choose(key: str) -> List:
    return next((each for each in LISTS if each.key == key), LISTS[-1])


def line(payment: Payment) -> dict[str, Any]:
    """One row: case number, payer, amount, state; no illness, no service (trust.md §2)."""
    case = payment.case
    billed: Institution | None = (
        case.referred_by if payment.state == State.INSTITUTION_BILLED else None
    )
    bad = payment.state in {State.FAILED, State.DISPUTED}
    return {
        "url": f"/cases/{case.pk}/payment/",
        "number": case.number,
        "payer": str(billed or case.patient),
        "amount": str(payment.amount),
        "state": State(payment.state).label,
        "kind": "bad" if bad else ("ok" if payment.paid_at else ""),
        "since": payment.paid_at or payment.due_since or payment.frozen_at,
    }
