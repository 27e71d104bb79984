"""Every change of the hospital's settings is kept: who, when, before and after; and can go back."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from konsil.cases.models import (
    Holiday,
    LicenceRule,
    Mode,
    PracticeCalendar,
    Programme,
    ServiceLine,
    Version,
)
from konsil.cases.models.practice import TERMS
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import Institution

INSTITUTION = ("name", "address", "phone", "email", "place", "time_zone")
BEGINNING = "As it was before"


class CannotGoBack(Exception):
    """This version cannot be put back; the words say why."""


def keep(
    hospital: Institution,
    about: Version.About,
    subject: Any,
    title: str,
    values: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    note: str = "",
) -> Version:
    """Keep these values as a version. What was never kept before begins with Konsil's own."""
    first = Version.latest(hospital, about, subject) is None and not note
    return Version.keep(
        tenant=hospital,
        about=about,
        subject=subject,
        title=title,
        values=values,
        by=SYSTEM if first else by,
        at=at,
        note=BEGINNING if first else note,
    )


@transaction.atomic
def change(
    thing: Any, values: dict[str, Any], *, by: Actor, at: datetime, note: str = ""
) -> Version:
    """Set `values` on an institution, a programme or a service line; before and after are kept."""
    keep_now(thing, by=by, at=at)
    for name, value in values.items():
        setattr(thing, name, value)
    thing.save()
    return keep_now(thing, by=by, at=at, note=note or "Changed")


def keep_now(thing: Any, *, by: Actor, at: datetime, note: str = "") -> Version:
    """The thing as it is now, as a version."""
    if isinstance(thing, ServiceLine):
        place, about, values = thing.tenant, Version.About.SERVICE_LINE, thing.as_kept()
    elif isinstance(thing, Programme):
        place, about = thing.tenant, Version.About.PROGRAMME
        values = {"name": thing.name, "about": thing.about}
    else:
        place, about = thing, Version.About.INSTITUTION
        values = {name: getattr(thing, name) for name in INSTITUTION}
    return keep(place, about, thing.pk, str(thing), values, by=by, at=at, note=note)


def keep_hours(hospital: Institution, *, by: Actor, at: datetime, note: str = "") -> Version:
    """Opening hours and holidays of the hospital, as one version."""
    row = PracticeCalendar.objects.filter(institution=hospital).first() or PracticeCalendar(
        institution=hospital
    )
    values = {
        "days": sorted(row.days),
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
        "holidays": [
            f"{holiday.day.isoformat()} {holiday.name}"
            for holiday in Holiday.objects.filter(institution=hospital)
        ],
    }
    about = Version.About.HOURS
    return keep(hospital, about, hospital.pk, "Opening hours", values, by=by, at=at, note=note)


@transaction.atomic
def put_back(version: Version, *, by: Actor, at: datetime) -> None:
    """Make an earlier version the present one; that is a new version itself. Raises CannotGoBack.

    Cases that run are not touched: they keep the version with which they began.
    """
    way = WAYS_BACK.get(Version.About(version.about))
    if way is None:
        raise CannotGoBack("This change is a fact about a person and is not put back from here.")
    way(version, by, at, f"Version {version.number} again")


def _line_back(version: Version, by: Actor, at: datetime, note: str) -> None:
    line = ServiceLine.objects.get(tenant=version.tenant, pk=version.subject)
    values = {name: value for name, value in version.values.items() if name in TERMS}
    values["active"] = version.values.get("active", line.active)
    name = version.values.get("programme", "")
    values["programme"] = Programme.objects.filter(tenant=version.tenant, name=name).first()
    change(line, values, by=by, at=at, note=note)


def _institution_back(version: Version, by: Actor, at: datetime, note: str) -> None:
    change(version.tenant, dict(version.values), by=by, at=at, note=note)


def _programme_back(version: Version, by: Actor, at: datetime, note: str) -> None:
    programme = Programme.objects.get(tenant=version.tenant, pk=version.subject)
    change(programme, dict(version.values), by=by, at=at, note=note)


def _rule_back(version: Version, by: Actor, at: datetime, note: str) -> None:
    from konsil.practice.licensing import keep_rule, set_rule

    place, _, mode = version.subject.partition("/")
    given = dict(version.values)
    if given.get("verdict"):
        given["checked_on"] = date.fromisoformat(given["checked_on"])
        set_rule(version.tenant, place, Mode(mode), given=given, by=by, at=at, note=note)
        return
    LicenceRule.objects.filter(tenant=version.tenant, place=place, mode=mode).delete()
    keep_rule(None, version.tenant, place, Mode(mode), by=by, at=at, note=note)


def _hours_back(version: Version, by: Actor, at: datetime, note: str) -> None:
    hospital, values = version.tenant, version.values
    PracticeCalendar.objects.update_or_create(
        institution=hospital,
        defaults={
            "days": values["days"],
            "opens": time.fromisoformat(values["opens"]),
            "closes": time.fromisoformat(values["closes"]),
        },
    )
    Holiday.objects.filter(institution=hospital).delete()
    for words in values["holidays"]:
        day, _, name = words.partition(" ")
        Holiday.objects.create(institution=hospital, day=date.fromisoformat(day), name=name)
    keep_hours(hospital, by=by, at=at, note=note)


WAYS_BACK: dict[Version.About, Callable[[Version, Actor, datetime, str], None]] = {
    Version.About.SERVICE_LINE: _line_back,
    Version.About.INSTITUTION: _institution_back,
    Version.About.PROGRAMME: _programme_back,
    Version.About.LICENCE_RULE: _rule_back,
    Version.About.HOURS: _hours_back,
}
