"""Rosa's part of the story: she learns, asks, sends, pays and signs."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.journeys.browsing import Person
from tests.journeys.stack import Stack

SIX = ("me", "no", "lung", "paper", "US-OR", "adult")
WORDS = "They found a spot in my right lung. My doctor says it may be cancer."
QUESTIONS = ("Is surgery really needed?", "Could it be something other than cancer?")


@dataclass
class OneCase:
    """The case that the story follows, and the people in it."""

    stack: Stack
    email: str
    path: str
    rosa: Person
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def clinic(self) -> str:
        """Where Valley Imaging reads its mail in this run."""
        return self.email.replace("rosa", "valley")

    def everybody_leaves(self) -> None:
        for person in (self.rosa, *self.people.values()):
            person.leaves()


def rosa_asks_on_her_phone_and_goes_on_elsewhere(stack: Stack, browser: Browser) -> OneCase:
    """F2.1 to F2.4: price and time before an account; every answer is saved at once."""
    phone = Person(browser, stack, phone=True)
    phone.goes("/")
    phone.finds_no_barrier()
    phone.presses("See whether we can help")
    for answer in SIX:
        phone.finds_no_barrier()
        if answer == "US-OR":
            phone.fills(answer=answer)
        else:
            phone.chooses("answer", answer)
        phone.presses("Continue")
    phone.sees("$850")
    phone.sees("if your clinics answer as most do")
    phone.finds_no_barrier()
    phone.presses("Start my request")
    email = f"rosa.{uuid.uuid4().hex[:8]}@example.org"
    phone.fills(name="Rosa Delgado", email=email)
    phone.finds_no_barrier()
    phone.page.locator("main form button.button").first.click()
    _answers(phone, given_name="Rosa", family_name="Delgado")
    phone.fills(birth_date_day="14", birth_date_year="71")
    _month(phone)
    phone.presses("Continue")
    phone.sees("four figures")
    phone.finds_no_barrier()
    phone.fills(birth_date_year="1971")
    phone.presses("Continue")
    left_at = phone.page.url
    phone.leaves()

    rosa = Person(browser, stack, phone=True)
    rosa.goes(stack.link_in(stack.next_letter(email)))
    rosa.finds_no_barrier()
    rosa.page.locator("main form button").first.click()
    rosa.fills(birth_date_day="14", birth_date_year="1971")
    _month(rosa)
    rosa.page.locator("main form button").first.click()
    rosa.page.wait_for_url("**/request/**")
    assert rosa.page.url == left_at
    path = "/" + "/".join(rosa.page.url.split("/")[3:5]) + "/"
    return OneCase(stack, email, path, rosa)


def _month(person: Person) -> None:
    person.page.locator("[name=birth_date_month]:visible").select_option("3")


def _answers(person: Person, **fields: str) -> None:
    person.page.wait_for_url("**/request/**")
    person.finds_no_barrier()
    person.fills(**fields)
    person.presses("Continue")


def she_sends_her_cd_a_paper_and_a_photograph(case: OneCase, brought: Path) -> None:
    """F2.3, F3.6, F3.7: the rest of the questions, then the folder of the CD as it is."""
    rosa = case.rosa
    rosa.chooses("sex", "F")
    rosa.presses("Continue")
    if "/place" in rosa.page.url:
        rosa.presses("Continue")
    _answers(rosa, phone="503 555 0199")
    _answers(rosa, language="en")
    _answers(rosa, diagnosis=WORDS)
    rosa.fills(question_1=QUESTIONS[0])
    if not rosa.page.locator("[name=question_2]").count():
        rosa.page.locator("button[name=act][value=add]").click()
    rosa.fills(question_2=QUESTIONS[1])
    rosa.finds_no_barrier()
    rosa.presses("Continue")
    rosa.fills(name="Valley Imaging", what="CT scans", address="Salem")
    rosa.page.get_by_text("I know their e-mail or fax").click()
    rosa.fills(email=case.clinic)
    rosa.finds_no_barrier()
    rosa.presses("Continue")
    rosa.chooses("when", "now")
    rosa.presses("Continue")
    rosa.page.wait_for_url("**/upload/**")
    _sends(
        rosa,
        folder=brought / "CD",
        files=[brought / "Radiology report.pdf", brought / "photo.jpg"],
    )
    rosa.sees("Photo")
    rosa.sees("It is all here")
    rosa.finds_no_barrier()


def _sends(person: Person, *, folder: Path, files: list[Path]) -> None:
    """A folder and some files through the upload page; the browser lists them before sending."""
    page = person.page
    page.locator("konsil-uploader input[webkitdirectory]").set_input_files(folder)
    for file in files:
        chooser = page.locator("konsil-uploader input[type=file]:not([webkitdirectory])").first
        chooser.set_input_files(file)
    send = page.locator("konsil-uploader button.button-wide")
    expect(send).to_be_enabled(timeout=60_000)
    page.wait_for_timeout(1500)
    person.finds_no_barrier()
    send.click()
    expect(page.locator("[data-finished]")).to_be_attached(timeout=120_000)


def she_sends_the_request_and_saves_a_card(case: OneCase) -> None:
    """F2.3, F10.3, F10.8: she agrees, sends, and types her card on the card service's page."""
    rosa = case.rosa
    rosa.goes(f"{case.path}request/")
    rosa.page.wait_for_url("**/request/consent/**")
    rosa.finds_no_barrier()
    for topic in ("terms", "privacy", "emergency"):
        rosa.page.locator(f"input[name={topic}]").check(force=True)
    rosa.presses("Continue")
    rosa.page.wait_for_url("**/request/check/**")
    rosa.sees(QUESTIONS[0])
    rosa.finds_no_barrier()
    rosa.presses("Send my request")
    rosa.page.wait_for_url("**/request/sent/**")
    rosa.finds_no_barrier()
    rosa.goes(f"{case.path}payment/card/")
    rosa.finds_no_barrier()
    rosa.presses("Go to the card page")
    rosa.sees("no real money")
    rosa.fills(number="4242 4242 4242 4242", expiry="09/40", code="123", name="Rosa Delgado")
    rosa.page.locator("form button").first.click()
    rosa.page.wait_for_url(f"{case.stack.url}{case.path}**")
    rosa.goes(f"{case.path}payment/")
    rosa.sees("4242")
    rosa.finds_no_barrier()


