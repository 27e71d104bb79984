"""The request itself: one question a page, kept at once, complete before it is sent (F2.3–F2.7)."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import (
    Case,
    Event,
    LicenceRule,
    Task,
    Verdict,
)
from konsil.cases.verbs import Verb
from konsil.intake.actions import start_request, submit
from konsil.intake.agreement import TOPICS
from konsil.intake.answering import answer
from konsil.intake.checking import missing
from konsil.intake.models import Consent
from konsil.intake.tests.walking import BACKEND, FITTING, WHOLE, begin, fill
from konsil.people.actors import Actor
from konsil.people.roles import Role


def post(client, case, key, **words):
    return client.post(f"/cases/{case.pk}/request/{key}/", words)


def test_a_whole_request_is_sent_and_waits_to_be_checked(cast, client):
    """F2.3."""
    case = begin(client)
    fill(client, case)

    review = client.get(f"/cases/{case.pk}/request/check/").content.decode()
    sent = client.post(f"/cases/{case.pk}/request/check/", follow=True)

    for word in ("Nora Quist", "March 14, 1971", "Oregon", "Do I need surgery?", "Valley Imaging"):
        assert word in review
    case.refresh_from_db()
    assert case.stage == Stage.SCREENING
    assert case.ball == Role.NURSE
    assert "We have your request." in sent.content.decode()
    assert case.patient.language == "es"
    assert case.patient.interpreter


def test_a_blank_request_cannot_be_sent_by_any_way(cast, client):
    """F2.6: the server refuses and names what is missing."""
    case = begin(client)

    page = client.post(f"/cases/{case.pk}/request/check/", follow=True).content.decode()

    assert "Still missing" in page
    assert "the date of birth" in page
    case.refresh_from_db()
    assert case.stage == Stage.DRAFT
    with pytest.raises(ImpossibleMove, match="Still missing"):
        submit(case, by=holder(case), at=cast.now)


def holder(case):
    return Actor.of(case.seats.get(user__isnull=False).user)


@pytest.mark.parametrize("left_out", ["name", "born", "illness", "questions", "holders", "consent"])
def test_each_part_that_is_needed_is_missed(cast, client, left_out):
    """F2.3, F2.6: taking any one away stops the request."""
    case = begin(client)
    fill(client, case, left_out)
    case.refresh_from_db()

    client.post(f"/cases/{case.pk}/request/check/")

    case.refresh_from_db()
    assert [each.step for each in missing(case)] == [left_out]
    assert case.stage == Stage.DRAFT


def test_sex_phone_and_records_may_stay_unsaid(cast, client):
    """F2.3: nothing else is required."""
    case = begin(client)
    fill(client, case, "sex", "phone", "language", "records")

    client.post(f"/cases/{case.pk}/request/check/")

    case.refresh_from_db()
    assert case.stage == Stage.SCREENING


def test_each_agreement_keeps_its_words_their_hash_the_time_and_the_address(cast, client):
    """F2.3: consent; separate ticks, all needed."""
    case = begin(client)
    fill(client, case, "consent")

    refused = post(client, case, "consent", terms="on", privacy="on")
    assert refused.status_code == 422
    assert not Consent.objects.filter(case=case).exists()

    post(client, case, "consent", **WHOLE["consent"])
    rows = Consent.objects.filter(case=case)
    assert {row.topic for row in rows} == {topic.key for topic in TOPICS}
    for row in rows:
        assert row.words
        assert len(row.sha256) == 64
        assert row.given_by == "Nora Quist"
        assert row.address == "127.0.0.1"
        assert not row.as_representative
    assert Event.objects.filter(case=case, verb=Verb.CONSENTED).count() == 1


def test_an_agreement_is_never_changed(cast, client):
    case = begin(client)
    fill(client, case)

    from django.db import Error, transaction

    with pytest.raises(Error), transaction.atomic():
        Consent.objects.filter(case=case).update(words="something else")


def licence(cast, place, verdict):
    LicenceRule.objects.create(
        tenant=cast.northgate,
        place=place,
        place_name=place,
        verdict=verdict,
        source="Counsel",
        checked_on=date(2026, 9, 1),
        owner="Legal",
    )


def test_a_place_that_needs_a_local_doctor_asks_for_one(cast, client):
    """F2.1: “yes, your doctor must take part” is kept as a condition."""
    case = begin(client)
    post(client, case, "place", place="DE")
    fill(client, case)

    client.post(f"/cases/{case.pk}/request/check/")
    case.refresh_from_db()
    assert [each.step for each in missing(case)] == ["doctor"]

    post(client, case, "doctor", name="Dr. Lena Vogt", practice="Praxis Vogt, Ulm")
    client.post(f"/cases/{case.pk}/request/check/")
    case.refresh_from_db()
    assert case.local_physician == "Dr. Lena Vogt, Praxis Vogt, Ulm"
    assert case.stage == Stage.SCREENING


def test_a_blocked_place_is_refused_at_its_question_and_again_at_the_end(cast, client):
    case = begin(client)
    fill(client, case)
    licence(cast, "US-NY", Verdict.BLOCK)

    at_question = post(client, case, "place", place="US-NY")
    Case.objects.filter(pk=case.pk).update(place="US-NY")
    at_end = client.post(f"/cases/{case.pk}/request/check/", follow=True)

    assert at_question.status_code == 422
    assert "does not let us give an opinion" in at_question.content.decode()
    assert "does not let us give an opinion" in at_end.content.decode()


def test_sent_twice_is_one_request_and_says_since_when(cast, client):
    case = begin(client)
    fill(client, case)

    first = client.post(f"/cases/{case.pk}/request/check/")
    second = client.post(f"/cases/{case.pk}/request/check/")

    assert first["Location"] == second["Location"] == f"/cases/{case.pk}/request/sent/"
    assert Event.objects.filter(case=case, verb=Verb.SUBMITTED).count() == 1
    assert Task.objects.filter(case=case, key="card").count() == 1


def test_a_card_is_asked_for_only_where_none_is_saved(cast, client):
    case = begin(client)
    fill(client, case)
    case.tell(Verb.CARD_SAVED, by=holder(case), at=cast.now)

    client.post(f"/cases/{case.pk}/request/check/")

    assert not Task.objects.filter(case=case, key="card").exists()


def test_after_sending_the_answers_are_not_changed_here_any_more(cast, client):
    case = begin(client)
    fill(client, case)
    client.post(f"/cases/{case.pk}/request/check/")

    page = post(client, case, "illness", diagnosis="Something else")

    assert page["Location"].endswith("/request/sent/")
    case.refresh_from_db()
    assert case.diagnosis == WHOLE["illness"]["diagnosis"]


def test_from_the_review_each_answer_can_be_changed_and_leads_back(cast, client):
    case = begin(client)
    fill(client, case)
    change = reverse("intake:step", args=[case.pk, "name"])

    review = client.get(f"/cases/{case.pk}/request/check/").content.decode()
    page = client.get(f"{change}?change=1").content.decode()
    back = client.post(
        change, {"given_name": "Nora", "family_name": "Quist-Berg", "then": "check"}, follow=True
    )

    assert f"{change}?change=1" in review
    assert 'name="then" value="check"' in page
    assert "Quist-Berg" in back.content.decode()
    assert "Send my request" in back.content.decode()


def test_a_referrer_fills_her_patients_draft_but_does_not_agree_for_her(cast, client):
    """F2.8, first part; another clinic does not find it, the desk may not fill it."""
    case = cast.petras_case
    Case.objects.filter(pk=case.pk).update(stage=Stage.DRAFT)
    client.force_login(cast.brid, backend=BACKEND)

    filled = post(client, case, "illness", diagnosis="Nodule, right upper lobe")
    review = client.get(f"/cases/{case.pk}/request/check/").content.decode()
    client.post(f"/cases/{case.pk}/request/check/")

    assert filled.status_code == 302
    assert "The patient agrees with the link" in review
    case.refresh_from_db()
    assert case.stage == Stage.DRAFT
    client.force_login(cast.hal, backend=BACKEND)
    assert client.get(f"/cases/{case.pk}/request/").status_code == 404
    client.force_login(cast.ada, backend=BACKEND)
    assert client.get(f"/cases/{case.pk}/request/").status_code == 403


def test_a_request_can_be_made_without_a_page_by_the_same_rules(cast):
    """For the demo: start, answer, agree, send."""
    started = start_request(
        email="nora@example.net",
        name="Nora Quist",
        service_line=cast.line,
        at=cast.now,
        given=FITTING,
        quietly=True,
    )
    case, by = started.case, Actor.holding(started.held)

    with pytest.raises(ValidationError, match="four figures"):
        answer(case, "born", WHOLE["born"] | {"birth_date_year": "71"}, by=by, at=cast.now)
    for key, words in WHOLE.items():
        answer(case, key, words, by=by, at=cast.now)
    submit(case, by=by, at=cast.now)

    assert case.stage == Stage.SCREENING
    assert case.submitted_at == cast.now
