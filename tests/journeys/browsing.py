"""How a test looks at a page as a person does: signing in, checking it with axe, reading words."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from konsil.demo.cast import PASSWORD
from tests.journeys.stack import Stack

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE = 20_000


class Person:
    """Somebody with a browser of their own, on a phone or at a desk."""

    def __init__(self, browser: Browser, stack: Stack, *, phone: bool = False) -> None:
        size = {"width": 360, "height": 780} if phone else {"width": 1440, "height": 900}
        self.stack = stack
        self.context: BrowserContext = browser.new_context(
            viewport=size, has_touch=phone, accept_downloads=True, base_url=stack.url
        )
        self.phone = phone
        self.broken: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.broken.append(message.text)

    def goes(self, path: str) -> None:
        self.page.goto(path)

    def presses(self, name: str) -> None:
        """A button or a link that leads to another page, by what it says; waits for that page."""
        page = self.page
        target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name))
        with page.expect_navigation():
            target.first.click()

    def fills(self, **fields: str) -> None:
        """Fields by their names."""
        for name, value in fields.items():
            box = self.page.locator(f"[name={name}]:visible").first
            if box.evaluate("e => e.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)

    def chooses(self, name: str, value: str) -> None:
        """A radio button or a tick; the whole box is the target."""
        self.page.locator(f"input[name={name}][value='{value}']").check(force=True)

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)

    def signs_in(self, email: str) -> None:
        """With the demo's password, and the code that the demo shows for its invented people."""
        self.goes("/account/login/")
        self.shows_password_and_code(email)

    def shows_password_and_code(self, email: str) -> None:
        """On the page of the sign-in."""
        self.fills(login=email, password=PASSWORD)
        self.page.locator("form:has([name=password]) button").first.click()
        self.page.wait_for_url("**/account/2fa/authenticate/**")
        self.fills(code=self.shown_code())
        self.page.locator("form:has([name=code]) button").first.click()
        self.page.wait_for_url(lambda url: "/account/" not in url)

    def shown_code(self) -> str:
        """What the app of an invented person shows; in the demo the page stands in for it."""
        return str(self.page.locator("[data-demo-code]").first.get_attribute("data-demo-code"))

    def status_of(self, path: str) -> int:
        return self.context.request.get(path, max_redirects=0).status

    def finds_no_barrier(self) -> None:
        """axe (WCAG 2.2 A and AA) finds nothing; nothing scrolls sideways on a phone (F1.1)."""
        self.page.evaluate(AXE.read_text())
        options = {"runOnly": {"type": "tag", "values": RULES}}
        found = self.page.evaluate("options => axe.run(document, options)", options)
        barriers = [
            f"{one['id']}: {node['html'][:160]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]
        assert barriers == [], (self.page.url, barriers)
        if self.phone:
            wide = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, (self.page.url, wide)

    def leaves(self) -> None:
        """Closes the browser; nothing broke in it, and the content policy refused nothing."""
        self.context.close()
        assert self.broken == []
