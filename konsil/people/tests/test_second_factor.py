"""Who has a desk needs a second proof, and gets nothing without it (F1.4, B1, B4)."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from konsil.people import proof
from tests.cast import PASSWORD, Cast
from tests.everybody import address, ours
from tests.proving import plain_login

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def counted_from_nothing(db: None) -> None:
    cache.clear()


def code(steps: int = 0) -> str:
    counter = int(time.time()) // 30 + steps
    return auth.format_hotp_value(auth.hotp_value(SECRET, counter))


def by_password(who: Any) -> Client:
    client = Client()
    client.post("/account/login/", {"login": who.email, "password": PASSWORD})
    return client


@pytest.mark.parametrize("who", ["ada", "okoye", "mona", "berta", "brid"])
def test_staff_with_a_password_alone_reach_no_route(cast: Cast, who: str) -> None:
    """F1.4, B1: every address leads to the second proof; scripts are refused; no case is named."""
    client = by_password(getattr(cast, who))
    ids = dict.fromkeys(ROUTE_IDS, cast.petras_case.pk) | {"key": "summary", "line": "path"}
    ids |= {"number": 1, "frame": 1, "study_uid": "1.2", "study": "1.2", "token": "x" * 43}
    ids |= {"series": "1.2", "instance": "1.2"}
    answered = []
    for route in ours():
        path = address_or_none(route, ids)
        if path is None:
            continue
        for method in set(route.methods) - {"HEAD", "OPTIONS"}:
            page = client.generic(method, path)
            script = client.generic(method, path, HTTP_X_REQUESTED_WITH="fetch")
            led = page.status_code == 302 and page["Location"].startswith("/account/2fa/")
            if not led or script.status_code != 403 or b"Novak" in page.content + script.content:
                answered.append(f"{route.name} {method}: {page.status_code} {script.status_code}")

    assert answered == []


ROUTE_IDS = [
    "case_id",
    "upload_id",
    "parcel_id",
    "exhibit_id",
    "decision_id",
    "request_id",
    "release_id",
    "study_id",
    "image_id",
]


def address_or_none(route: Any, ids: dict[str, Any]) -> str | None:
    """Addresses of objects that this test has no id for are left to the access matrix."""
    names = [found.rpartition(":")[2] for found in re.findall(r"<([^>]+)>", route.pattern)]
    if not set(names) <= set(ids) or route.name == "parcels:identity":
        return None
    return address(route, ids)


def test_a_patient_signs_in_without_and_may_add_one(cast: Cast, client: Client) -> None:
    """F1.4: offered to patients, not asked of them."""
    plain_login(client, cast.rosa, BACKEND)

    assert client.get(f"/cases/{cast.case.pk}/").status_code == 200
    assert client.get("/account/2fa/").status_code == 200


def test_a_new_colleague_sets_up_an_app_and_is_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1.4: the password once, a code once, then the board; recovery codes are there."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_how: act())
    client = by_password(cast.ada)
    page = client.get("/account/2fa/totp/activate/")
    secret = client.session[auth.SECRET_SESSION_KEY]
    counter = int(time.time()) // 30
    wrong = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    typed = auth.format_hotp_value(auth.hotp_value(secret, counter))
    right = client.post("/account/2fa/totp/activate/", {"code": typed})

    assert page.status_code == wrong.status_code == 200
    assert right.status_code == 302
    assert client.get("/cases/").status_code == 200
    assert Authenticator.objects.filter(user=cast.ada, type="recovery_codes").exists()
    kept = Authenticator.objects.get(user=cast.ada, type="totp").data["secret"]
    assert secret not in kept


def test_the_second_proof_is_exact(cast: Cast) -> None:
    """B4: a replayed code, an old one, a code of somebody else's app, a wrong one: none opens."""
    auth.TOTP.activate(cast.ada, SECRET)
    good = code()

    def opens(typed: str) -> bool:
        client = by_password(cast.ada)
        client.post("/account/2fa/authenticate/", {"code": typed})
        return bool(client.get("/cases/").status_code == 200)

    assert not opens(code(steps=-2))
    assert not opens("000000" if good != "000000" else "111111")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        good = code()
        assert opens(good)
        assert not opens(good)
        clock.shift(timedelta(seconds=31))
        assert not opens(good)
        assert opens(code())


def test_a_recovery_code_opens_once(cast: Cast) -> None:
    """F1.4: the phone is lost; each code works a single time."""
    auth.TOTP.activate(cast.ada, SECRET)
    spare = RecoveryCodes.activate(cast.ada).get_unused_codes()[0]
    for works in (True, False):
        client = by_password(cast.ada)
        client.post("/account/2fa/authenticate/", {"code": spare})
        assert (client.get("/cases/").status_code == 200) is works


def test_a_code_by_mail_does_not_replace_the_second_proof(cast: Cast) -> None:
    """B1: who reads a colleague's mail gets no further than the second proof."""
    from django.core import mail

    auth.TOTP.activate(cast.ada, SECRET)
    client = Client()
    client.post("/account/login/code/", {"email": cast.ada.email})
    found = re.search(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    answer = client.post("/account/login/code/confirm/", {"code": found.group(1)})

    assert answer["Location"].startswith("/account/2fa/authenticate/")
    assert client.get("/cases/").status_code == 302


def test_a_desk_given_while_signed_in_asks_for_the_proof_at_once(cast: Cast) -> None:
    """F1.4: rights that grow need the proof that goes with them."""
    from konsil.people.models import Membership
    from konsil.people.roles import Role

    client = Client()
    plain_login(client, cast.rosa, BACKEND)
    auth.TOTP.activate(cast.rosa, SECRET)
    assert client.get("/start/").status_code == 302
    Membership.objects.create(user=cast.rosa, institution=cast.northgate, role=Role.BILLING)

    led = client.get("/cases/")
    assert led["Location"].startswith("/account/2fa/reauthenticate/?next=%2Fcases%2F")
    assert client.get("/account/2fa/totp/deactivate/").status_code == 302
    client.post(led["Location"], {"code": code()})
    assert client.get("/cases/").status_code == 200


def test_staff_cannot_take_the_last_proof_away(cast: Cast, client: Client) -> None:
    """F1.4: the app stays until a key is there; a patient may turn hers off."""
    for who in (cast.ada, cast.rosa):
        auth.TOTP.activate(who, SECRET)
        client.force_login(who, backend=BACKEND)
        client.post("/account/2fa/totp/deactivate/")

    assert proof.factors(cast.ada) == ["totp"]
    assert proof.factors(cast.rosa) == []


def test_a_patient_who_chose_one_is_asked_for_it_behind_a_link_too(cast: Cast) -> None:
    """F1.4: the link of a letter signs her in; what it opens waits for her app."""
    auth.TOTP.activate(cast.rosa, SECRET)
    client = Client()
    plain_login(client, cast.rosa, BACKEND)
    case = f"/cases/{cast.case.pk}/"
    led = client.get(case)
    assert led["Location"].startswith("/account/2fa/reauthenticate/")
    client.post(led["Location"], {"code": code()})
    assert client.get(case).status_code == 200
