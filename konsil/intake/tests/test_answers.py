"""Each question takes what people write, says how to mend the rest, and loses nothing (F2.5)."""

import pytest

from konsil.cases.models import (
    Question,
    RecordHolder,
)
from konsil.intake.checking import missing
from konsil.intake.tests.walking import begin, fill


def post(client, case, key, **words):
    return client.post(f"/cases/{case.pk}/request/{key}/", words)


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


def test_records_now_lead_to_the_upload_and_back(cast, client):
    case = begin(client)

    page = post(client, case, "records", when="now")

    assert page["Location"].startswith(f"/cases/{case.pk}/upload/")
    assert client.get(f"/cases/{case.pk}/request/")["Location"].endswith("/request/name/")


def test_a_page_that_is_no_question_is_not_there(cast, client):
    case = begin(client)

    assert client.get(f"/cases/{case.pk}/request/nonsense/").status_code == 404


def test_nothing_is_chosen_in_her_place_but_not_saying_is_an_answer(cast, client):
    case = begin(client)
    before = client.get(f"/cases/{case.pk}/request/sex/").content.decode()

    post(client, case, "sex", sex="unsaid")
    after = client.get(f"/cases/{case.pk}/request/sex/").content.decode()

    case.patient.refresh_from_db()
    assert "checked" not in before
    assert "checked" in after
    assert case.patient.sex == ""
