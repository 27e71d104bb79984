"""A clinic sees its own patients, and of them what is a clinic's to see."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from konsil.cases.actions import set_task
from konsil.cases.life import Stage
from konsil.cases.models import Case
from konsil.messaging.models import Audience, Thread
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import Membership, User
from konsil.people.roles import Role
from tests.cast import Cast, put_at, user
from tests.test_house_rules import routes
from tests.test_who_sees_a_case import BACKEND

SAMPLES = {"uuid": str(uuid4()), "int": "1", "slug": "a", "str": "1.2.3", "path": "a"}
ROW = re.compile(r'<a href="/cases/([0-9a-f-]{36})/">')
PAGES = ("/referrals/", "/cases/", "/cases/list/", "/messages/")


def enter(client: Client, who: User) -> Client:
    client.force_login(who, backend=BACKEND)
    return client


def addresses(case: Case) -> Iterator[tuple[str, str]]:
    """Every route of the case with a method that it takes, made-up ids in its path."""
    for route, view in routes():
        if "<uuid:case_id>" not in route:
            continue
        path = route.replace("<uuid:case_id>", str(case.pk)).replace("\\Z", "").strip("^$")
        path = re.sub(r"<(\w+):\w+>", lambda found: SAMPLES[found.group(1)], path)
        methods = getattr(view, "methods", ("GET",))
        yield f"/{path}", "GET" if "GET" in methods else methods[0]


def opened(client: Client, case: Case) -> list[tuple[str, int]]:
    """The routes of the case that did not answer 404."""
    answers = [(path, client.generic(method, path).status_code) for path, method in addresses(case)]
    assert len(answers) > 40
    return [each for each in answers if each[1] != 404]


def test_no_route_of_rosas_case_opens_for_the_clinic(client: Client, cast: Cast) -> None:
    """F12.1: Brid referred Petra; of Rosa's case every address is unknown to her."""
    enter(client, cast.brid)

    assert opened(client, cast.case) == []
    assert client.get(f"/cases/{cast.petras_case.pk}/").status_code == 200


def test_another_clinic_of_the_same_hospital_sees_neither(client: Client, cast: Cast) -> None:
    """F12.1: not by address, not in lists, counts or searches."""
    enter(client, cast.hal)

    assert opened(client, cast.petras_case) == []
    for page in (*PAGES, "/referrals/?q=Petra", "/referrals/?q=K-", "/cases/list/?q=K-"):
        words = client.get(page).content.decode()
        assert "Novak" not in words
        assert "Delgado" not in words
        assert cast.petras_case.number not in words
        assert sum(counts(words).values()) == 0
    assert "You have not referred anybody yet" in client.get("/referrals/").content.decode()


def counts(page: str) -> dict[str, int]:
    """The figures on the filters."""
    found = re.findall(r'<a class="pick"[^>]*href="\?show=[^"]*"[^>]*>([^<]*?) (\d+)</a>', page)
    return {name: int(number) for name, number in found}


def test_every_count_of_the_worklist_is_the_number_of_its_rows(client: Client, cast: Cast) -> None:
    enter(client, cast.brid)
    first = client.get("/referrals/").content.decode()
    links = re.findall(r'href="(\?show=\w*)"[^>]*>[^<]*? (\d+)</a>', first)

    assert len(links) == 5
    for link, number in links:
        rows = ROW.findall(client.get(f"/referrals/{link}").content.decode())
        assert len(rows) == int(number), link
    assert ROW.findall(first) == [str(cast.petras_case.pk)]
    assert "1 to 1 of 1 patients" in first
    for page in ("/cases/", "/cases/list/"):
        assert counts(client.get(page).content.decode())["All open"] == 1


def test_the_most_urgent_comes_first(client: Client, cast: Cast) -> None:
    other = Case.objects.get(pk=cast.petras_case.pk)
    other.pk, other.number, other._state.adding = uuid4(), "K-9999", True
    other.due_at = cast.petras_case.due_at + timedelta(days=-1)
    other.save()
    other.seat(Role.REFERRER, by=SYSTEM, at=cast.now, quietly=True, institution=cast.brigids)

    page = enter(client, cast.brid).get("/referrals/").content.decode()

    assert ROW.findall(page) == [str(other.pk), str(cast.petras_case.pk)]


