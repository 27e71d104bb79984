"""Somebody asks for a child or for an adult who needs help: by what right (F2.7)."""

from konsil.cases.life import Stage
from konsil.cases.models import Representative
from konsil.intake.checking import missing
from konsil.intake.models import Consent
from konsil.intake.tests.walking import WHOLE, begin, fill
from konsil.people.roles import Role


def post(client, case, key, **words):
    return client.post(f"/cases/{case.pk}/request/{key}/", words)


def test_a_parent_asks_for_a_child_and_signs_as_representative(cast, client):
    """F2.7."""
    case = begin(client)
    post(client, case, "who", who="child")
    assert "authority" in [each.step for each in missing(case)]
    post(client, case, "authority", name="Nora Quist", relation="Mother", authority="parent")
    fill(client, case, "born", "consent")
    grown = post(client, case, "born", **WHOLE["born"])
    post(client, case, "born", birth_date_day="1", birth_date_month="5", birth_date_year="2016")
    post(client, case, "consent", **WHOLE["consent"])

    client.post(f"/cases/{case.pk}/request/check/")

    case.refresh_from_db()
    assert grown.status_code == 422
    assert case.stage == Stage.SCREENING
    assert Consent.objects.filter(case=case, as_representative=True).count() == 3
    assert Representative.objects.get(case=case).relation == "Mother"
    assert set(case.seats.exclude(institution__isnull=False).values_list("role", flat=True)) == {
        Role.PROXY
    }


def test_for_an_adult_a_right_has_to_be_named_and_being_a_parent_is_none(cast, client):
    """F2.7."""
    case = begin(client)
    post(client, case, "who", who="other")

    parent = post(client, case, "authority", name="N", relation="Mother", authority="parent")
    nothing = post(client, case, "authority", name="N", relation="Friend")
    agent = post(
        client,
        case,
        "authority",
        name="N",
        relation="Son",
        authority="agent",
        evidence_promised="on",
    )

    assert parent.status_code == nothing.status_code == 422
    assert agent.status_code == 302
    assert Representative.objects.get(case=case).evidence_promised
