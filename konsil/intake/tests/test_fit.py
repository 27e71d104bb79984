"""A visitor learns whether the hospital can help, before any account (F2.1, F2.2)."""

from datetime import date

import pytest

from konsil.cases.models import LicenceRule, Verdict
from konsil.intake.fit import ASKS, Fits, judge
from konsil.intake.tests.walking import FITTING, answer_six


def test_the_first_page_names_price_time_and_limits_before_anything_is_asked(cast, client):
    """F2.2."""
    page = client.get("/").content.decode()

    assert "$850" in page
    assert "10 to 15 days" in page
    assert "emergencies" in page
    assert page.count('class="button button-wide"') == 1


def test_at_most_six_questions_end_in_yes_with_price_and_refunds(cast, client):
    """F2.1, F2.2."""
    page = answer_six(client).content.decode()

    assert len(ASKS) <= 6
    assert "Yes, we can help you." in page
    assert "$850" in page
    assert "You pay nothing." in page
    assert "Start my request" in page


def test_no_answer_about_health_stands_in_an_address(cast, client):
    for number, (_key, value) in enumerate(FITTING.items(), start=1):
        page = client.post(f"/can-you-help/{number}/", {"answer": value})

        assert "?" not in page["Location"]
        assert "lung" not in page["Location"]


def test_a_blank_answer_is_refused_beside_the_question(cast, client):
    page = client.post("/can-you-help/1/", {})

    assert page.status_code == 422
    assert "Choose one of the answers" in page.content.decode()


def test_an_illness_that_is_not_offered_cannot_be_smuggled_in(cast, client):
    page = client.post("/can-you-help/3/", {"answer": "hearts"})

    assert page.status_code == 422


def test_an_emergency_ends_the_questions_at_once(cast, client):
    """F2.1: No, with the reason and what to do."""
    client.post("/can-you-help/1/", {"answer": "me"})
    page = client.post("/can-you-help/2/", {"answer": "emergency"}, follow=True)

    words = page.content.decode()
    assert "Get help now" in words
    assert "911" in words
    assert "Start my request" not in words


def rule(cast, place, verdict):
    LicenceRule.objects.create(
        tenant=cast.northgate,
        place=place,
        place_name=place,
        verdict=verdict,
        source="Counsel",
        checked_on=date(2026, 9, 1),
        owner="Legal",
    )


def test_the_licence_table_decides_on_the_place(cast, client):
    """F2.1: yes, yes with the doctor (also where nothing is known), no."""
    rule(cast, "US-NY", Verdict.BLOCK)

    allowed = answer_six(client, place="US-OR").content.decode()
    unknown = answer_six(client, place="DE").content.decode()
    blocked = answer_six(client, place="US-NY").content.decode()

    assert "Yes, we can help you." in allowed
    assert "Yes, if your doctor takes part." in unknown
    assert "No, not in this place." in blocked
    assert "Start my request" not in blocked


@pytest.mark.parametrize(
    ("changes", "decides"),
    [
        ({"urgent": "inpatient"}, "urgent"),
        ({"diagnosed": "not_yet"}, "diagnosed"),
        ({"age": "child"}, "age"),
        ({"who": "child"}, "age"),
    ],
)
def test_each_no_names_its_reason_and_what_to_do(cast, changes, decides):
    answer = judge(FITTING | changes, line=cast.line, verdict=Verdict.ALLOW)

    assert answer.fits == Fits.NO
    assert answer.stops == decides
    assert answer.reason
    assert answer.what_next


def test_something_else_than_our_illnesses_is_a_no_with_a_telephone_number(cast, client):
    page = answer_six(client, illness="other").content.decode()

    assert "not for this illness" in page
    assert "+1 503 555 0100" in page


def test_a_request_does_not_begin_where_the_answer_was_no(cast, client):
    answer_six(client, urgent="emergency")

    page = client.post("/request/", {"name": "Nora", "email": "nora@example.net"})

    assert page["Location"].startswith("/can-you-help/")
