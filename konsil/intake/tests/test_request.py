"""The request itself: one question a page, kept at once, complete before it is sent (F2.3–F2.7)."""

from datetime import date

import pytest
from django.urls import reverse

from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import (
    Case,
    Event,
    LicenceRule,
    Question,
    RecordHolder,
    Representative,
    Task,
    Verdict,
)
from konsil.cases.verbs import Verb
from konsil.intake.actions import submit
from konsil.intake.agreement import TOPICS
from konsil.intake.checking import missing
from konsil.intake.models import Consent
from konsil.intake.tests.walking import BACKEND, WHOLE, begin, fill
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


def test_the_year_71_stays_in_its_box_and_is_explained(cast, client):
    """F2.5."""
    case = begin(client)

    page = post(
        client, case, "born", birth_date_day="14", birth_date_month="3", birth_date_year="71"
    )

    words = page.content.decode()
    assert page.status_code == 422
    assert "The year needs four figures, like 1971" in words
    assert 'value="71"' in words
    assert 'value="14"' in words
    assert "<title>Error:" in words


@pytest.mark.parametrize(
    ("day", "month", "year", "words"),
    [
        ("31", "2", "1971", "does not exist"),
        ("14", "3", "2199", "still to come"),
        ("14", "3", "1801", "120 years"),
        ("", "3", "1971", "The day is still empty"),
        ("14", "3", "2015", "parent or guardian"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_what_to_do(cast, client, day, month, year, words):
    """F2.5, F2.7."""
    case = begin(client)

    page = post(
        client, case, "born", birth_date_day=day, birth_date_month=month, birth_date_year=year
    )

    assert words in page.content.decode()


@pytest.mark.parametrize("number", ["503 555 0199", "+1 (503) 555-0199", "503.555.0199", ""])
def test_a_phone_number_may_be_written_as_people_do(cast, client, number):
    """F2.5."""
    case = begin(client)

    assert post(client, case, "phone", phone=number).status_code == 302
    case.patient.refresh_from_db()
    assert case.patient.phone == number


@pytest.mark.parametrize("number", ["call me", "12345", "<b>5035550199"])
def test_what_is_no_phone_number_is_explained_and_kept(cast, client, number):
    """F2.5."""
    case = begin(client)

    page = post(client, case, "phone", phone=number)

    assert page.status_code == 422
    assert "at least 7 figures" in page.content.decode()
    assert page.context["form"]["phone"].value() == number


def test_what_is_typed_is_kept_before_anybody_presses_a_button(cast, client):
    """F2.4: the page saves while she writes; the question still counts as open."""
    case = begin(client)
    words = {"diagnosis": "A spot"}

    saved = client.post(f"/cases/{case.pk}/request/illness/", words, headers={"X-Autosave": "1"})
    refused = client.post(
        f"/cases/{case.pk}/request/illness/", {"diagnosis": ""}, headers={"X-Autosave": "1"}
    )

    assert saved.status_code == 204
    assert refused.status_code == 422
    assert refused["Content-Type"].startswith("text/plain")
    case.refresh_from_db()
    assert case.diagnosis == "A spot"
    fill(client, case, "illness", "consent")
    assert client.get(f"/cases/{case.pk}/request/")["Location"].endswith("/illness/")


def test_questions_can_be_added_moved_and_taken_out(cast, client):
    case = begin(client)
    three = {"question_1": "One?", "question_2": "Two?", "question_3": "Three?"}

    def texts():
        return list(Question.objects.filter(case=case).values_list("number", "text"))

    post(client, case, "questions", **three, act="add")
    assert texts() == [(1, "One?"), (2, "Two?"), (3, "Three?")]
    post(client, case, "questions", **three, act="up-3")
    assert [text for _number, text in texts()] == ["One?", "Three?", "Two?"]
    post(client, case, "questions", question_1="One?", question_2="Three again?", act="remove-1")
    assert texts() == [(1, "Three again?")]


def test_an_eleventh_question_and_one_too_long_are_not_taken(cast, client):
    """F2.3: up to 10."""
    case = begin(client)
    eleven = {f"question_{number}": f"Q{number}?" for number in range(1, 12)}

    long = post(client, case, "questions", question_1="x" * 601)
    post(client, case, "questions", **eleven)

    assert long.status_code == 422
    assert "longer than 600" in long.content.decode()
    assert Question.objects.filter(case=case).count() == 10


def test_places_with_records_are_listed_and_an_empty_list_has_to_be_meant(cast, client):
    """F2.3: the list of prior providers."""
    case = begin(client)

    nothing = post(client, case, "holders")
    nameless = post(client, case, "holders", what="Scans", act="add")
    post(client, case, "holders", name="Valley Imaging", email="records@valley.example", act="add")
    post(client, case, "holders", name="Valley Imaging", email="records@valley.example", act="add")
    row = RecordHolder.objects.get(case=case)
    assert nothing.status_code == nameless.status_code == 422
    assert "Scans" in nameless.content.decode()
    assert row.email == "records@valley.example"

    post(client, case, "holders", act=f"remove-{row.pk}")
    assert not RecordHolder.objects.filter(case=case).exists()
    assert "holders" in [each.step for each in missing(case)]
    post(client, case, "holders", nobody="on")
    assert "holders" not in [each.step for each in missing(case)]


def test_a_place_of_another_case_cannot_be_taken_out(cast, client):
    case = begin(client)
    theirs = RecordHolder.objects.create(case=cast.case, name="Harbor")

    post(client, case, "holders", act=f"remove-{theirs.pk}")

    assert RecordHolder.objects.filter(pk=theirs.pk).exists()


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


def test_records_now_lead_to_the_upload_and_back(cast, client):
    case = begin(client)

    page = post(client, case, "records", when="now")

    assert page["Location"].startswith(f"/cases/{case.pk}/upload/")
    assert client.get(f"/cases/{case.pk}/request/")["Location"].endswith("/request/name/")


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


def test_a_page_that_is_no_question_is_not_there(cast, client):
    case = begin(client)

    assert client.get(f"/cases/{case.pk}/request/nonsense/").status_code == 404
