"""What core promises to everybody: no secrets in logs, true addresses, headers, settings."""

import logging
import sys

import pytest
from django.http import HttpRequest
from django.test import Client

from konsil.core.addresses import client_address
from konsil.core.logs import WithoutSecrets

TOKEN = "Zk3-verySecretTokenOfALink_1234567890"


def record(message: str, *, error: BaseException | None = None) -> logging.LogRecord:
    info = None
    if error is not None:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    return logging.LogRecord("x", logging.ERROR, __file__, 1, message, None, info)


@pytest.mark.parametrize("door", ["records", "continue", "begin", "live"])
def test_the_token_of_a_link_is_not_written_to_the_log(door: str) -> None:
    """C1: 0 tokens in logs; Django writes the path of every answer from 400 on."""
    line = WithoutSecrets().format(record(f"Gone: /{door}/{TOKEN}/again/"))

    assert TOKEN not in line
    assert line == f"Gone: /{door}/…/again/"


def test_a_path_of_a_case_is_written_as_it_is() -> None:
    """An id is no secret; without it nobody could look after an error."""
    line = "Not Found: /cases/01234567-89ab-7def-8123-456789abcdef/records/"

    assert WithoutSecrets().format(record(line)) == line


def test_what_somebody_typed_does_not_reach_the_log_through_an_error() -> None:
    """I5: the words of an error may hold a name; its kind and its places are enough."""
    line = WithoutSecrets().format(
        record("Internal Server Error", error=ValueError("Rosa Delgado"))
    )

    assert "Rosa" not in line
    assert "builtins.ValueError" in line
    assert "test_safety.py" in line


def test_the_words_of_a_full_disk_are_told() -> None:
    """Whoever runs the server must read what is wrong with the machine."""
    assert "No space left" in WithoutSecrets().format(
        record("Failed", error=OSError(28, "No space left on device"))
    )


def test_the_whole_chain_of_an_error_is_told_without_its_words() -> None:
    """I5: nor does the error that caused it speak."""
    inner, outer = KeyError("Rosa"), ValueError("Delgado")
    outer.__cause__ = inner

    line = WithoutSecrets().format(record("Internal Server Error", error=outer))

    assert "KeyError" in line
    assert "ValueError" in line
    assert "Rosa" not in line
    assert "Delgado" not in line


def asked_from(address: str, forwarded: str = "") -> HttpRequest:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = address
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    return request


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "", "10.0.0.9"),
        (0, "1.2.3.4", "10.0.0.9"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 5.6.7.8", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "<script>", ""),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    settings: object, proxies: int, forwarded: str, found: str
) -> None:
    """B2: tries are counted by the visitor's address, which she cannot choose herself."""
    settings.TRUSTED_PROXIES = proxies  # type: ignore[attr-defined]

    assert client_address(asked_from("10.0.0.9", forwarded)) == found


def test_the_database_address_may_ask_for_an_encrypted_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What stands behind the question mark is not dropped: else the line would be in the clear."""
    from konsil.settings import database

    url = "postgresql://a%40b:p%2Fw@db.example:5433/name?sslmode=verify-full&options=-c%20x%3D1"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("KONSIL_DB_USER", "konsil_app")
    monkeypatch.delenv("KONSIL_APP_DATABASE_URL", raising=False)

    found = database()

    assert found["OPTIONS"] == {"sslmode": "verify-full", "options": "-c x=1 -c role=konsil_app"}
    assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("a@b", "p/w", "db.example")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/nothing-here/", "/account/login/", "/records/none/"])
def test_every_answer_keeps_out_of_caches_and_runs_no_foreign_script(
    client: Client, path: str
) -> None:
    """E2, E8: a stranger's page, a missing one and a dead link as well."""
    answer = client.get(path)

    assert "no-store" in answer["Cache-Control"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.django_db
def test_signing_out_leaves_nothing_in_the_browser(client: Client) -> None:
    """I6: on a computer that others use; the copies of typed text go as well."""
    assert client.post("/account/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/").headers
