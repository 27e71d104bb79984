"""The list of who looked, as a patient reads it."""

from datetime import UTC, datetime, timedelta

from konsil.cases.access import Action
from konsil.cases.models import Look
from konsil.web.looks import told

NOON = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


def look(name: str, action: str, at: datetime) -> Look:
    return Look(actor_name=name, action=action, at=at)


def test_one_line_a_person_and_a_day_in_words() -> None:
    """F1.5: twenty openings of one afternoon are one line, and nothing is left out of it."""
    hour = timedelta(hours=1)
    lines = told(
        [
            look("Ada", Action.READ_RECORD, NOON),
            look("Ada", Action.SEE_CASE, NOON - hour),
            look("Dr. Okoye", Action.WRITE_REPORT, NOON - hour),
            look("Ada", Action.SEE_CASE, NOON - 2 * hour),
            look("Ada", Action.READ_REPORT, NOON - timedelta(days=1)),
        ]
    )

    assert [(line.name, line.times, line.last) for line in lines] == [
        ("Ada", 3, NOON),
        ("Dr. Okoye", 1, NOON - hour),
        ("Ada", 1, NOON - timedelta(days=1)),
    ]
    assert lines[0].what == ["the records", "the case page"]


def test_every_action_has_words_without_machinery() -> None:
    """F1.5: no name of an action in the code reaches a patient."""
    for action in [*Action, "something_new"]:
        (line,) = told([look("Ada", str(action), NOON)])
        assert "_" not in line.what[0]
