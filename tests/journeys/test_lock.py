"""A page that nobody touches hides itself, and gives back what was typed (F1.4, B8)."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browsing import Person
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser
WORDS = "Words that were not sent yet"


def test_a_page_left_alone_asks_once_more_and_keeps_the_text(
    stack: Stack, chromium: Browser
) -> None:
    """F1.4: the dialog cannot be put away, the server answers nothing, then all goes on."""
    ada = Person(chromium, stack)
    ada.page.clock.install()
    ada.signs_in("ada@northgate.example")
    ada.page.locator("a.card").first.click()
    ada.page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/$"))
    case = ada.page.url
    ada.goes(f"{case}messages/")
    box = ada.page.locator("textarea[name=text]").first
    box.fill(WORDS)
    ada.page.clock.fast_forward("14:00")
    assert ada.page.locator("dialog.lock").count() == 0

    ada.page.clock.fast_forward("02:00")
    dialog = ada.page.locator("dialog.lock")
    expect(dialog.locator("[name=code]")).to_be_focused()
    expect(box).to_be_hidden()
    assert ada.page.title() == "Locked"
    ada.finds_no_barrier()
    assert ada.status_of(f"{case}messages/") == 302
    for _twice in range(2):
        ada.page.keyboard.press("Escape")
    expect(dialog).to_be_visible()

    dialog.locator("[name=code]").fill("000000")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.locator(".error")).to_be_visible()
    dialog.locator("[name=code]").fill(ada.shown_code())
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog).to_have_count(0)
    expect(box).to_have_value(WORDS)
    ada.presses("Send the message")
    ada.sees(WORDS)
    ada.leaves()


def test_a_passkey_opens_the_account_without_a_password(stack: Stack, chromium: Browser) -> None:
    """F1.4, B4: set up once with a (virtual) authenticator, then the key alone."""
    mona = Person(chromium, stack)
    line = mona.context.new_cdp_session(mona.page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    site = stack.url.replace("127.0.0.1", "localhost")  # keys are bound to a name, never a number
    mona.stack = Stack(site, stack.home)
    mona.goes(f"{site}/account/login/")
    mona.shows_password_and_code("mona@northgate.example")
    mona.goes(f"{site}/account/2fa/webauthn/add/")
    mona.finds_no_barrier()
    mona.fills(name="My laptop")
    mona.page.locator("[name=passwordless]").check(force=True)
    mona.page.locator("#mfa_webauthn_add").click()
    mona.page.wait_for_url("**/2fa/**codes/**")
    mona.goes(f"{site}/me/")
    mona.sees("An app and a key")
    mona.page.get_by_role("button", name="Sign out", exact=True).first.click()
    mona.page.wait_for_url(lambda url: "/me/" not in url)
    mona.goes(f"{site}/account/login/")
    mona.page.locator("#passkey_login").click()
    mona.page.wait_for_url(f"{site}/cases/")
    mona.leaves()
