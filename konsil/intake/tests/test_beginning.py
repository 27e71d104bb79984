"""Beginning without an account, and the link that goes on (F2.4, F2.9, F1.8)."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.utils import timezone

from konsil.cases.life import Stage
from konsil.cases.models import Case, Seat
from konsil.intake.actions import LINKS_A_DAY
from konsil.intake.models import Request
from konsil.intake.tests.walking import BACKEND, answer_six, begin, fill, link_for, mailed_link
from konsil.people.models import Pass, User
from konsil.people.roles import Role

BORN = {"birth_date_day": "14", "birth_date_month": "3", "birth_date_year": "1971"}
WRONG = BORN | {"birth_date_year": "1972"}


def test_a_request_begins_without_a_password_and_goes_to_the_first_question(cast, client):
    """F2.4: what was said before is not asked again."""
    case = begin(client)

    page = client.get(f"/cases/{case.pk}/request/")

    assert page["Location"].endswith("/request/name/")
    assert case.place == "US-OR"
    assert not User.objects.get(email="nora@example.net").has_usable_password()
    assert not get_user(client).is_authenticated


def test_the_link_goes_out_without_a_word_about_health_and_only_its_hash_is_kept(
    cast, client, django_capture_on_commit_callbacks
):
    """F1.6, F1.8."""
    with django_capture_on_commit_callbacks(execute=True):
        begin(client)

    letter = mail.outbox[-1]
    token = mailed_link().split("/")[2]
    assert letter.to == ["nora@example.net"]
    for word in ("lung", "cancer", "opinion", "Nora", "K-"):
        assert word not in (letter.subject + letter.body).replace(token, "").replace(
            "Second Opinion Office", ""
        )
    assert not Pass.objects.filter(token_hash=token).exists()
    assert Pass.find(token) is not None


def test_a_mail_scanner_that_looks_at_the_link_changes_nothing(cast, client):
    """F1.8: GET opens nothing, however often."""
    case = begin(client)
    link = link_for(case, at=timezone.now())
    seats, phone = Seat.objects.count(), Client()

    for _ in range(3):
        page = phone.get(link)

    assert "no…@example.net" in page.content.decode()
    assert "nora@example.net" not in page.content.decode()
    assert Seat.objects.count() == seats
    assert Request.objects.get(case=case).proven_at is None
    assert phone.get(f"/cases/{case.pk}/request/").status_code == 302
    assert "/login/" in phone.get(f"/cases/{case.pk}/request/")["Location"]


def test_on_another_device_the_link_goes_on_at_the_same_question(cast, client):
    """F2.4."""
    case, phone = begin(client), Client()
    fill(client, case, "illness", "questions", "holders", "records", "consent")
    assert client.get(f"/cases/{case.pk}/request/")["Location"].endswith("/request/illness/")
    link = link_for(case, at=timezone.now())

    opened = phone.post(link, BORN)

    assert opened["Location"] == f"/cases/{case.pk}/request/"
    assert phone.get(opened["Location"])["Location"].endswith("/request/illness/")
    assert get_user(phone).email == "nora@example.net"


def test_who_began_in_somebody_elses_name_is_out_once_she_opens_her_mail(cast, client):
    """A stranger types her address, she answers; the stranger must not read along."""
    case, hers = begin(client), Client()
    assert client.get(f"/cases/{case.pk}/request/name/").status_code == 200

    hers.post(link_for(case, at=timezone.now()))

    assert client.get(f"/cases/{case.pk}/request/name/").status_code in {302, 404}
    assert hers.get(f"/cases/{case.pk}/request/name/").status_code == 200


def test_signing_in_also_lets_the_unproven_browser_out(cast, client):
    case, hers = begin(client), Client()
    hers.force_login(User.objects.get(email="nora@example.net"), backend=BACKEND)

    hers.get(f"/cases/{case.pk}/request/")

    assert client.get(f"/cases/{case.pk}/request/name/").status_code in {302, 404}


def test_the_birth_date_is_asked_once_it_is_known_and_five_wrong_ones_close_the_link(cast, client):
    """F1.8."""
    case, phone = begin(client), Client()
    fill(client, case, "consent")
    link = link_for(case, at=timezone.now())

    pages = [phone.post(link, WRONG) for _ in range(5)]

    assert [page.status_code for page in pages] == [422] * 4 + [410]
    assert "4 tries are left" in pages[0].content.decode()
    assert phone.post(link, BORN).status_code == 410
    assert "five wrong dates" in phone.get(link).content.decode()
    assert phone.get(f"/cases/{case.pk}/request/name/").status_code == 302
    assert link_for(case, at=timezone.now()) != link


def test_a_link_that_ended_says_when_and_sends_a_new_one_to_the_same_mailbox(
    cast, client, django_capture_on_commit_callbacks
):
    """F1.8."""
    case, phone = begin(client), Client()
    link = link_for(case, at=timezone.now() - timedelta(days=31))

    ended = phone.get(link)
    assert ended.status_code == 410
    assert "This link ended on" in ended.content.decode()
    assert phone.post(link).status_code == 410

    with django_capture_on_commit_callbacks(execute=True):
        phone.post(f"{link}again/")
    assert mail.outbox[-1].to == ["nora@example.net"]
    assert phone.post(mailed_link())["Location"] == f"/cases/{case.pk}/request/"


def test_a_revoked_link_and_one_that_never_was_open_nothing(cast, client):
    case, phone = begin(client), Client()
    link = link_for(case, at=timezone.now())
    Pass.objects.filter(pk=Pass.find(link.split("/")[2]).pk).update(revoked_at=timezone.now())

    assert phone.post(link).status_code == 410
    assert phone.get("/continue/not-a-link/").status_code == 404
    assert phone.post("/continue/not-a-link/").status_code == 404
    assert phone.post("/continue/not-a-link/again/").status_code == 404


def test_a_link_does_not_sign_in_somebody_who_works_at_the_hospital(cast, client):
    """Ada asks for herself: her link opens her request, not her desk."""
    case, phone = begin(client, email="lindqvist@example.org", name="Ada"), Client()

    opened = phone.post(link_for(case, at=timezone.now()))

    assert opened["Location"] == f"/cases/{case.pk}/request/"
    assert phone.get(f"/cases/{case.pk}/request/name/").status_code == 200
    assert not get_user(phone).is_authenticated
    assert phone.get(f"/cases/{cast.case.pk}/").status_code == 404


def test_an_address_that_has_an_account_is_not_signed_in_and_shows_nothing_of_it(cast, client):
    """Whoever types Rosa's address gets an empty draft, and not a hint of her case."""
    case = begin(client, email="delgado@example.org", name="Somebody")

    page = client.get(f"/cases/{case.pk}/request/name/").content.decode()

    assert not get_user(client).is_authenticated
    assert case.patient_id != cast.patient.pk
    assert "Delgado" not in page
    assert client.get(f"/cases/{cast.case.pk}/").status_code == 404
    assert User.objects.get(email="delgado@example.org").name == "Rosa Delgado"


