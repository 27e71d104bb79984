"""A hospital moves in: the administrator's pages, through HTTP."""

import pytest
from django.test import Client

from konsil.cases.models import ServiceLine, Version
from konsil.people.models import Institution
from konsil.people.roles import Role
from tests.cast import Cast, user

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def admin(cast: Cast) -> Client:
    """Sam administers Northgate and has no other desk."""
    cast.extra["sam"] = user("Sam Osei", (cast.northgate, Role.ADMIN))
    return enter(cast.extra["sam"])


def enter(person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


PAGES = (
    "",
    "setup/",
    "setup/institution/",
    "setup/line/",
    "setup/staff/",
    "setup/licences/",
    "setup/mail/",
    "setup/cards/",
    "setup/computer/",
    "institution/",
    "brand/",
    "hours/",
    "lines/",
    "lines/new/",
    "staff/",
    "licences/",
    "licences/US-CA/",
    "physicians/",
    "mail/",
    "changes/",
)


@pytest.mark.parametrize("page", PAGES)
def test_the_administrator_reads_each_page_and_a_patient_none(
    page: str, cast: Cast, admin: Client
) -> None:
    """Permissions: settings belong to the administrator; a stranger is sent to the sign-in."""
    answers = [
        who.get(f"/practice/{page}").status_code for who in (admin, enter(cast.rosa), Client())
    ]

    assert answers == [200, 403, 302]


def test_the_administrator_of_another_hospital_changes_nothing_here(
    cast: Cast, admin: Client
) -> None:
    """F12.1: what is set here is not found from there."""
    theirs = enter(user("Ines Other", (cast.other_hospital, Role.ADMIN)))

    assert theirs.get(f"/practice/lines/{cast.line.pk}/").status_code == 404
    assert admin.get(f"/practice/lines/{cast.line.pk}/").status_code == 200


HOSPITAL = {
    "name": "Northgate Medical Center",
    "address": "400 Northgate Way",
    "phone": "+1 503 555 0100",
    "email": "",
    "place": "US-OR",
    "time_zone": "America/Chicago",
}


def test_a_change_is_kept_with_who_and_before_and_after_and_can_go_back(
    cast: Cast, admin: Client
) -> None:
    """Each change is versioned, readable, and reversible."""
    admin.post("/practice/institution/", HOSPITAL)

    assert Institution.objects.get(pk=cast.northgate.pk).name == "Northgate Medical Center"
    first, second = Version.objects.filter(about="institution").order_by("number")
    assert second.changed_by_name == "Sam Osei"
    page = admin.get(f"/practice/changes/{second.pk}/").content.decode()
    assert "Northgate Hospital" in page
    assert "Northgate Medical Center" in page

    admin.post(f"/practice/changes/{first.pk}/")

    assert Institution.objects.get(pk=cast.northgate.pk).name == "Northgate Hospital"
    third = Version.objects.filter(about="institution").order_by("number").last()
    assert (third.number, third.note) == (3, "Version 1 again")


def test_a_pale_or_yellow_colour_is_refused_with_one_that_would_do(
    cast: Cast, admin: Client
) -> None:
    """interface.md 2: readable on white, and never the yellow of “your turn”."""
    pale = admin.post("/practice/brand/", {"act": "#7FB2D9"})
    yellow = admin.post("/practice/brand/", {"act": "#8A7A00"})
    good = admin.post("/practice/brand/", {"act": "#7A1E3A"})

    assert pale.status_code == yellow.status_code == 422
    assert "would do" in pale.content.decode()
    assert "your turn" in yellow.content.decode()
    assert good.status_code == 302
    name = Institution.objects.get(pk=cast.northgate.pk).brand
    sheet = Client().get(f"/brand/{name}.css")
    assert "--act:#7A1E3A" in sheet.content.decode()
    assert f"/brand/{name}.css" in Client().get("/").content.decode()


def test_a_mark_is_drawn_anew_and_a_script_in_a_picture_s_clothes_is_refused(
    cast: Cast, admin: Client
) -> None:
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image, PngImagePlugin

    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "CANARY-IN-THE-PICTURE")
    out = BytesIO()
    Image.new("RGB", (2000, 400), "navy").save(out, "PNG", pnginfo=told)
    picture = SimpleUploadedFile("mark.png", out.getvalue(), "image/png")
    script = SimpleUploadedFile("mark.png", b"<svg onload='x'/>", "image/png")

    assert admin.post("/practice/brand/", {"act": "#11496F", "logo": script}).status_code == 422
    assert admin.post("/practice/brand/", {"act": "#11496F", "logo": picture}).status_code == 302

    name = Institution.objects.get(pk=cast.northgate.pk).brand
    drawn = Client().get(f"/brand/{name}/mark.png").content
    assert b"CANARY" not in drawn
    assert Image.open(BytesIO(drawn)).size == (480, 96)


def asked(visitor: Client) -> str:
    """All that “can we help you?” asks."""
    pages = [visitor.get(f"/can-you-help/{number}/") for number in range(1, 7)]
    return "".join(page.content.decode() for page in pages)


