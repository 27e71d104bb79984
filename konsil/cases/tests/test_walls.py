"""The doorway's second wall: what the database itself refuses."""

import pytest
from django.db import ProgrammingError, connection, transaction

from konsil.cases.models import Case, Event, Look
from konsil.cases.scope import scope, scope_of
from konsil.people.actors import Actor
from konsil.people.models import Patient
from tests.cast import Cast


def test_without_a_scope_the_database_shows_no_case(cast: Cast) -> None:
    """F12.1: forgetting the scope shows nothing, rather than everything."""
    with scope([]):
        assert Case.objects.count() == 0
        assert Patient.objects.count() == 0
        assert Event.objects.count() == 0

    assert Case.objects.count() == 2


def test_another_hospitals_coordinator_sees_no_row_even_unscoped_by_the_code(cast: Cast) -> None:
    """F1.3: Zoe of Lakeside, with every filter of ours forgotten."""
    with scope_of(Actor.of(cast.zoe)):
        assert not Case.objects.all().exists()
    with scope_of(Actor.of(cast.ada)):
        assert Case.objects.all().count() == 2


def test_a_row_cannot_be_written_into_another_tenant(cast: Cast) -> None:
    with scope_of(Actor.of(cast.zoe)), pytest.raises(ProgrammingError), transaction.atomic():
        Patient.objects.create(tenant=cast.northgate, given_name="Mallory")


@pytest.mark.parametrize("model", [Event, Look])
def test_history_cannot_be_changed_through_the_application(cast: Cast, model: type) -> None:
    """F1.5: neither a timeline entry nor a look can be altered or deleted."""
    table = model._meta.db_table  # type: ignore[attr-defined]
    for statement in (f"UPDATE {table} SET path = 'x'", f"DELETE FROM {table}"):
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