def test_somebody_elses_draft_is_not_there(cast, client):
    case, other = begin(client), Client()
    begin(other, email="olaf@example.net", name="Olaf")

    for page in ("", "name/", "check/", "sent/", "same/"):
        assert other.get(f"/cases/{case.pk}/request/{page}").status_code == 404
    assert other.post(f"/cases/{case.pk}/request/name/", {"given_name": "X"}).status_code == 404


def test_the_same_form_sent_twice_begins_one_request(cast, client):
    answer_six(client)
    key = client.get("/request/").context["key"]
    words = {"name": "Nora Quist", "email": "nora@example.net", "key": key}

    first = client.post("/request/", words)
    second = client.post("/request/", words)

    assert first["Location"] == second["Location"]
    assert Request.objects.filter(start_key=key).count() == 1


def test_the_same_illness_again_offers_the_open_request(cast, client):
    """F2.9: in this browser, where the first one is known anyway."""
    first = begin(client)
    answer_six(client)
    words = {"name": "Nora Quist", "email": "nora@example.net"}

    page = client.post("/request/", words)
    other = client.post("/request/", words | {"another": "1"})

    assert "You already have a request" in page.content.decode()
    assert f"/cases/{first.pk}/request/" in page.content.decode()
    assert other.status_code == 302
    assert str(first.pk) not in other["Location"]


