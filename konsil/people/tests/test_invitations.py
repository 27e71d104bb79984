"""Invitations and their ends: who may give which part, for how long, and what a link does."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from konsil.people import invitations
from konsil.people.actors import Actor
from konsil.people.invitations import NotInvited, grantable, invite
from konsil.people.leaving import NotEnded, end_desks, sign_out_everywhere
from konsil.people.models import Institution, Invitation, Membership, Pass, User
from konsil.people.roles import STAFF, Role
from tests.cast import Cast, user

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "a sentence that is long enough"


@pytest.fixture
def clare(cast: Cast) -> User:
    return user("Clare Boyle", (cast.brigids, Role.CHILD_ADMIN))


def asked(
    cast: Cast,
    by: User,
    *roles: Role,
    at: Any = None,
    to: str = "nuala@brigids.example",
    **more: Any,
) -> Invitation:
    given = {"institution": cast.brigids} | more
    return invite(
        email=to, name="Nuala Reid", roles=roles, by=Actor.of(by), at=at or timezone.now(), **given
    )


def sent(django_capture: Any, cast: Cast, by: User, *roles: Role, **more: Any) -> str:
    """The path of the mailed link."""
    mail.outbox.clear()
    with django_capture(execute=True):
        asked(cast, by, *roles, **more)
    found = re.search(r"/invitation/[\w-]+/", mail.outbox[0].body)
    assert found
    return found[0]


def test_nobody_gives_a_part_above_their_own(cast: Cast, clare: User) -> None:
    """F12.2, F1.8: a clinic's administrator reaches no further than the clinic."""
    sam = user("Sam Aziz", (cast.northgate, Role.ADMIN))

    assert grantable(clare, cast.brigids) == {Role.REFERRER, Role.CHILD_ADMIN}
    for place in (cast.other_clinic, cast.northgate, cast.other_hospital):
        assert grantable(clare, place) == frozenset()
    assert grantable(sam, cast.northgate) == STAFF
    assert grantable(sam, cast.brigids) == {Role.REFERRER, Role.CHILD_ADMIN}
    assert grantable(sam, cast.other_hospital) == frozenset()
    for nobody in (cast.brid, cast.ada, cast.mona, cast.rosa):
        assert grantable(nobody, cast.brigids) == grantable(nobody, cast.northgate) == frozenset()
    for role in (Role.ADMIN, Role.COORDINATOR, Role.PATIENT, Role.SYSTEM):
        with pytest.raises(NotInvited, match="cannot give this part"):
            asked(cast, clare, Role.REFERRER, role)
    with pytest.raises(NotInvited):
        asked(cast, clare, Role.REFERRER, institution=cast.northgate)
    assert not Invitation.objects.exists()


def test_a_new_colleague_makes_her_account_once(
    client: Client, cast: Cast, clare: User, django_capture_on_commit_callbacks: Any
) -> None:
    """F12.2: opening changes nothing; the address cannot be changed; the link works once."""
    path = sent(django_capture_on_commit_callbacks, cast, clare, Role.REFERRER)
    given = {"name": "Nuala Reid", "password": PASSWORD, "email": "other@evil.example"}

    assert client.get(path).status_code == 200
    assert not User.objects.filter(email="nuala@brigids.example").exists()
    assert client.post(path, given | {"password": "short"}).status_code == 422
    assert client.post(path, given).status_code == 302

    made = User.objects.get(email="nuala@brigids.example")
    assert made.roles == {Role.REFERRER}
    assert Membership.objects.get(user=made).granted_by == clare
    assert not User.objects.filter(email="other@evil.example").exists()
    again = Client()
    assert again.get(path).status_code == again.post(path, given).status_code == 404
    token = path.split("/")[2]
    assert not Pass.objects.filter(token_hash=token).exists()
    for text in (mail.outbox[0].subject, mail.outbox[0].body):
        assert "Petra" not in text


def test_an_invitation_ends_after_three_days_and_with_a_newer_one(
    client: Client, cast: Cast, clare: User, django_capture_on_commit_callbacks: Any
) -> None:
    now, send = timezone.now(), django_capture_on_commit_callbacks
    late = sent(send, cast, clare, Role.REFERRER, at=now - timedelta(hours=72, minutes=1))
    assert client.get(late).status_code == 404

    first = sent(send, cast, clare, Role.REFERRER)
    second = sent(send, cast, clare, Role.REFERRER, Role.CHILD_ADMIN)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert invitations.waiting(cast.brigids, at=now).count() == 1

    invitations.withdraw(
        invitations.waiting(cast.brigids, at=now).get(), by=Actor.of(clare), at=timezone.now()
    )
    assert client.get(second).status_code == 404


