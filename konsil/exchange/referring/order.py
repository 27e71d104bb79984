"""An order of a clinic's software in our own words, whatever dialect it came in (F12.7)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import QueryDict

from konsil.cases.models import Case, ServiceLine
from konsil.people.actors import Actor
from konsil.people.models import Institution, User
from konsil.referrals.actions import Entry, NotSent, open_here, ordered, refer
from konsil.referrals.forms import ReferralForm
from konsil.referrals.models import Referral

MOST_QUESTIONS = 3
NEEDED = {"order_number": "Send your order number: by it the same order twice is one case"}


@dataclass
class Order:
    """What an order says; empty where it says nothing. `wrong` was found while it was read."""

    order_number: str = ""
    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    place: str = ""
    email: str = ""
    phone: str = ""
    service: list[str] = field(default_factory=list)
    reason: str = ""
    questions: list[str] = field(default_factory=list)
    physician: str = ""
    own_reference: str = ""
    needed_by: date | None = None
    wrong: list["Wrong"] = field(default_factory=list)


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong: our name of the field, and what to do in words."""

    name: str
    words: str
    code: str = "invalid"


class Refused(Exception):
    """The order was not taken; `wrong` says all that is wrong with it."""

    def __init__(self, wrong: list[Wrong], *, status: int = 422) -> None:
        super().__init__("; ".join(each.words for each in wrong))
        self.wrong, self.status = wrong, status


def take(
    order: Order, *, clinic: Institution, way: Referral.Way, by: Actor, at: datetime, today: date
) -> tuple[Case, bool]:
    """The case of this order, and whether it is new. Raises `Refused`."""
    if order.order_number and (known := ordered(clinic, order.order_number)):
        return _own(known, clinic), False
    wrong = list(order.wrong)
    if not order.order_number:
        wrong.append(Wrong("order_number", NEEDED["order_number"], "required"))
    if len(order.questions) > MOST_QUESTIONS:
        wrong.append(Wrong("questions", "Send at most three questions", "too-many"))
    form = ReferralForm(
        _as_sent(order, clinic), user=User(name=order.physician), institutions=[clinic], today=today
    )
    if not form.is_valid() or wrong:
        said = {each.name for each in wrong}
        raise Refused(wrong + [each for each in _found(form) if each.name not in said])
    if same := open_here(form.cleaned_data, clinic):
        words = f"This patient has an open case of yours for this service already: {same}"
        raise Refused([Wrong("patient", words, "duplicate")], status=409)
    entry = Entry(way=way, order_number=order.order_number)
    try:
        case = refer(
            form.letter(), institution=clinic, tenant=clinic.tenant, by=by, at=at, entry=entry
        )
    except NotSent as refusal:
        raise Refused([Wrong("email", str(refusal))], status=409) from refusal
    return case, True


def _own(case: Case, clinic: Institution) -> Case:
    """A case that this clinic no longer sees is told as if it had been taken back (F12.3)."""
    if not case.seats.in_force().filter(institution=clinic).exists():
        words = "The request of this order has ended. Send a new order number for a new one"
        raise Refused([Wrong("order_number", words, "conflict")], status=409)
    return case


def _as_sent(order: Order, clinic: Institution) -> QueryDict:
    """The order as the clinic's page would send it."""
    sent = QueryDict(mutable=True)
    for name in ("given_name", "family_name", "sex", "email", "phone", "reason", "physician"):
        sent[name] = getattr(order, name)
    sent["own_reference"] = order.own_reference
    sent["place"] = order.place or str(clinic.place or clinic.tenant.place)
    sent["service_line"] = _line(order, clinic)
    for number, text in enumerate(order.questions[:MOST_QUESTIONS], start=1):
        sent[f"question_{number}"] = text
    for name in ("birth_date", "needed_by"):
        if day := getattr(order, name):
            for part in ("day", "month", "year"):
                sent[f"{name}_{part}"] = (
                    f"{getattr(day, part):04}" if part == "year" else str(getattr(day, part))
                )
    return sent


def _line(order: Order, clinic: Institution) -> str:
    """The service line by its short name or its name; the only one when none is named."""
    lines = list(ServiceLine.objects.filter(tenant=clinic.tenant_pk, active=True))
    asked = {text.strip().casefold() for text in order.service if text.strip()}
    for line in lines:
        if {line.slug.casefold(), line.name.casefold()} & asked:
            return str(line.pk)
    return str(lines[0].pk) if len(lines) == 1 and not asked else ""


def _found(form: ReferralForm) -> list[Wrong]:
    """The form's own words, each once."""
    data: dict[str, Any] = form.errors.get_json_data()
    found = []
    for name, errors in data.items():
        for error in errors:
            code = "required" if error["code"] in {"required", "incomplete"} else "invalid"
            found.append(
                Wrong("questions" if name.startswith("question") else name, error["message"], code)
            )
    return found
