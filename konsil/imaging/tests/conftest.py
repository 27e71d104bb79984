"""What the tests of images share."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def samples() -> Path:
    """The folder of public sample files; the peers' tests cannot do without it."""
    folder = os.environ.get("KONSIL_SAMPLES", "")
    if not Path(folder).is_dir() or not folder:
        pytest.fail(
            "The public samples are not here. Set KONSIL_SAMPLES to their folder "
            "(`make test-peers` does so)."
        )
    return Path(folder)
