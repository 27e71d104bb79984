"""Who writes to whom inside a case, and who never reads it."""

import pytest
from django.test import Client

from konsil.messaging.models import Audience, Message, Thread
from tests.cast import Cast, give_to_reviewer
from tests.test_who_sees_a_case import BACKEND


def write(client: Client, cast: Cast, name: str, text: str, to: str) -> int:
    client.force_login(getattr(cast, name), backend=BACKEND)
    url = f"/cases/{cast.case.pk}/messages/"
    return client.post(url, {"audience": to, "text": text}).status_code


def test_rosa_and_ada_exchange_messages_inside_the_case(client: Client, cast: Cast) -> None:
    """F9.1: the audience is said above the box; whoever is across the table has the turn."""
    assert write(client, cast, "rosa", "I found a letter.", "patient") == 302
    assert Thread.objects.get(case=cast.case).waits_for == "desk"

    assert write(client, cast, "ada", "Thank you, Rosa.", "patient") == 302

    assert Thread.objects.get(case=cast.case).waits_for == "outside"
    client.force_login(cast.rosa, backend=BACKEND)
    page = client.get(f"/cases/{cast.case.pk}/messages/").content.decode()
    assert "Thank you, Rosa." in page
    assert "Rosa and the team of this case will read this." in page


def test_what_the_team_says_among_itself_never_reaches_the_patient(
    client: Client, cast: Cast
) -> None:
    """F8.2, F9.1: Ada and Dr. Okoye write inside; Rosa neither reads nor writes there."""
    give_to_reviewer(cast)
    assert write(client, cast, "ada", "CNRY-inside", "internal") == 302
    assert write(client, cast, "okoye", "CNRY-answer", "internal") == 302

    client.force_login(cast.rosa, backend=BACKEND)
    page = client.get(f"/cases/{cast.case.pk}/messages/?to=internal").content.decode()
    assert "CNRY" not in page
    assert write(client, cast, "rosa", "Hello?", "internal") == 422
    assert Message.objects.filter(thread__audience=Audience.INTERNAL).count() == 2


def test_opening_a_thread_does_not_clear_it_but_no_answer_needed_does(
    client: Client, cast: Cast
) -> None:
    """F9.2."""
    write(client, cast, "rosa", "Thank you!", "patient")
    client.force_login(cast.ada, backend=BACKEND)
    url = f"/cases/{cast.case.pk}/messages/"

    client.get(url)
    assert Thread.objects.get(case=cast.case).waits_for == "desk"
    assert "Rosa Delgado" in client.get("/messages/").content.decode()

    client.post(url, {"audience": "patient", "settle": "1"})
    assert Thread.objects.get(case=cast.case).waits_for == ""


@pytest.mark.parametrize("name", ["petra", "brid", "wells", "zoe"])
def test_strangers_neither_read_nor_write(client: Client, cast: Cast, name: str) -> None:
    """F1.3."""
    write(client, cast, "rosa", "CNRY", "patient")

    assert write(client, cast, name, "Hi", "patient") == 404
    assert Message.objects.count() == 1


def test_an_empty_message_is_refused_beside_the_box_and_nothing_is_lost(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.rosa, backend=BACKEND)

    response = client.post(
        f"/cases/{cast.case.pk}/messages/", {"audience": "patient", "text": "  "}
    )

    assert response.status_code == 422
    assert "Write something first." in response.content.decode()


def test_a_clerk_of_the_billing_desk_reads_no_messages(client: Client, cast: Cast) -> None:
    client.force_login(cast.berta, backend=BACKEND)

    assert client.get(f"/cases/{cast.case.pk}/messages/").status_code == 403
