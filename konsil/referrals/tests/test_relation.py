"""What a clinic sees hangs on the referral and on the patient's consent (F12.3, F12.4)."""

import pytest
from django.test import Client
from django.utils import timezone

from konsil.cases.life import Stage
from konsil.cases.models import Case, Event, Look
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.models import User
from konsil.people.roles import Role
from konsil.referrals.models import ClinicTerms, Referral
from konsil.referrals.relation import settle_policy
from tests.cast import Cast, put_at, user
from tests.test_own_patients import opened
from tests.test_who_sees_a_case import BACKEND


def enter(who: User) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


@pytest.fixture
def petras(cast: Cast) -> Case:
    case = cast.petras_case
    Referral.objects.create(
        case=case, institution=cast.brigids, physician="Dr. Walsh", referred_at=cast.now
    )
    return case


def test_when_the_patient_ends_it_the_case_is_gone_at_once(cast: Cast, petras: Case) -> None:
    """F12.3: from every route, list and count; the trail stays and the hospital goes on."""
    clare = user("Clare Boyle", (cast.brigids, Role.CHILD_ADMIN))
    brid, desk = enter(cast.brid), enter(clare)
    assert brid.get(f"/cases/{petras.pk}/").status_code == 200

    answer = enter(cast.petra).post(f"/cases/{petras.pk}/clinic/", {"act": "end"})

    assert answer.status_code == 302
    for browser in (brid, desk):
        assert opened(browser, petras) == []
        page = browser.get("/referrals/?q=Petra").content.decode()
        assert "Novak" not in page
        assert " 1</a>" not in page
    assert enter(cast.ada).get(f"/cases/{petras.pk}/").status_code == 200
    assert Look.objects.filter(case=petras, actor_user=cast.brid).exists()
    assert Event.objects.filter(case=petras, verb=Verb.CLINIC_ENDED).count() == 1
    assert (
        "ended what the clinic sees"
        in enter(cast.petra).get(f"/cases/{petras.pk}/history/").content.decode()
    )


def test_when_the_request_is_withdrawn_the_case_is_gone_at_once(cast: Cast, petras: Case) -> None:
    """F12.3: the consent ended with the request."""
    brid = enter(cast.brid)
    petras.move(Verb.WITHDRAWN, by=Actor.of(cast.petra), at=timezone.now(), reason="changed_mind")

    assert opened(brid, petras) == []
    assert "Novak" not in brid.get("/referrals/?show=ended").content.decode()
    assert Event.objects.filter(case=petras).exists()


@pytest.mark.parametrize("who", ["policy", "patient"])
def test_the_report_needs_the_policy_and_the_patients_word(
    cast: Cast, petras: Case, who: str
) -> None:
    """F12.4: either of them can keep it from the clinic; the rest of the case stays visible."""
    put_at(petras, Stage.RELEASED)
    brid, page = enter(cast.brid), f"/cases/{petras.pk}/"
    assert "Read the report" in brid.get(page).content.decode()

    if who == "patient":
        enter(cast.petra).post(f"{page}clinic/", {"act": "withhold"})
    else:
        ClinicTerms.objects.create(
            tenant=cast.northgate,
            institution=cast.brigids,
            reads_report=False,
            changed_at=cast.now,
        )
        settle_policy(cast.brigids)
        enter(cast.petra).post(f"{page}clinic/", {"act": "read"})  # her yes alone is not enough

    words = brid.get(page).content.decode()
    assert "Read the report" not in words
    assert "The report is not for the clinic" in words
    assert brid.get(f"{page}report.pdf").status_code == 404
    assert brid.get(f"{page}report/versions/1/").status_code == 404

    if who == "patient":
        enter(cast.petra).post(f"{page}clinic/", {"act": "read"})
        assert "Read the report" in brid.get(page).content.decode()


def test_nobody_but_the_patient_decides_it(cast: Cast, petras: Case) -> None:
    for who in (cast.brid, cast.ada, cast.berta):
        answer = enter(who).post(f"/cases/{petras.pk}/clinic/", {"act": "end"})
        assert answer.status_code == 403
    for stranger in (cast.rosa, cast.hal, cast.zoe):
        assert enter(stranger).get(f"/cases/{petras.pk}/clinic/").status_code == 404
    assert enter(cast.brid).get(f"/cases/{petras.pk}/").status_code == 200
