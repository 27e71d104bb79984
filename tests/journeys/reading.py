"""Dr. Okoye's part of the story, and Rosa's with the report."""

import io
import re
import zipfile

from playwright.sync_api import Browser, expect

from konsil.demo.cast import PASSWORD
from tests.journeys.asking import OneCase
from tests.journeys.browsing import Person

TEXTS = {
    "summary": "This is a small nodule. I would not wait longer.",
    "imaging": "I read both scans again.",
    "assessment": "It is most likely an early cancer of the lung.",
    "advice": "See a thoracic surgeon within two weeks.",
}


def okoye_takes_the_case_and_reads(case: OneCase, browser: Browser) -> None:
    """F5.1, F5.3, F5.5: one page, images beside the text, nothing to install."""
    okoye = case.people["okoye"] = Person(browser, case.stack)
    okoye.signs_in("okoye@northgate.example")
    okoye.page.locator(f"a[href='{case.path}']").first.click()
    okoye.sees("Will you review this case?")
    okoye.finds_no_barrier()
    okoye.presses("Take the case")
    okoye.page.wait_for_url("**/reading/**")
    okoye.page.evaluate("performance.mark('here')")
    for _try in range(120):
        if okoye.page.evaluate("performance.getEntriesByName('konsil:first-image').length"):
            break
        okoye.page.wait_for_timeout(500)
    assert okoye.page.evaluate("performance.getEntriesByName('konsil:first-image').length") > 0
    okoye.sees("Not a diagnostic display")
    okoye.finds_no_barrier()
    okoye.page.get_by_text("CT of the chest").first.click()
    expect(okoye.page.locator("pdf-viewer")).to_be_visible()
    okoye.page.get_by_text("MRI").first.click()
    expect(okoye.page.locator("dicom-viewer")).to_be_visible()


def he_measures_and_it_is_there_after_a_reload(case: OneCase) -> None:
    """F5.4: a length drawn on the image is kept, and comes back with the page."""
    page = case.people["okoye"].page
    box = page.locator("dicom-viewer canvas").first.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.keyboard.press("l")
    with page.expect_response(
        lambda answer: "/marks/" in answer.url and answer.request.method == "PUT" and answer.ok
    ):
        page.mouse.move(x - 60, y - 40)
        page.mouse.down()
        page.mouse.move(x, y, steps=5)
        page.mouse.move(x + 50, y + 30, steps=5)
        page.mouse.up()
    page.keyboard.press("w")
    page.reload()
    expect(page.locator("dicom-viewer svg").get_by_text("mm").first).to_be_attached(timeout=60_000)


def _writes(okoye: Person, below: str, text: str) -> None:
    box = okoye.page.locator(f"report-editor[save-url$='{below}'] [contenteditable=true]").first
    box.scroll_into_view_if_needed()
    with okoye.page.expect_response(lambda answer: below in answer.url and answer.ok):
        box.click()
        okoye.page.keyboard.type(text)


def he_writes_answers_and_keeps_an_image(case: OneCase) -> None:
    """F5.3, F5.9, F13.2, F13.3: text is saved as he types and is there after a crash."""
    okoye = case.people["okoye"]
    for key, text in TEXTS.items():
        _writes(okoye, f"opinion/sections/{key}/", text)
    _writes(okoye, "opinion/answers/1/", "Yes. I would not wait longer.")
    okoye.page.keyboard.press("Escape")
    with okoye.page.expect_response(lambda answer: "key-images" in answer.url and answer.ok):
        okoye.page.get_by_role("button", name="Into the report").first.click()
    expect(okoye.page.locator("report-editor figure img").first).to_be_visible()
    okoye.page.wait_for_timeout(2500)
    okoye.page.reload()
    okoye.sees(TEXTS["advice"])
    expect(okoye.page.locator("report-editor figure img").first).to_be_visible()


def he_cannot_sign_too_early_and_then_signs(case: OneCase) -> None:
    """F13.2, F13.6: a question without an answer; a wrong password; then signed for good."""
    okoye = case.people["okoye"]
    okoye.goes(f"{case.path}opinion/signature/")
    okoye.sees("Question 2 has no answer yet")
    okoye.finds_no_barrier()
    okoye.goes(f"{case.path}reading/")
    _writes(okoye, "opinion/answers/2/", "An old scar is possible, but less likely.")
    okoye.goes(f"{case.path}opinion/signature/")
    okoye.finds_no_barrier()
    okoye.fills(password="not the password")
    okoye.presses("Sign the opinion")
    assert "/signature" in okoye.page.url
    okoye.fills(password=PASSWORD)
    okoye.presses("Sign the opinion")
    okoye.page.wait_for_url(lambda url: "/signature" not in url)
    okoye.goes(f"{case.path}report/")
    okoye.sees(TEXTS["summary"])
    okoye.finds_no_barrier()


def rosa_reads_downloads_and_takes_all_home(case: OneCase, browser: Browser) -> None:
    """F1.6, F11.6, F13.10: a mail that says nothing, a code, the report, the PDF, the zip."""
    letter = case.stack.next_letter(case.email, about="something new")
    for word in ("lung", "cancer", "nodule", "Okoye", "opinion"):
        assert word not in letter["body"]
    phone = case.people["rosa again"] = Person(browser, case.stack, phone=True)
    phone.goes(case.stack.link_in(letter))
    phone.page.wait_for_url("**/account/login/**")
    phone.finds_no_barrier()
    phone.goes("/account/login/code/?next=" + f"{case.path}report/")
    phone.fills(email=case.email)
    phone.page.locator("form:has([name=email]) button").first.click()
    code = case.stack.next_letter(case.email, about="code")["body"]
    phone.fills(code=code_in(code))
    phone.page.locator("form:has([name=code]) button").first.click()
    phone.page.wait_for_url(lambda url: "/account/" not in url)
    phone.goes(f"{case.path}report/")
    phone.sees(TEXTS["summary"])
    phone.sees("Is surgery really needed?")
    phone.finds_no_barrier()
    pdf = phone.context.request.get(f"{case.path}report.pdf", timeout=60_000)
    assert pdf.body().startswith(b"%PDF")
    taken = phone.context.request.get(f"{case.path}case.zip", timeout=120_000)
    names = zipfile.ZipFile(io.BytesIO(taken.body())).namelist()
    assert {"DICOMDIR", "index.html", "MANIFEST-SHA256.txt"} <= set(names)
    assert any(name.startswith("Report/") for name in names)
    assert sum(name.startswith("DICOM/") for name in names) >= 16


def code_in(body: str) -> str:
    """The sign-in code on a line of its own."""
    found = re.search(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", body, re.MULTILINE)
    assert found, body
    return found.group(1)


def an_addendum_makes_a_new_version(case: OneCase) -> None:
    """F13.6: the signed version stays; the addendum is a version of its own."""
    okoye = case.people["okoye"]
    okoye.goes(f"{case.path}opinion/addenda/")
    okoye.finds_no_barrier()
    okoye.fills(reason="A question of the patient")
    editor = okoye.page.locator("[contenteditable=true], textarea[name=text]").first
    editor.click()
    okoye.page.keyboard.type("A PET scan before the operation is useful.")
    okoye.fills(password=PASSWORD)
    okoye.page.locator("main form button.button").last.click()
    okoye.page.wait_for_url(lambda url: "/addenda" not in url)
    rosa = case.people["rosa again"]
    rosa.goes(f"{case.path}report/")
    rosa.sees("A PET scan before the operation is useful.")
    rosa.goes(f"{case.path}report/versions/1/")
    assert rosa.page.get_by_text("A PET scan before").count() == 0
