"""What goes back when a request ends early: one rule, shown before paying, applied after (F10.5).

facts.md F.5: before acceptance all; before a reviewer accepts all but the cost of collecting the
records; after that a share; if the hospital cannot deliver, all.
"""

from dataclasses import dataclass

from django.db.models import TextChoices

from konsil.billing.money import Money

LATE_PERCENT = 50
"""What goes back after a reviewer has begun; the hospital's default."""


class Ended(TextChoices):
    """How far the case had come when it ended."""

    UNACCEPTED = "unaccepted", "Before we accept your case"
    COLLECTING = "collecting", "Before a specialist begins to read"
    READING = "reading", "After that"
    BY_US = "by_us", "If we cannot deliver"


@dataclass(frozen=True, slots=True)
class Terms:
    """What was promised when the price was quoted; it stands whatever the price list says later."""

    price: Money
    gathering: Money
    late_percent: int = LATE_PERCENT

    def due_back(self, ended: Ended, taken: Money) -> Money:
        """How much of what was taken goes back; never more than that, never less than nothing."""
        if ended in {Ended.UNACCEPTED, Ended.BY_US}:
            return taken
        if ended == Ended.COLLECTING:
            kept = min(self.gathering, self.price)
        else:
            kept = self.price - self.price.percent(self.late_percent)
        return max(taken - kept, Money.zero(taken.currency))

    def in_words(self, ended: Ended) -> str:
        """The rule as the patient reads it."""
        if ended == Ended.UNACCEPTED:
            return "You pay nothing."
        back = self.due_back(ended, self.price)
        if back == self.price:
            return "You get everything back."
        if not back:
            return "Nothing goes back."
        return f"You get {back} back, we keep {self.price - back}."


def table(terms: Terms) -> list[tuple[str, str]]:
    """The refund table: (when, what goes back), in the order of time."""
    declined = ("If we cannot accept your case", "You pay nothing.")
    return [declined, *((ended.label, terms.in_words(ended)) for ended in Ended)]