def test_what_is_missing_is_told_but_not_what_concerns_money(client: Client, cast: Cast) -> None:
    """F12.4, F4.2: an unsigned form is the clinic's to know, a refused card is not."""
    case = put_at(cast.petras_case, Stage.GATHERING)
    given: dict[str, Any] = {"by": SYSTEM, "at": cast.now, "role": Role.PATIENT}
    set_task(case, what="Sign a form for Lakeside", key="release-1", where="releases/1/", **given)
    set_task(case, what="The card was refused", key="pay", where="payment/card/", **given)
    case.pass_ball(Role.PATIENT, to="use another card", at=cast.now, due_at=cast.now)
    enter(client, cast.brid)

    for page in ("/referrals/", f"/cases/{case.pk}/", f"/cases/{case.pk}/messages/"):
        words = client.get(page).content.decode()
        assert "card" not in re.sub(r'class="[^"]*"', "", words)
    assert "Sign a form for Lakeside" in client.get("/referrals/").content.decode()
    assert "Sign a form for Lakeside" in client.get(f"/cases/{case.pk}/").content.decode()


def test_the_clinic_reads_no_internal_note_and_no_payment(client: Client, cast: Cast) -> None:
    """F12.4, F8.2."""
    case, ada = cast.petras_case, Actor.of(cast.ada)
    for audience in Audience:
        Thread.of(case, audience).write(f"Words for {audience.value}", by=ada, at=cast.now)
    enter(client, cast.brid)

    page = client.get(f"/cases/{case.pk}/").content.decode()
    thread = client.get(f"/cases/{case.pk}/messages/?to=internal").content.decode()

    for words in (page, thread, client.get("/messages/").content.decode()):
        assert "Words for internal" not in words
        assert "Words for patient" not in words
    assert "Words for referrer" in page
    assert "Words for referrer" in thread
    assert client.get(f"/cases/{case.pk}/payment/").status_code == 403
    assert client.get("/payments/").status_code == 403
    assert "payment" not in page.lower()


def test_the_clinic_gets_the_report_when_it_is_released(client: Client, cast: Cast) -> None:
    """F12.4: not a day earlier."""
    case = put_at(cast.petras_case, Stage.SIGNED)
    enter(client, cast.brid)

    before = client.get(f"/cases/{case.pk}/").content.decode()
    put_at(case, Stage.RELEASED)
    after = client.get(f"/cases/{case.pk}/").content.decode()

    assert "Read the report" not in before
    assert f'href="/cases/{case.pk}/report/">Read the report' in after
    assert "1</a>" in client.get("/referrals/?show=report").content.decode()


def test_an_administrator_without_a_clinical_part_reads_no_clinical_word(
    client: Client, cast: Cast
) -> None:
    """F12.2: she sees where it stands and who works there, not the illness nor the report."""
    cara = user("Cara Dunne", (cast.brigids, Role.CHILD_ADMIN))
    case = put_at(cast.petras_case, Stage.RELEASED)
    Case.objects.filter(pk=case.pk).update(diagnosis="A nodule in the lung")
    enter(client, cara)

    page = client.get(f"/cases/{case.pk}/").content.decode()
    people = client.get("/referrals/people/").content.decode()

    assert "Novak" in page
    for never in ("nodule", "Read the report", "Write to the practice", "Add records"):
        assert never not in page
    assert client.get(f"/cases/{case.pk}/history/").status_code == 200
    assert client.get(f"/cases/{case.pk}/report/").status_code == 403
    assert client.get("/referrals/new/").status_code == 403
    assert "Refer a patient" not in client.get("/referrals/").content.decode()
    assert "Brid Kelly" in people
    assert "only one administrator" in people
    assert "Hal Brandt" not in people


def test_who_leaves_the_clinic_loses_its_patients(client: Client, cast: Cast) -> None:
    """F12.3."""
    enter(client, cast.brid)
    Membership.objects.filter(user=cast.brid).update(until=cast.now - timedelta(days=365))

    assert client.get("/referrals/").status_code == 403
    assert client.get(f"/cases/{cast.petras_case.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["ada", "brid", "petra"])
def test_who_referred_stands_beside_the_case(client: Client, cast: Cast, name: str) -> None:
    enter(client, getattr(cast, name))
    url = f"/cases/{cast.petras_case.pk}/referral/"

    assert "Referred by St Brigid’s Clinic" in client.get(url).content.decode()
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("<section")
    enter(client, cast.rosa)
    assert client.get(f"/cases/{cast.case.pk}/referral/").status_code == 404


def test_another_hospital_sees_none_of_it(client: Client, cast: Cast) -> None:
    """F1.3: Zoe coordinates elsewhere."""
    enter(client, cast.zoe)

    assert opened(client, cast.petras_case) == []
    assert "Petra" not in client.get("/cases/list/?q=Petra").content.decode().split("</form>")[-1]
