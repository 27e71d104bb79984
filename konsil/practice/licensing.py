"""The licence table as counsel keeps it, and the tasks before a physician's licence ends (F.2).

What may be done where is asked of `konsil.cases.models.rule_for`; this module only fills what that
reads.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from konsil.cases.models import Licence, LicenceRule, Mode, Rule, Verdict, Version, rule_for
from konsil.core.mail import send
from konsil.people.actors import Actor
from konsil.people.models import Institution, Membership, User
from konsil.people.places import STATES, name_of
from konsil.people.roles import Role
from konsil.practice.changing import keep
from konsil.practice.models import OfficeTask

STEPS = (60, 30, 7)
"""So many days before its end a licence is spoken of."""


@dataclass(frozen=True)
class Line:
    """One place of the table: what holds for each mode."""

    place: str
    name: str
    rules: list[tuple[Mode, Rule]]

    @property
    def written(self) -> Rule:
        return self.rules[0][1]


def table(hospital: Institution) -> list[Line]:
    """All states and territories, and every other place that has a rule."""
    others = LicenceRule.objects.filter(tenant=hospital).exclude(
        place__in=[place for place, _name in STATES]
    )
    places = dict(STATES) | {row.place: row.place_name for row in others}
    return [line_of(hospital, place, name) for place, name in places.items()]


def line_of(hospital: Institution, place: str, name: str = "") -> Line:
    """One place, as `rule_for` answers for each mode."""
    rules = [(mode, rule_for(hospital, place, mode)) for mode in Mode]
    return Line(place, name or name_of(place), rules)


@transaction.atomic
def set_rule(
    hospital: Institution,
    place: str,
    mode: Mode,
    *,
    given: dict[str, Any] | None,
    by: Actor,
    at: datetime,
    note: str = "",
) -> None:
    """Write one row of the table, or take it out (`given` None: then it is unknown again).

    given: verdict, source, checked_on (a date), owner.
    """
    keys: dict[str, Any] = {"tenant": hospital, "place": place, "mode": mode}
    row = LicenceRule.objects.filter(**keys).first()
    keep_rule(row, hospital, place, mode, by=by, at=at)
    if given is None:
        LicenceRule.objects.filter(**keys).delete()
        row = None
    else:
        named: dict[str, Any] = {**given, "place_name": name_of(place), "since": at}
        row, _new = LicenceRule.objects.update_or_create(**keys, defaults=named)
    keep_rule(row, hospital, place, mode, by=by, at=at, note=note)


def keep_rule(
    row: LicenceRule | None,
    hospital: Institution,
    place: str,
    mode: Mode,
    *,
    by: Actor,
    at: datetime,
    note: str = "",
) -> None:
    """Keep the row as a version; one that is not there says only that."""
    values: dict[str, Any] = {"verdict": "", "source": "", "checked_on": "", "owner": ""}
    if row is not None:
        values = {
            "verdict": row.verdict,
            "source": row.source,
            "checked_on": row.checked_on.isoformat(),
            "owner": row.owner,
        }
    about, subject = Version.About.LICENCE_RULE, f"{place}/{mode.value}"
    title = f"{name_of(place)}, {mode.label.lower()}"
    keep(hospital, about, subject, title, values, by=by, at=at, note=note)


def physicians(hospital: Institution) -> list[User]:
    """Who reviews for this hospital today, by name."""
    desks = Membership.objects.in_force().filter(institution=hospital, role=Role.REVIEWER)
    return list(User.objects.filter(pk__in=desks.values("user"), is_active=True).order_by("name"))


@transaction.atomic
def set_licence(
    hospital: Institution, physician: User, *, given: dict[str, Any], by: Actor, at: datetime
) -> Licence:
    """Enter a licence, or renew it. given: place, number, until, source, checked_on.

    A renewed licence finishes the task that spoke of its end.
    """
    keys = {"tenant": hospital, "user": physician, "place": given["place"]}
    licence, _new = Licence.objects.update_or_create(**keys, defaults=given)
    _keep_licence(licence, by=by, at=at)
    if (licence.until - at.date()).days > STEPS[0]:
        _finish(licence, at=at)
    return licence


@transaction.atomic
def end_licence(licence: Licence, *, by: Actor, at: datetime) -> None:
    """Take a licence out; from now on nobody answers by it."""
    _finish(licence, at=at)
    _keep_licence(licence, by=by, at=at, gone=True)
    licence.delete()


def _keep_licence(licence: Licence, *, by: Actor, at: datetime, gone: bool = False) -> None:
    values = {
        "number": "" if gone else licence.number,
        "until": "" if gone else licence.until.isoformat(),
        "source": "" if gone else licence.source,
        "checked_on": licence.checked_on.isoformat() if licence.checked_on and not gone else "",
    }
    about, subject = Version.About.LICENCE, f"{licence.user_id}/{licence.place}"
    keep(licence.tenant, about, subject, str(licence), values, by=by, at=at)


def _finish(licence: Licence, *, at: datetime) -> None:
    for task in OfficeTask.objects.filter(
        tenant=licence.tenant, key__startswith=f"licence-{licence.pk}-", done_at=None
    ):
        task.finish(at=at)


def warn_of_ends(hospital: Institution, *, at: datetime) -> int:
    """Tasks for the physician and the administrators, 60, 30 and 7 days before; how many are new.

    The nearest step replaces the one before it. Running twice a day changes nothing.
    """
    made = 0
    names = {user.pk for user in physicians(hospital)}
    for licence in Licence.objects.filter(tenant=hospital, user__in=names).select_related("user"):
        step = _step(licence.until, at.date())
        if step is None:
            continue
        key = f"licence-{licence.pk}-{licence.until:%Y%m%d}-{step}"
        if OfficeTask.objects.filter(tenant=hospital, key__startswith=key).exists():
            continue
        _finish(licence, at=at)
        _task(hospital, licence, key=f"{key}-r", role=Role.REVIEWER, user=licence.user)
        _task(hospital, licence, key=f"{key}-a", role=Role.ADMIN, user=None)
        _write(hospital, licence)
        made += 2
    return made


def _step(until: date, today: date) -> int | None:
    left = (until - today).days
    reached = [step for step in STEPS if left <= step]
    return min(reached) if reached else None


def _task(
    hospital: Institution, licence: Licence, *, key: str, role: Role, user: User | None
) -> None:
    own = role == Role.REVIEWER
    who = "Your licence" if own else f"The licence of {licence.user}"
    until = licence.until
    what = f"{who} in {name_of(licence.place)} ends on {until:%B} {until.day}, {until.year}"
    where = "/practice/my-licences/" if own else "/practice/physicians/"
    OfficeTask.objects.create(
        tenant=hospital, role=role, user=user, key=key, what=what, where=where, due_on=until
    )


def _write(hospital: Institution, licence: Licence) -> None:
    """One letter each; a licence is no health data."""
    admins = Membership.objects.in_force().filter(
        institution=hospital, role=Role.ADMIN, user__is_active=True
    )
    to = {licence.user.email, *admins.values_list("user__email", flat=True)}
    until = licence.until
    words = (
        f"The licence of {licence.user} in {name_of(licence.place)} ends on {until:%B} "
        f"{until.day}, {until.year}.\n\nEnter the renewed licence on the page “Licences”. "
        "Without it, cases from there need a local physician."
    )
    for address in sorted(to):
        letter = partial(send, to=address, subject="A licence ends", body=words)
        transaction.on_commit(letter, robust=True)


def allowed(rule: Rule, *, local_physician: str) -> bool:
    """Whether a physician may answer under this rule, with or without a local physician named."""
    if rule.verdict == Verdict.LOCAL_PHYSICIAN:
        return bool(local_physician)
    return rule.verdict == Verdict.ALLOW