def test_a_second_request_is_noticed_once_the_mail_is_read_and_one_of_them_ends(cast, client):
    """F2.9: a browser that proved nothing learns nothing; her own does."""
    case, phone = begin(client, email="delgado@example.org"), Client()
    Case.objects.filter(pk=cast.case.pk).update(created_at=timezone.now())

    opened = phone.post(link_for(case, at=timezone.now()), BORN)
    asked = phone.get(opened["Location"])
    done = phone.post(opened["Location"], {"act": "first"})

    assert opened["Location"].endswith("/request/same/")
    assert cast.case.number in asked.content.decode()
    assert done["Location"] == f"/cases/{cast.case.pk}/"
    case.refresh_from_db()
    assert case.stage == Stage.WITHDRAWN


def test_a_request_older_than_90_days_is_no_duplicate(cast, client):
    """F2.9."""
    case, phone = begin(client, email="delgado@example.org"), Client()
    old = timezone.now() - timedelta(days=91)
    Case.objects.filter(pk=cast.case.pk).update(created_at=old)

    opened = phone.post(link_for(case, at=timezone.now()))

    assert opened["Location"] == f"/cases/{case.pk}/request/"


def test_one_mailbox_is_not_flooded(cast, client):
    for number in range(LINKS_A_DAY):
        begin(Client(), name=f"N {number}")
    answer_six(client)

    page = client.post("/request/", {"name": "N", "email": "nora@example.net"})

    assert page.status_code == 429
    assert "many links" in page.content.decode()


def test_one_network_does_not_flood_many_mailboxes(cast, client, settings):
    """B2: letters to strangers cannot be sent from here by the thousand."""
    settings.ACCOUNT_RATE_LIMITS = {"start_request": "2/h/ip"}
    for number in range(2):
        begin(Client(), email=f"n{number}@example.net")
    answer_six(client)

    page = client.post("/request/", {"name": "N", "email": "n3@example.net"})

    assert page.status_code == 429
    assert "Wait an hour, or call us" in page.content.decode()
    assert not User.objects.filter(email="n3@example.net").exists()


def test_a_signed_in_patient_begins_in_her_own_account(cast, client):
    client.force_login(cast.petra, backend=BACKEND)
    answer_six(client)
    words = {"name": "Petra", "email": "nobody@example.net", "another": "1"}

    page = client.post("/request/", words)

    case = Case.objects.get(pk=page["Location"].split("/")[2])
    assert case.patient.user == cast.petra
    assert not Seat.objects.filter(case=case, user__email="nobody@example.net").exists()


def test_a_referred_patient_goes_on_by_her_link_and_gets_an_account(cast):
    """F2.8, first part: the referrer made the draft, the patient holds a pass."""
    case, phone, now = cast.petras_case, Client(), timezone.now()
    Case.objects.filter(pk=case.pk).update(stage=Stage.DRAFT)
    case.seats.filter(role=Role.PATIENT).delete()
    case.patient.email, case.patient.user = "petra.new@example.net", None
    case.patient.birth_date = date(1971, 3, 14)
    case.patient.save()
    link, token = Pass.issue(tenant=case.tenant, label="Petra", expires_at=now + timedelta(days=30))
    case.seats.create(tenant_id=case.tenant_id, role=Role.PATIENT, held=link)

    opened = phone.post(f"/continue/{token}/", BORN)

    assert phone.get(opened["Location"])["Location"].endswith("/request/who/")
    assert get_user(phone).email == "petra.new@example.net"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_the_link_answers_only_to_looking_and_opening(cast, client, method):
    case = begin(client)

    assert getattr(client, method)(link_for(case, at=timezone.now())).status_code == 405
