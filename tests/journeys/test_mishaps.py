"""What goes wrong on an ordinary day costs Rosa nothing that she typed."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import asking
from tests.journeys.asking import OneCase
from tests.journeys.reading import code_in
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser
LONG_STORY = "It began with a cough in March, and nobody thought much of it."


def test_the_back_button_and_an_ended_session_lose_no_word(stack: Stack, chromium: Browser) -> None:
    """F2.4, F2.5: she goes back and corrects a name; she is signed out while typing her story."""
    case = asking.rosa_asks_on_her_phone_and_goes_on_elsewhere(stack, chromium)
    _goes_back_and_corrects(case)
    _is_signed_out_while_typing(case)
    case.everybody_leaves()


def _goes_back_and_corrects(case: OneCase) -> None:
    rosa = case.rosa
    rosa.chooses("sex", "F")
    rosa.presses("Continue")
    if "/place" in rosa.page.url:
        rosa.presses("Continue")
    rosa.fills(phone="503 555 0199")
    rosa.presses("Continue")
    rosa.page.go_back()
    expect(rosa.page.locator("[name=phone]:visible")).to_have_value("503 555 0199")
    rosa.fills(phone="503 555 0100")
    rosa.presses("Continue")
    rosa.fills(language="en")
    rosa.presses("Continue")
    rosa.goes(f"{case.path}request/phone/")
    expect(rosa.page.locator("[name=phone]:visible")).to_have_value("503 555 0100")


def _is_signed_out_while_typing(case: OneCase) -> None:
    rosa = case.rosa
    address = f"{case.path}request/illness/"
    rosa.goes(address)
    rosa.fills(diagnosis=LONG_STORY)
    rosa.context.clear_cookies(name=re.compile("session"))
    rosa.presses("Continue")
    rosa.page.wait_for_url("**/account/login/**")
    rosa.finds_no_barrier()
    rosa.goes(f"/account/login/code/?next={address}")
    rosa.fills(email=case.email)
    rosa.page.locator("form:has([name=email]) button").first.click()
    letter = case.stack.next_letter(case.email, about="code")
    rosa.fills(code=code_in(letter["body"]))
    rosa.page.locator("form:has([name=code]) button").first.click()
    rosa.page.wait_for_url(f"**{address}")
    expect(rosa.page.locator("[name=diagnosis]:visible")).to_have_value(LONG_STORY)
    rosa.finds_no_barrier()
