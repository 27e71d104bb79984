"""An ORM^O01 becomes an order, and the answer an ACK that says in words what is wrong (F12.7)."""

from collections.abc import Iterable
from datetime import date, datetime

from konsil.cases.models import Case
from konsil.exchange.referring.hl7 import Marks, Message, NotHl7, Segment, decoded, escaped, read
from konsil.exchange.referring.models import MachineToken
from konsil.exchange.referring.order import Order, Refused, Wrong, take
from konsil.people.actors import Actor
from konsil.people.places import NAMES
from konsil.referrals.models import Referral

SEXES = {"F": "F", "M": "M", "O": "O", "A": "O", "U": "", "N": "", "": ""}
PLACES = {
    "order_number": "ORC^1^2",
    "given_name": "PID^1^5",
    "family_name": "PID^1^5",
    "birth_date": "PID^1^7",
    "sex": "PID^1^8",
    "place": "PID^1^11",
    "email": "PID^1^13",
    "phone": "PID^1^13",
    "service_line": "OBR^1^4",
    "reason": "OBR^1^31",
    "questions": "NTE^1^3",
    "physician": "ORC^1^12",
    "control": "ORC^1^1",
    "type": "MSH^1^9",
}
"""Where our fields stand: segment, its number, field (ERR-2)."""
KINDS = {"required": "101^Required field missing^HL70357", "duplicate": "205^Duplicate key^HL70357"}
OTHER = "207^Application internal error^HL70357"
VALUE = "103^Table value not found^HL70357"


def answer(raw: bytes, token: MachineToken, *, by: Actor, at: datetime, today: date) -> str:
    """Take the order in `raw` and answer: AA with our number, or AE with all that is wrong."""
    try:
        message = read(decoded(raw))
    except NotHl7 as problem:
        return ack(None, "AR", str(problem), [], at=at)
    try:
        case = _taken(message, token, by, at, today)
    except Refused as refusal:
        words = "; ".join(each.words for each in refusal.wrong)
        return ack(message, "AE", words, refusal.wrong, at=at)
    return ack(message, "AA", case.number, [], at=at)


def _taken(message: Message, token: MachineToken, by: Actor, at: datetime, today: date) -> Case:
    head, control = message.first("MSH"), message.first("ORC")
    if (head.text(9), head.text(9, 2)) != ("ORM", "O01"):
        raise Refused([Wrong("type", "Send orders as ORM^O01", "value")])
    if control.text(1) not in {"NW", ""}:
        words = "Only new orders (NW) are taken. Withdraw an order by telephone or message"
        raise Refused([Wrong("control", words, "value")])
    if sum(1 for _each in message.all("OBR")) > 1:
        raise Refused([Wrong("service_line", "Send one order a message", "value")])
    clinic, way = token.institution, Referral.Way.HL7
    case, _new = take(read_order(message), clinic=clinic, way=way, by=by, at=at, today=today)
    return case


def read_order(message: Message) -> Order:
    """What the message says, in our words."""
    patient, control, order = message.first("PID"), message.first("ORC"), message.first("OBR")
    wrong: list[Wrong] = []
    made = Order(
        order_number=(control.text(2) or order.text(2))[:80],
        family_name=patient.text(5),
        given_name=" ".join(text for part in (2, 3) if (text := patient.text(5, part))),
        birth_date=_day(patient.text(7), wrong),
        own_reference=patient.text(3)[:60],
        service=[text for part in (1, 2, 4, 5) if (text := order.text(4, part))],
        reason="\n".join(_reasons(order)),
        questions=[text for each in message.all("NTE") if (text := each.whole(3))],
        physician=_person(control, 12) or _person(order, 16),
        wrong=wrong,
    )
    sex = patient.text(8).upper()
    if sex not in SEXES:
        wrong.append(Wrong("sex", "PID-8 is one of F, M, O, A, U, N", "value"))
    made.sex = SEXES.get(sex, "")
    made.place = _place(patient, wrong)
    made.email, made.phone = _reached(patient)
    return made


def _reasons(order: Segment) -> list[str]:
    rows = range(len(order.repeats(31)))
    found = (order.text(31, 2, each) or order.text(31, 1, each) for each in rows)
    return [text for text in found if text]


def _day(text: str, wrong: list[Wrong]) -> date | None:
    if not text:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        wrong.append(Wrong("birth_date", "Send the whole birth date as YYYYMMDD", "value"))
        return None


def _place(patient: Segment, wrong: list[Wrong]) -> str:
    state, country = patient.text(11, 4).upper(), patient.text(11, 6).upper()
    if not state and not country:
        return ""
    code = f"US-{state}" if country in {"", "US", "USA"} else country[:2]
    if code not in NAMES:
        words = "Send the state as two letters, and another country as its two-letter code"
        wrong.append(Wrong("place", words, "value"))
        return ""
    return code


def _reached(patient: Segment) -> tuple[str, str]:
    """(e-mail, phone) of PID-13: XTN.4 is an address, XTN.12 or XTN.1 a number."""
    email = phone = ""
    for each in range(len(patient.repeats(13))):
        address = patient.text(13, 4, each)
        first = patient.text(13, 1, each)
        email = email or address or (first if "@" in first else "")
        number = patient.text(13, 12, each) or ("" if "@" in first else first)
        built = f"{patient.text(13, 6, each)} {patient.text(13, 7, each)}".strip()
        phone = phone or number or built
    return email, phone


def _person(segment: Segment, number: int) -> str:
    """An XCN as people say it: prefix, given name, family name, degree."""
    parts = [segment.text(number, part) for part in (6, 3, 4, 2)]
    name = " ".join(part for part in parts if part)
    degree = segment.text(number, 7)
    return f"{name}, {degree}" if name and degree else name


def ack(
    message: Message | None, code: str, words: str, wrong: Iterable[Wrong], *, at: datetime
) -> str:
    """The ACK for a message (HL7 v2.5.1 §2.9), its own delimiters and segments ended by CR."""
    head = message.first("MSH") if message else None
    marks = head.marks if head else Marks()
    back = [head.raw(number) if head else "" for number in (3, 4)]
    control = head.raw(10) if head else ""
    kind = f"ACK{marks.component}O01{marks.component}ACK"
    stamp = f"{at:%Y%m%d%H%M%S}{at:%z}"
    signs = marks.component + marks.repetition + marks.escape + marks.sub
    lines = [
        ["MSH", signs, "KONSIL", "", *back, stamp, "", kind, f"A{control}"[:20], "P", "2.5.1"],
        ["MSA", code, control, escaped(words, marks)[:1000]],
    ]
    for each in wrong:
        place = PLACES.get(each.name, "").replace("^", marks.component)
        error = KINDS.get(each.code, VALUE if each.code == "value" else OTHER)
        text = escaped(each.words, marks)
        lines.append(["ERR", "", place, error.replace("^", marks.component), "E", "", "", "", text])
    return "".join(marks.part.join(parts) + "\r" for parts in lines)
