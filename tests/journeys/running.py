"""Ada's part of the story, the clinic's, and St Brigid's."""

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.journeys.asking import OneCase, _sends
from tests.journeys.browsing import Person


def ada_accepts_and_the_card_is_charged(case: OneCase, browser: Browser) -> None:
    """F4.1, F4.8, F10.3: the request is on the board; accepting queues the charge."""
    ada = case.people["ada"] = Person(browser, case.stack)
    ada.signs_in("ada@northgate.example")
    ada.finds_no_barrier()
    assert ada.page.locator(f"a.card[href='{case.path}']").count() == 1
    ada.page.locator(f"a.card[href='{case.path}']").click()
    ada.sees("Is surgery really needed?")
    ada.finds_no_barrier()
    ada.presses("Accept the case")
    _waits_for_the_charge(ada, case)


def _waits_for_the_charge(ada: Person, case: OneCase) -> None:
    for _try in range(60):
        ada.goes(f"{case.path}history/")
        if ada.page.get_by_text("took the payment").count():
            break
        ada.page.wait_for_timeout(1000)
    ada.sees("took the payment")
    ada.goes(f"{case.path}payment/")
    ada.sees("$850")
    ada.finds_no_barrier()


def the_clinic_sends_through_its_link(case: OneCase, browser: Browser, brought: Path) -> None:
    """F3.4, F3.8, F3.12: no account; a wrong birth date opens nothing; it lands in Rosa's case."""
    letter = case.stack.next_letter(case.clinic)
    assert "Rosa" not in letter["body"]
    assert "lung" not in letter["body"].lower()
    clinic = case.people["clinic"] = Person(browser, case.stack)
    clinic.goes(case.stack.link_in(letter))
    clinic.finds_no_barrier()
    for day in ("15", "14"):
        clinic.fills(birth_date_day=day, birth_date_year="1971")
        clinic.page.locator("[name=birth_date_month]:visible").select_option("3")
        clinic.presses("Show the request")
    clinic.sees("Rosa Delgado asks you to send us records.")
    clinic.finds_no_barrier()
    assert clinic.status_of(case.path) == 403
    assert clinic.status_of(f"{case.path}dicomweb/studies") == 403
    _sends(clinic, folder=brought / "clinic", files=[])
    clinic.sees("It is all here")


def rosa_and_ada_write_to_each_other(case: OneCase) -> None:
    """F9.1: the audience stands above the box."""
    rosa, ada = case.rosa, case.people["ada"]
    rosa.goes(f"{case.path}messages/")
    rosa.finds_no_barrier()
    rosa.fills(text="I found a letter of my doctor.")
    rosa.presses("Send the message")
    ada.goes("/messages/")
    ada.finds_no_barrier()
    ada.page.locator(f"a[href^='{case.path}messages/']").first.click()
    ada.sees("I found a letter of my doctor.")
    ada.sees("Rosa and the team of this case will read this.")
    ada.finds_no_barrier()
    ada.fills(text="Thank you, Rosa. You can send it here.")
    ada.presses("Send the message")
    rosa.goes(f"{case.path}messages/")
    rosa.sees("Thank you, Rosa. You can send it here.")


def ada_completes_the_file_and_offers_the_case(case: OneCase) -> None:
    """F3.15, F4.8: she sees what is here and what is missing, and decides."""
    ada = case.people["ada"]
    ada.goes(f"{case.path}records/")
    ada.sees("Valley Imaging")
    ada.finds_no_barrier()
    ada.goes(case.path)
    ada.presses("Declare the file complete")
    ada.presses("Choose a reviewer")
    ada.finds_no_barrier()
    ada.page.get_by_text("Dr. Chidi Okoye").first.click()
    ada.presses("Offer the case")
    ada.goes(f"{case.path}messages/?to=internal")
    ada.fills(text="For you, Dr. Okoye. Two questions.")
    ada.presses("Send the message")


def st_brigids_sees_its_own_patient_only(case: OneCase, browser: Browser) -> None:
    """F12.1: the referring clinic opens Petra's case and gets 404 for Rosa's."""
    brid = case.people["brid"] = Person(browser, case.stack)
    brid.signs_in("brid@stbrigids.example")
    brid.sees("Petra Novak")
    brid.finds_no_barrier()
    assert brid.page.get_by_text("Rosa Delgado").count() == 0
    brid.page.get_by_text("Petra Novak").first.click()
    brid.page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/"))
    brid.finds_no_barrier()
    pages = ("", "records/", "messages/", "history/", "report/", "case.zip", "dicomweb/studies")
    for below in pages:
        assert brid.status_of(f"{case.path}{below}") == 404, below


def everybodys_view_and_act_is_written_down(case: OneCase) -> None:
    """F1.5, F1.6: Rosa reads who looked; Ada reads the whole timeline."""
    case.rosa.goes(f"{case.path}history/")
    for name in ("Ada Lindqvist", "Dr. Chidi Okoye"):
        case.rosa.sees(name)
    case.rosa.finds_no_barrier()
    ada = case.people["ada"]
    ada.goes(f"{case.path}history/")
    for act in ("accepted the case", "signed a release form", "signed the opinion"):
        ada.sees(act)
    ada.finds_no_barrier()
    expect(ada.page.get_by_text("Valley Imaging").first).to_be_visible()
