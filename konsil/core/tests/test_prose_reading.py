"""How hard a text is to read (F13.10)."""

import pytest

from konsil.core.prose.reading import grade, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("records", 2), ("opinion", 3), ("named", 1), ("wanted", 2), ("table", 2)],
)
def test_syllables_are_counted_by_rule(word: str, count: int) -> None:
    assert syllables(word) == count


def test_plain_words_are_easier_than_the_words_of_the_law() -> None:
    plain = "I can stop this at any time. I do so in writing."
    law = (
        "The potential for information disclosed pursuant to the authorization to be subject to "
        "redisclosure by the recipient and no longer be protected by this subpart."
    )

    assert grade(plain) < 4
    assert grade(law) > 12
    assert grade("") == 0.0
