"""A case lives as it is told: no forbidden step, no half step, and of two at once one (A7, K8)."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Case, Event
from konsil.cases.scope import scope
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM, Actor
from konsil.people.roles import Role
from tests.cast import MONDAY, Cast, assemble, put_at, why
from tests.lives import Life

LONG = settings.default.max_examples
"""A long run asks for more by its profile (conftest.py)."""


def test_a_case_lives_as_it_is_told(cast: Cast) -> None:
    """A7, F4.1: no state outside the diagram, no half step, no link or money left behind."""
    Life.cast = cast
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LONG if LONG > 1000 else 6,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("verb", [Verb.WITHDRAWN, Verb.OFFER_RECALLED])
def test_whoever_was_asked_is_asked_no_more(cast: Cast, verb: Verb) -> None:
    """F8.1: when the offer is gone, so is the look at the record, in the same act."""
    put_at(cast.case, Stage.OFFERED)
    cast.case.seat(Role.ASKED, by=SYSTEM, at=MONDAY, quietly=True, user=cast.okoye)

    cast.case.move(verb, by=Actor.of(cast.ada), at=MONDAY, **why(verb))

    assert not cast.case.roles_of(Actor.of(cast.okoye))


@pytest.fixture
def on_disk(transactional_db: None) -> Cast:
    """The cast as others see it: committed."""
    with transaction.atomic():
        return assemble()


def test_of_two_who_act_at_once_one_is_told(on_disk: Cast) -> None:
    """K8: accepting and declining at the same moment; one wins, the other reads why not."""
    cast, start = on_disk, threading.Barrier(2)
    said: list[str] = []

    def act(verb: Verb, name: str) -> None:
        by = Actor.of(getattr(cast, name))
        try:
            with scope([cast.northgate.pk]):
                case = Case.objects.get(pk=cast.case.pk)
                start.wait(timeout=10)
                case.move(verb, by=by, at=timezone.now(), **why(verb))
            said.append("")
        except ImpossibleMove as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    for verbs in ((Verb.ACCEPTED, Verb.DECLINED), (Verb.FILE_COMPLETED, Verb.FILE_COMPLETED)):
        said.clear()
        with scope([cast.northgate.pk]):
            put_at(cast.case, Stage.SCREENING if Verb.ACCEPTED in verbs else Stage.GATHERING)
        threads = [
            threading.Thread(target=act, args=each)
            for each in zip(
                verbs, ("ada", "mona" if Verb.ACCEPTED in verbs else "ada"), strict=True
            )
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)

        assert sorted(map(bool, said)) == [False, True]
        assert "This cannot be done now" in "".join(said)
        with scope([cast.northgate.pk]):
            assert Event.objects.filter(case=cast.case, verb__in=verbs).count() == 1
