"""The base of everything that belongs to a case, so that seeing it means seeing the case."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from konsil.cases.access import READING_ASKS, Kind, roles_that_may
from konsil.cases.models.case import Case
from konsil.cases.models.seats import Seat, SeatScope
from konsil.core.models import Record
from konsil.people.actors import Actor, ActorKind
from konsil.people.models import Institution


class CaseOwnedQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Rows whose kind the actor's seats let it read; rooms narrow this, never widen it."""
        if actor.kind == ActorKind.SYSTEM:
            return self
        owned: type[CaseOwned] = self.model
        held = Seat.objects.held_by(actor)
        roles = roles_that_may(READING_ASKS[owned.kind])
        whole = held.filter(scope=SeatScope.CASE, role__in=roles)
        allowed = Q(case__in=whole.values("case"))
        for scope, field in owned.scoped_by.items():
            only = held.filter(scope=scope).values("scope_id")
            allowed |= Q(**{f"{field}__in": only})
        return self.filter(allowed)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            row.carry_tenant()
        made: list[Any] = super().bulk_create(rows, *args, **kwargs)
        return made


class CaseOwned(Record):
    """A row of a case. `kind` says who may read it; `scoped_by` what a narrow seat may reach."""

    kind: ClassVar[Kind] = Kind.CLINICAL
    scoped_by: ClassVar[dict[SeatScope, str]] = {}

    tenant = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", editable=False
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT)

    objects: ClassVar[Any] = CaseOwnedQuerySet.as_manager()

    class Meta:
        abstract = True

    def carry_tenant(self) -> None:
        """The row carries its case's tenant; the database checks it against the scope."""
        if self.tenant_id is None:
            self.tenant_id = self.case.tenant_id

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.carry_tenant()
        super().save(*args, **kwargs)
