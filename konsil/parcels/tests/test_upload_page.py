"""The way back from the upload page: to where the sender came from, and nowhere else."""

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(client: Client, cast: Cast) -> Client:
    client.force_login(cast.rosa, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(rosa: Client, cast: Cast, came_from: str) -> str:
    answer = rosa.get(f"/cases/{cast.case.pk}/upload/", {"next": came_from})
    return answer.content.decode()


def test_rosa_goes_back_to_the_request_that_she_came_from(rosa: Client, cast: Cast) -> None:
    """F2.3: adding records in the middle of a request does not lose the way."""
    request = f"/cases/{cast.case.pk}/request/"
    assert f'class="back" href="{request}"' in page(rosa, cast, request)
    assert f'class="back" href="/cases/{cast.case.pk}/"' in page(rosa, cast, "")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/cases/{other}/request/",
        "/cases/{own}/../{other}/",
        "/cases/{own}/..\\evil",
        "javascript:alert(1)",
    ],
)
def test_the_way_back_leads_into_the_same_case_only(
    rosa: Client, cast: Cast, elsewhere: str
) -> None:
    """F1.5: no address from outside decides where a patient lands."""
    asked = elsewhere.format(other=cast.petras_case.pk, own=cast.case.pk)
    shown = page(rosa, cast, asked)
    assert f'class="back" href="/cases/{cast.case.pk}/"' in shown
    assert "evil" not in shown and str(cast.petras_case.pk) not in shown
