"""An e-mail address is who somebody is: nobody takes another person's address as their own."""

from allauth.account.models import EmailAddress
from django.test import Client

from konsil.people.models import User
from tests.cast import PASSWORD, Cast

VICTIM = "victim@example.org"


def test_nobody_takes_an_address_that_they_did_not_prove(client: Client, cast: Cast) -> None:
    """E2: else whoever reads mail there begins a request, and a stranger is seated at it."""
    client.post("/account/login/", {"login": "delgado@example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(cast.rosa.pk)

    for act in ("action_add", "action_primary", "action_send"):
        answer = client.post("/account/email/", {act: "", "email": VICTIM})
        assert answer.status_code == 404

    assert client.get("/account/email/").status_code == 404
    assert not EmailAddress.objects.filter(email=VICTIM).exists()
    assert not User.objects.filter(email__iexact=VICTIM).exists()
