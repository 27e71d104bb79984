"""One case, from the patient's request to the report in her hands."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys import asking, reading, running
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser


def test_one_case_end_to_end(stack: Stack, chromium: Browser, brought: Path) -> None:
    """F2.1 to F2.6, F3.1, F3.2, F3.4, F3.6 to F3.8, F4.1, F5.1, F5.3, F5.4, F9.1, F10.3, F11.6,
    F12.1, F13.2, F13.3, F13.6: Rosa asks, Ada runs the case, Dr. Okoye answers."""
    case = asking.rosa_asks_on_her_phone_and_goes_on_elsewhere(stack, chromium)
    asking.she_sends_her_cd_a_paper_and_a_photograph(case, brought)
    asking.she_sends_the_request_and_saves_a_card(case)
    asking.she_signs_the_release_form(case)

    running.ada_accepts_and_the_card_is_charged(case, chromium)
    running.the_clinic_sends_through_its_link(case, chromium, brought)
    running.rosa_and_ada_write_to_each_other(case)
    running.ada_completes_the_file_and_offers_the_case(case)

    reading.okoye_takes_the_case_and_reads(case, chromium)
    reading.he_measures_and_it_is_there_after_a_reload(case)
    reading.he_writes_answers_and_keeps_an_image(case)
    reading.he_cannot_sign_too_early_and_then_signs(case)

    reading.rosa_reads_downloads_and_takes_all_home(case, chromium)
    reading.an_addendum_makes_a_new_version(case)
    running.st_brigids_sees_its_own_patient_only(case, chromium)
    running.everybodys_view_and_act_is_written_down(case)
    case.everybody_leaves()
