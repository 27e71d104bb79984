"""What can become of something that is sent: every way out says it in the same words."""

from enum import StrEnum


class Fate(StrEnum):
    """What we know about a message that did not get through."""

    LATER = "later"
    """It surely did not go out; trying again sends nothing twice."""
    REFUSED = "refused"
    """The other side does not take it: another try would end the same way."""
    UNSURE = "unsure"
    """The line broke in the middle. It may have gone out, so it is not sent again."""


class NotSent(OSError):
    """A message did not get through; the words say why, fit for the desk's screen."""

    def __init__(self, words: str, fate: Fate) -> None:
        super().__init__(words)
        self.words, self.fate = words, fate

    def __str__(self) -> str:
        return self.words
