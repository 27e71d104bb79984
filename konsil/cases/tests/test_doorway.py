"""What the doorway says to senders of nonsense, and to somebody whose session has ended."""

import pytest
from django.test import Client

from konsil.cases.models import Case
from tests.cast import Cast
from tests.test_who_sees_a_case import BACKEND


@pytest.mark.parametrize(
    "path",
    [
        "/cases/list/?q=%00",
        "/cases/{case}/dicomweb/studies?StudyInstanceUID=1%00",
        "/cases/{case}/dicomweb/studies/1.2%00/series",
        "/cases/{case}/marks/%00/",
    ],
)
def test_a_sign_that_no_table_can_keep_is_answered_in_words(
    client: Client, cast: Cast, path: str
) -> None:
    """Errors: PostgreSQL keeps no NUL; that is the sender's slip and never a broken page."""
    client.force_login(cast.ada, backend=BACKEND)

    answer = client.get(path.replace("{case}", str(cast.case.pk)))

    assert answer.status_code == 400
    assert "Nothing was saved" in answer.content.decode()


def test_a_message_with_an_invisible_sign_is_refused_and_the_next_one_goes(
    client: Client, cast: Cast
) -> None:
    """Errors: after the refusal the connection and the scope are as before."""
    client.force_login(cast.ada, backend=BACKEND)
    where = f"/cases/{cast.case.pk}/messages/"

    refused = client.post(where, {"text": "a\0b", "audience": "patient"})
    sent = client.post(where, {"text": "ab", "audience": "patient"})

    assert refused.status_code == 400
    assert sent.status_code == 302


def test_signed_out_while_typing_she_comes_back_to_the_page_not_to_its_button(
    client: Client, cast: Cast
) -> None:
    """Errors: session ended while typing; /steps/ takes no GET, so she is led to where she was."""
    page = f"/cases/{cast.case.pk}/messages/"

    answer = client.post(
        f"/cases/{cast.case.pk}/steps/",
        {"verb": "accepted"},
        headers={"Referer": f"http://testserver{page}?audience=patient"},
    )

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=")
    assert "messages" in answer["Location"]
    assert "steps" not in answer["Location"]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/x", "javascript:alert(1)", ""])
def test_the_way_back_never_leads_to_another_site(
    client: Client, cast: Cast, elsewhere: str
) -> None:
    """O4: the page before is written by the sender; only ours is believed."""
    answer = client.post(f"/cases/{cast.case.pk}/steps/", headers={"Referer": elsewhere})

    assert answer["Location"] == "/account/login/?next=/start/"


@pytest.mark.parametrize("header", ["X-Requested-With", "HX-Request", "X-Autosave"])
def test_a_script_that_saves_hears_that_the_session_ended(
    client: Client, cast: Cast, header: str
) -> None:
    """Errors: a sign-in page with status 200 would look like “saved”."""
    answer = client.post(f"/cases/{cast.case.pk}/messages/", headers={header: "1"})
    put = client.put(f"/cases/{cast.case.pk}/opinion/sections/summary/", b"{}")

    for each in (answer, put):
        assert each.status_code == 401
        assert each["Content-Type"].startswith("text/plain")
        assert "Sign in again" in each.content.decode()


def test_a_case_that_is_not_there_and_one_that_is_not_hers_look_the_same(
    client: Client, cast: Cast
) -> None:
    """F1.2: byte for byte, but for the token of the page."""
    client.force_login(cast.petra, backend=BACKEND)
    nowhere = "01234567-89ab-7def-8123-456789abcdef"

    hers, none = (client.get(f"/cases/{pk}/") for pk in (cast.case.pk, nowhere))

    assert Case.objects.filter(pk=cast.case.pk).exists()
    assert hers.status_code == none.status_code == 404
    assert sorted(hers.headers) == sorted(none.headers)
    assert len(hers.content) == len(none.content)