def test_somebody_with_an_account_accepts_as_themselves(
    client: Client, cast: Cast, clare: User, django_capture_on_commit_callbacks: Any
) -> None:
    """Whoever finds the link but not the mailbox's account gets no desk."""
    path = sent(
        django_capture_on_commit_callbacks, cast, clare, Role.CHILD_ADMIN, to=cast.brid.email
    )

    assert "Sign in" in client.get(path).content.decode()
    assert client.post(path, {"name": "X", "password": PASSWORD}).status_code == 403
    client.force_login(cast.hal, backend=BACKEND)
    assert client.post(path).status_code == 409
    client.force_login(cast.brid, backend=BACKEND)
    assert client.post(path).status_code == 302
    assert User.objects.get(pk=cast.brid.pk).roles == {Role.REFERRER, Role.CHILD_ADMIN}
    assert User.objects.get(pk=cast.hal.pk).roles == {Role.REFERRER}


def test_what_its_giver_may_no_longer_give_it_no_longer_gives(
    client: Client, cast: Cast, clare: User, django_capture_on_commit_callbacks: Any
) -> None:
    path = sent(django_capture_on_commit_callbacks, cast, clare, Role.CHILD_ADMIN)
    Membership.objects.filter(user=clare).update(until=timezone.now() - timedelta(minutes=1))

    answer = client.post(path, {"name": "Nuala Reid", "password": PASSWORD})

    assert answer.status_code == 409
    assert not User.objects.filter(email="nuala@brigids.example").exists()


def test_too_many_letters_to_one_mailbox_are_refused(cast: Cast, clare: User) -> None:
    for _each in range(invitations.A_DAY):
        asked(cast, clare, Role.REFERRER)
    with pytest.raises(NotInvited, match="tomorrow"):
        asked(cast, clare, Role.REFERRER)
    with pytest.raises(NotInvited, match="already"):
        asked(cast, clare, Role.REFERRER, to=cast.brid.email)


def test_who_is_ended_is_out_at_once_and_can_be_asked_back(
    client: Client, cast: Cast, clare: User, django_capture_on_commit_callbacks: Any
) -> None:
    """F12.2, F1.4: her open browser shows nothing from then on."""
    client.force_login(cast.brid, backend=BACKEND)
    assert client.get("/referrals/").status_code == 200

    end_desks(cast.brid, cast.brigids, by=Actor.of(clare), at=timezone.now())

    assert client.get("/referrals/").status_code == 302
    assert client.get(f"/cases/{cast.petras_case.pk}/").status_code == 302
    assert Membership.objects.get(user=cast.brid).ended_by == clare
    path = sent(django_capture_on_commit_callbacks, cast, clare, Role.REFERRER, to=cast.brid.email)
    back = Client()
    assert back.post(path, {"name": "Brid Kelly", "password": PASSWORD}).status_code == 302
    assert back.get(f"/cases/{cast.petras_case.pk}/")["Location"] == "/account/2fa/"
    cast.brid.refresh_from_db()
    back.force_login(cast.brid, backend=BACKEND)
    assert back.get(f"/cases/{cast.petras_case.pk}/").status_code == 200


def test_the_last_administrator_stays_and_others_are_not_theirs(cast: Cast, clare: User) -> None:
    with pytest.raises(NotEnded, match="only administrator"):
        end_desks(clare, cast.brigids, by=Actor.of(clare), at=timezone.now())
    Membership.objects.create(user=cast.brid, institution=cast.brigids, role=Role.CHILD_ADMIN)
    assert end_desks(clare, cast.brigids, by=Actor.of(clare), at=timezone.now()) == 1
    for place, who in ((cast.other_clinic, cast.hal), (cast.northgate, cast.ada)):
        with pytest.raises(NotEnded, match="not yours"):
            end_desks(who, place, by=Actor.of(cast.brid), at=timezone.now())


def test_a_new_password_is_asked_only_of_ones_own_people(
    client: Client, cast: Cast, clare: User
) -> None:
    """F12.2: an administrator of a clinic cannot lock out the hospital's staff."""
    client.force_login(cast.brid, backend=BACKEND)
    sign_out_everywhere(cast.brid, cast.brigids, by=Actor.of(clare))
    assert client.get("/referrals/").status_code == 302

    both: tuple[Institution, Role] = (cast.northgate, Role.ADMIN)
    sam = user("Sam Aziz", both, (cast.brigids, Role.REFERRER))
    for who in (sam, cast.hal):
        with pytest.raises(NotEnded, match="elsewhere"):
            sign_out_everywhere(who, cast.brigids, by=Actor.of(clare))
