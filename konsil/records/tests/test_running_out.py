"""Each morning: links and forms that ran out end, and the desk is told."""

from datetime import timedelta

import time_machine
from django.test import Client

from konsil.cases.life import Stage
from konsil.cases.models import Task
from konsil.people.models import Pass
from konsil.records.jobs import end_what_ran_out
from konsil.records.life import State
from konsil.records.models import Release
from konsil.records.tests.giving import BORN, now, send
from tests.cast import Cast, put_at


def test_a_link_that_ran_out_becomes_a_task_of_the_desk(cast: Cast) -> None:
    """F3.13: expired once, told once, also when the morning comes twice."""
    request, _token = send(cast)
    end_what_ran_out.func(timestamp=0)
    request.refresh_from_db()
    assert request.state == State.SENT

    Pass.objects.filter(pk=request.held_id).update(expires_at=now() - timedelta(days=1))
    for _ in range(2):
        end_what_ran_out.func(timestamp=0)

    request.refresh_from_db()
    assert request.state == State.EXPIRED
    assert Task.objects.filter(key=f"link-{request.pk}", role="coordinator").count() == 1
    assert not Task.objects.filter(key=f"request-{request.pk}", done_at=None).exists()


def test_a_link_ends_with_its_form(cast: Cast) -> None:
    """C4: the form’s date has come; its link is dead and the signed form stays provable."""
    request, _token = send(cast)

    with time_machine.travel(now() + timedelta(days=366)):
        end_what_ran_out.func(timestamp=0)

    release = Release.objects.get(pk=request.release_id)
    request.refresh_from_db()
    assert release.state == Release.State.EXPIRED
    assert request.held is not None
    assert request.held.revoked_at is not None


def test_a_link_is_dead_with_its_case_before_anybody_cleans_up(client: Client, cast: Cast) -> None:
    """C4: between the end of a case and the job that ends its links, the link is dead already."""
    _request, token = send(cast)
    put_at(cast.case, Stage.WITHDRAWN)

    assert client.get(f"/records/{token}/").status_code == 410
    assert client.post(f"/records/{token}/", BORN).status_code == 410
