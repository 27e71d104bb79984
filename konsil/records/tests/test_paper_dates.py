"""The day that a PDF says it was made on."""

import pytest

from konsil.records.reading_pdf import _date


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("D:20261112093000-08'00'", "2026-11-12"),
        ("19990101", "1999-01-01"),
        ("D:19700101000000Z", ""),
        ("D:00010101", ""),
        ("D:20261345", ""),
        ("", ""),
    ],
)
def test_a_clock_that_was_never_set_is_no_date(written: str, day: str) -> None:
    """An unknown date of care is called unknown, not January 1, 1970."""
    assert _date(written) == day
