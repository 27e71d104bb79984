"""Who looked at a case, told so that a person can read it: one line a person, a day and a thing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.models import Look

THINGS = {
    Action.SEE_CASE: "the case page",
    Action.FILL_REQUEST: "the request",
    Action.READ_RECORD: "the records",
    Action.ADD_RECORD: "the upload page",
    Action.FILL_LINK: "the upload page",
    Action.DECIDE_IDENTITY: "records with another name",
    Action.SIGN_RELEASE: "a release form",
    Action.SEND_LINK: "the requests for records",
    Action.ASSIGN: "the choice of a reviewer",
    Action.MARK_IMAGES: "the images",
    Action.WRITE_REPORT: "the opinion",
    Action.SIGN_REPORT: "the signing of the opinion",
    Action.READ_REPORT: "the report",
    Action.SEE_MONEY: "the payment",
    Action.PAY: "the payment",
    Action.DECIDE_MONEY: "the payment",
    Action.DOWNLOAD_CASE: "the whole case, to take along",
    Action.READ_HISTORY: "the history",
}


@dataclass
class Told:
    """One person on one day: what was opened, how often, and when last."""

    name: str
    day: date
    last: datetime
    times: int = 0
    what: list[str] = field(default_factory=list)


def told(looks: Iterable[Look]) -> list[Told]:
    """The looks, newest first, as one line for each person and day."""
    lines: dict[tuple[str, date], Told] = {}
    for look in looks:
        on = timezone.localdate(look.at)
        line = lines.setdefault((look.actor_name, on), Told(look.actor_name, on, look.at))
        line.times += 1
        thing = THINGS.get(Action(look.action), "the case") if look.action in Action else "the case"
        if thing not in line.what:
            line.what.append(thing)
    return list(lines.values())
