"""The way to the card page and back: away, abandoned, pressed twice, forged."""

from datetime import UTC, datetime

import pytest

from konsil.billing.models import CardVisit
from konsil.billing.tests.desk import Desk
from konsil.cases.actions import open_case
from konsil.cases.life import Stage
from konsil.cases.models import Event, Task
from konsil.cases.verbs import Verb
from konsil.people.actors import SYSTEM
from konsil.people.roles import Role
from tests.cast import MONDAY, put_at


@pytest.fixture
def desk(cast, client, double, settings, inbox):
    return Desk(cast, client, double, settings, inbox)


def test_a_card_service_that_is_away_loses_nothing_and_says_so(desk):
    """Errors: payment provider away."""
    desk.double.control("away", calls=1, how="503")

    away = desk.post("rosa", "payment/card/")

    assert away.status_code == 503
    assert "We cannot reach the card service. Your request is saved" in away.content.decode()
    assert "Try again" in away.content.decode()
    assert "Visa ending 4242" in desk.save_card()


def test_leaving_the_card_page_saves_nothing_and_says_so(desk):
    """F10.6."""
    desk.post("rosa", "payment/card/")

    page = desk.read("rosa", "payment/card/?left=1")

    assert "No card was saved. Nothing was taken." in page
    assert desk.payment.state == "quoted"


def test_pressing_twice_or_in_two_tabs_leads_to_one_page(desk):
    """Errors: double submit; H4."""
    first = desk.post("rosa", "payment/card/")
    second = desk.post("rosa", "payment/card/")

    assert first["Location"] == second["Location"]
    assert CardVisit.objects.count() == 1


def test_coming_back_twice_saves_the_card_once(desk):
    desk.save_card()
    visit = CardVisit.objects.get()
    page = desk.read("rosa", f"payment/card/back/?session={visit.session_id}")

    assert "Visa ending 4242" in page
    assert Event.objects.filter(case=desk.case, verb=Verb.CARD_SAVED).count() == 1


def test_an_address_made_up_saves_no_card(desk):
    desk.read("rosa", "payment/")

    for session in ("", "cs_test_made_up", "x" * 500):
        page = desk.read("rosa", f"payment/card/back/?session={session}")
        assert "No card was saved. Nothing was taken." in page
    assert desk.payment.state == "quoted"


def test_the_session_of_another_case_saves_no_card_here(desk):
    """H1."""
    desk.save_card()
    session = CardVisit.objects.get().session_id
    url = f"/cases/{desk.cast.petras_case.pk}/payment/card/back/?session={session}"

    page = desk.read("petra", url)

    assert "No card was saved." in page
    assert "4242" not in page


def test_a_card_saved_in_a_tab_that_was_closed_is_found(desk):
    sent = desk.post("rosa", "payment/card/")
    desk.double.fill_in(sent["Location"])

    page = desk.post("rosa", "payment/card/")

    assert page.status_code == 302
    assert desk.payment.state == "card_saved"


def test_while_the_request_is_a_draft_she_goes_back_to_its_review(desk):
    """F2.6: the way leads back to where she was."""
    put_at(desk.cast.case, Stage.DRAFT)
    sent = desk.post("rosa", "payment/card/")
    desk.double.fill_in(sent["Location"])
    session = CardVisit.objects.get().session_id

    back = desk.client.get(desk.address(f"payment/card/back/?session={session}"))

    assert back["Location"] == desk.address("request/check/")


def test_a_draft_follows_the_price_list_and_a_sent_request_does_not(desk):
    """H1, F10.1."""
    put_at(desk.cast.case, Stage.DRAFT)
    desk.read("rosa", "payment/")
    for price in (90000, 95000):
        desk.cast.line.price_cents = price
        desk.cast.line.save()
        desk.read("rosa", "payment/")
        put_at(desk.cast.case, Stage.SCREENING)
        desk.read("rosa", "payment/")

    assert desk.payment.minor == 90000


def test_a_sent_request_without_a_card_asks_for_one_once(desk):
    case = open_case(patient=desk.cast.patient, service_line=desk.cast.line, by=SYSTEM, at=MONDAY)
    put_at(case, Stage.SCREENING)
    case.tell(Verb.SUBMITTED, by=SYSTEM, at=MONDAY)

    desk.work(times=2)

    task = Task.objects.get(case=case, key="card")
    assert (task.role, task.what) == (Role.PATIENT, "Save a card; nothing is charged now")
    assert task.url == f"/cases/{case.pk}/payment/card/"


def test_nobody_but_the_patient_saves_a_card(desk):
    for name in ("ada", "berta", "mona"):
        assert desk.post(name, "payment/card/").status_code == 403


def test_no_number_of_a_card_is_kept_anywhere(desk, django_db_blocker):
    """F10.8, H6: the canary is the number that Rosa typed."""
    from django.db import connection

    desk.save_card("4242 4242 4242 4242")
    desk.accept()
    desk.work()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("billing_", "cases_event", "procrastinate_jobs")):
                cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ~ '4242.?4242'")
                assert cursor.fetchone() == (0,), table
    assert desk.payment.paid_at is not None
    assert desk.payment.paid_at <= datetime.now(UTC)  # noqa: TID251