def test_a_line_begins_from_a_template_and_is_asked_for_when_it_is_on_offer(
    cast: Cast, admin: Client
) -> None:
    """F2.1: what the administrator puts on offer is what a visitor can choose."""
    made = admin.post("/practice/lines/new/", {"ready": "spine", "name": "", "price": "640"})
    line = ServiceLine.objects.get(slug="spine")
    assert made.url == f"/practice/lines/{line.pk}/"
    assert (line.price_cents, line.active) == (64000, False)
    visitor = Client()
    assert "slipped disc" not in asked(visitor)

    admin.post(f"/practice/lines/{line.pk}/", {"active": "1"})

    assert "slipped disc" in asked(visitor)


def test_a_running_case_keeps_the_checklist_it_began_with(cast: Cast, admin: Client) -> None:
    """A change holds for new cases; the version says how many run on an earlier one."""
    from konsil.cases.actions import open_case
    from konsil.people.actors import SYSTEM
    from tests.cast import MONDAY

    rows = {"row-TOTAL_FORMS": "1", "row-INITIAL_FORMS": "0"}
    rows |= {"row-0-name": "MRI of the chest", "row-0-kind": "study", "row-0-modality": "mr"}
    assert admin.post(f"/practice/lines/{cast.line.pk}/checklist/", rows).status_code == 302

    cast.case.refresh_from_db()
    line = ServiceLine.objects.get(pk=cast.line.pk)
    later = open_case(patient=cast.patient, service_line=line, by=SYSTEM, at=MONDAY)
    assert [each["key"] for each in cast.case.terms.checklist] == ["ct", "path"]
    assert [each["modality"] for each in later.terms.checklist] == ["MR"]
    page = admin.get(f"/practice/lines/{cast.line.pk}/").content.decode()
    assert "2 of them on an earlier version" in page


def test_an_ended_account_is_out_at_once(cast: Cast, admin: Client) -> None:
    """F1.4: deactivation ends sessions, and the last administrator cannot lock all out."""
    ada = enter(cast.ada)
    assert ada.get("/cases/").status_code == 200

    admin.post("/practice/staff/", {"act": "end", "who": cast.ada.pk})

    assert ada.get("/cases/").status_code == 302
    sam = cast.extra["sam"]
    alone = admin.post("/practice/staff/", {"act": "end", "who": sam.pk})
    assert "only administrator" in alone.content.decode() or alone.status_code == 302
    assert admin.get("/practice/staff/").status_code == 200


def test_an_invitation_goes_out_and_can_be_taken_back(
    cast: Cast, admin: Client, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    given = {"act": "invite", "name": "Nia Cole", "email": "nia@example.org", "roles": ["nurse"]}
    with django_capture_on_commit_callbacks(execute=True):
        admin.post("/practice/staff/", given)

    assert [letter.to for letter in mailoutbox] == [["nia@example.org"]]
    page = admin.get("/practice/staff/").content.decode()
    assert "Nia Cole" in page


def test_the_set_up_says_what_is_missing_and_can_be_left_and_resumed(
    cast: Cast, admin: Client
) -> None:
    """First run: each step is saved, what is missing is said, “later” is remembered."""
    page = admin.get("/practice/setup/institution/").content.decode()
    assert "The address is missing." in page

    admin.post("/practice/setup/institution/", {"state": "later"})
    listed = admin.get("/practice/setup/").content.decode()
    assert "Later" in listed

    admin.post("/practice/institution/?setup=1", HOSPITAL)
    assert "Nothing is missing here." in admin.get("/practice/setup/institution/").content.decode()


def test_hours_and_holidays_count_for_due_dates(cast: Cast, admin: Client) -> None:
    """F4.3: the calendar that clocks count by is the one on the page."""
    from datetime import date

    from konsil.cases.models import PracticeCalendar

    admin.post(
        "/practice/hours/",
        {"act": "hours", "days": ["0", "1"], "opens": "09:00", "closes": "12:00"},
    )
    day = {"day_day": "26", "day_month": "11", "day_year": "2026", "name": "Thanksgiving"}
    admin.post("/practice/hours/", {"act": "holiday", **day})

    counted = PracticeCalendar.of(cast.northgate)
    assert counted.days == frozenset({0, 1})
    assert date(2026, 11, 26) in counted.holidays
    wrong = admin.post(
        "/practice/hours/", {"act": "hours", "days": ["0"], "opens": "12:00", "closes": "09:00"}
    )
    assert wrong.status_code == 422


def test_the_trial_letter_goes_to_the_administrator_and_the_password_lies_sealed(
    cast: Cast, admin: Client, mailoutbox
) -> None:
    from konsil.practice.models import MailSettings
    from konsil.practice.post import opened

    given = {"act": "save", "host": "smtp.example.org", "port": "587", "tls": "on"}
    given |= {"user": "konsil", "password": "swordfish-9", "sender": "post@northgate.example"}
    admin.post("/practice/mail/", given)
    row = MailSettings.objects.get()

    assert b"swordfish" not in bytes(row.password)
    assert opened(row.password) == "swordfish-9"
    assert "swordfish" not in str(list(Version.objects.values_list("values", flat=True)))

    admin.post("/practice/mail/", {"act": "try"})

    assert [letter.to for letter in mailoutbox] == [["osei@example.org"]]
    row.refresh_from_db()
    assert row.tested_at is not None
