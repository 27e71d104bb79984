"""Beginning a service line from a template, and naming what it still lacks."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from konsil.cases.models import Programme, ServiceLine
from konsil.people.actors import Actor
from konsil.people.models import Institution
from konsil.practice.changing import keep_now
from konsil.practice.ready import INCLUDED, Ready


@transaction.atomic
def begin_line(
    hospital: Institution, ready: Ready, *, name: str, price_cents: int, by: Actor, at: datetime
) -> ServiceLine:
    """A new service line from a template; it is not on offer until somebody says so."""
    programme = None
    if ready.programme:
        programme, new = Programme.objects.get_or_create(tenant=hospital, name=ready.programme)
        if new:
            keep_now(programme, by=by, at=at, note="Begun")
    line: ServiceLine = ServiceLine.objects.create(
        tenant=hospital,
        programme=programme,
        slug=_free_slug(hospital, ready.slug if ready.programme else name),
        name=name,
        about=ready.about,
        conditions=list(ready.conditions),
        questions=list(ready.questions),
        specialty=ready.specialty or name[:60],
        price_cents=price_cents,
        included=list(INCLUDED),
        checklist=[dict(each) for each in ready.checklist],
        sections=[dict(each) for each in ready.sections],
        active=False,
    )
    keep_now(line, by=by, at=at, note=f"Begun from “{ready.name}”")
    return line


def _free_slug(hospital: Institution, words: str) -> str:
    base = slugify(words)[:50] or "line"
    taken = set(ServiceLine.objects.filter(tenant=hospital).values_list("slug", flat=True))
    number = 2
    slug = base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def lacks(line: ServiceLine) -> list[str]:
    """What must be there before patients can ask for it, in words."""
    missing = []
    if not line.conditions:
        missing.append("Name at least one illness, in patients’ words.")
    if not line.price_cents:
        missing.append("It has no price yet.")
    if not line.sections:
        missing.append("The report has no sections.")
    if not line.specialty:
        missing.append("Name the specialty, so that the right physicians are offered its cases.")
    return missing
