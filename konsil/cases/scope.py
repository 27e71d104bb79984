"""The second wall: which tenants' rows the database shows (row-level security).

The doorway sets the scope for a request, a job sets it from its case. Without a scope the
database shows nothing: it fails closed.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from konsil.people.actors import Actor

SETTING = "konsil.tenants"


@contextmanager
def scope(tenants: Iterable[UUID]) -> Iterator[None]:
    """Show the rows of `tenants` inside this block (one transaction), as before after it."""
    value = ",".join(str(tenant) for tenant in tenants)
    with transaction.atomic(), _set("SELECT set_config(%s, %s, true)", value):
        yield


@contextmanager
def scope_of(actor: Actor) -> Iterator[None]:
    """Show the rows of the tenants at which `actor` has a desk, a seat or a pass."""
    with (
        transaction.atomic(),
        _set("SELECT set_config(%s, konsil_tenants(%s, %s), true)", actor.user_id, actor.pass_id),
    ):
        yield


@contextmanager
def _set(statement: str, *values: UUID | str | None) -> Iterator[None]:
    nested = bool(connection.savepoint_ids) or connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [SETTING])
        before = (cursor.fetchone() or [""])[0] or ""
        cursor.execute(statement, [SETTING, *values])
    yield
    if nested and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, before])