def she_signs_the_release_form(case: OneCase) -> None:
    """F3.1, F3.2: the text is on the page; without a signature it is not signed."""
    rosa = case.rosa
    case.stack.next_letter(case.email, about="one thing")
    rosa.goes(case.path)
    rosa.finds_no_barrier()
    rosa.page.get_by_text("Sign a form for Valley Imaging").first.wait_for()
    rosa.page.locator("a[href*='/releases/']").first.click()
    rosa.sees("This is what you sign")
    rosa.finds_no_barrier()
    sign = rosa.page.locator("form#sign button.button-wide")
    sign.click()
    rosa.sees("Draw your name in the box, or type it instead")
    rosa.finds_no_barrier()
    with rosa.page.expect_response(lambda answer: answer.url.endswith("/text/")):
        rosa.fills(subject="My right lung")
        rosa.page.keyboard.press("Tab")
    rosa.page.locator("#paper").get_by_text("My right lung").first.wait_for()
    rosa.page.locator("input[name=signature_way][value=typed]").check(force=True)
    rosa.page.locator("input[name=signature_typed]:visible").fill("Rosa Delgado")
    sign.click()
    expect(rosa.page.get_by_text("It is not signed yet")).to_have_count(0)
    rosa.page.locator("a[href$='form.pdf']").first.wait_for()
    rosa.finds_no_barrier()
