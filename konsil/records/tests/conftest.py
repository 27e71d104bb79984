"""What the tests of this room share."""

import pytest

from konsil.records.reading import read


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def seen(tmp_path, out):
    def _seen(data, name="upload"):
        (file := tmp_path / name).write_bytes(data)
        return read(file, out)

    return _seen
