"""What a study is called in the record."""

import pytest

from konsil.imaging.shelving import _title


@pytest.mark.parametrize(
    ("words", "kinds", "description", "title"),
    [
        ("CT", ["CT"], "CT chest with contrast", "CT chest with contrast"),
        ("MRI", ["MR"], "MR brain", "MRI brain"),
        ("MRI", ["MR"], "MRI brain", "MRI brain"),
        ("X-ray", ["CR"], "Chest PA", "X-ray: Chest PA"),
        ("CT and PET", ["CT", "PT"], "CT whole body", "CT and PET: CT whole body"),
        ("CT", ["CT"], "CT", "CT: CT"),
        ("CT", ["CT"], "", "CT"),
    ],
)
def test_the_sort_of_a_study_is_said_once(
    words: str, kinds: list[str], description: str, title: str
) -> None:
    """So that the record reads as a person would say it."""
    assert _title(words, kinds, description) == title
