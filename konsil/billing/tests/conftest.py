"""The card provider's double, running, for every test in this room that asks for it."""

from contextlib import contextmanager

import pytest
from django.db import DatabaseError, transaction

from konsil.billing.stripe_provider import StripeProvider
from konsil.billing.tests.running_double import KEY, SECRET, Inbox, RunningDouble


@pytest.fixture(scope="module")
def _inbox():
    inbox = Inbox()
    inbox.start()
    yield inbox
    inbox.stop()


@pytest.fixture(scope="module")
def _double(_inbox, tmp_path_factory):
    double = RunningDouble(tmp_path_factory.mktemp("double") / "state.json", _inbox.url)
    double.start()
    yield double
    assert double.stop() == 0


@pytest.fixture
def double(_double, _inbox):
    """A double that remembers nothing of the tests before."""
    _double.control("reset")
    return _double


@pytest.fixture
def inbox(double, _inbox):
    _inbox.letters.clear()
    _inbox.status = 200
    return _inbox


@pytest.fixture
def provider(double):
    return StripeProvider(
        api_key=KEY, webhook_secret=SECRET, api_base=double.base, timeout=(1, 1.5)
    )


@pytest.fixture
def transactional_error():
    """The database refuses, and says so; the test's own transaction goes on."""

    @contextmanager
    def refused(words):
        with pytest.raises(DatabaseError, match=words), transaction.atomic():
            yield

    return refused
