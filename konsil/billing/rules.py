"""What goes back when a request ends early: one rule, shown before paying, applied after (F10.5).

facts.md F.5: before acceptance all; before a reviewer accepts all but the cost of collecting the
records; after that a share; if the hospital cannot deliver, all. What was not taken yet when the
request ends is never taken afterwards.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from konsil.billing.money import Money

LATE_PERCENT = 50
"""What goes back after a reviewer has begun; the hospital's default."""


class ChargePoint(TextChoices):
    """When the price is taken (F10.3)."""

    ACCEPTANCE = "acceptance", "When we accept the case"
    FILE_COMPLETE = "file_complete", "When the file is complete"
    REVIEWER = "reviewer", "When a reviewer takes the case"


WHEN = {
    ChargePoint.ACCEPTANCE: gettext_lazy("when we accept your case"),
    ChargePoint.FILE_COMPLETE: gettext_lazy("when all your records are here"),
    ChargePoint.REVIEWER: gettext_lazy("when a specialist takes your case"),
}
"""As the patient reads it, after “We take $850 …”."""


class Ended(TextChoices):
    """How far the case had come when it ended."""

    UNACCEPTED = "unaccepted", gettext_lazy("Before we accept your case")
    COLLECTING = "collecting", gettext_lazy("Before a specialist begins to read")
    READING = "reading", gettext_lazy("After that")
    BY_US = "by_us", gettext_lazy("If we cannot deliver")


@dataclass(frozen=True, slots=True)
class Terms:
    """What was promised when the price was quoted; it stands whatever the price list says later."""

    price: Money
    gathering: Money
    late_percent: int = LATE_PERCENT
    point: ChargePoint = ChargePoint.ACCEPTANCE

    def due_back(self, ended: Ended, taken: Money) -> Money:
        """How much of what was taken goes back; never more than that, never less than nothing."""
        nothing = Money.zero(taken.currency)
        if ended in {Ended.UNACCEPTED, Ended.BY_US}:
            return max(taken, nothing)
        if ended == Ended.COLLECTING:
            kept = min(self.gathering, self.price)
        else:
            kept = self.price - self.price.percent(self.late_percent)
        return max(taken - kept, nothing)

    def in_words(self, ended: Ended) -> str:
        """The rule as the patient reads it."""
        if self._not_taken_yet(ended):
            return _("You pay nothing.")
        back = self.due_back(ended, self.price)
        if back == self.price:
            return _("You get everything back.")
        if not back:
            return _("Nothing goes back.")
        kept = self.price - back
        return _("You get %(back)s back, we keep %(kept)s.") % {"back": back, "kept": kept}

    def _not_taken_yet(self, ended: Ended) -> bool:
        if ended == Ended.COLLECTING:
            return self.point == ChargePoint.REVIEWER
        return ended == Ended.UNACCEPTED


def table(terms: Terms) -> list[tuple[str, str]]:
    """The refund table: (when, what goes back), in the order of time."""
    declined = (_("If we cannot accept your case"), _("You pay nothing."))
    rows = [declined]
    for ended in Ended:
        if ended == Ended.COLLECTING and terms.point == ChargePoint.FILE_COMPLETE:
            rows.append((_("Before your file is complete"), _("You pay nothing.")))
        rows.append((str(ended.label), terms.in_words(ended)))
    return rows
