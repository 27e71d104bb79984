"""The first start in production: one administrator by a one-time link."""

from django.test import Client

from konsil.people.first_start import first_administrator_link
from konsil.people.models import Membership, User
from konsil.people.roles import Role

GIVEN = {
    "hospital": "Lakeside Hospital",
    "name": "Ana Admin",
    "email": "ana@lakeside.example",
    "password": "a sentence that is long enough",
}


def path_of(link: str | None) -> str:
    assert link is not None
    return "/begin/" + link.rstrip("/").rsplit("/", 1)[1] + "/"


def test_one_administrator_and_no_other_account(client: Client, db: None) -> None:
    """F1.8: opening the link changes nothing; sending the form uses it up."""
    path = path_of(first_administrator_link())

    assert client.get(path).status_code == 200
    assert not User.objects.exists()
    assert client.post(path, GIVEN).status_code == 302

    assert Membership.objects.get().role == Role.ADMIN
    assert Client().get(path).status_code == 404
    assert first_administrator_link() is None


def test_a_weak_password_or_a_wrong_link_makes_nobody(client: Client, db: None) -> None:
    path = path_of(first_administrator_link())

    weak = client.post(path, GIVEN | {"password": "short"})

    assert weak.status_code == 200
    assert "at least 12" in weak.content.decode()
    assert client.get("/begin/nonsense/").status_code == 404
    assert not User.objects.exists()
