"""The picture of the life in the docs is the one that the code lives by."""

from pathlib import Path

from konsil.cases import drawing
from konsil.cases.life import Stage

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_picture_in_the_docs_is_current() -> None:
    """F4.1: whoever changes the life runs `make docs`."""
    assert (DOCS / "life.md").read_text() == drawing.page()


def test_every_stage_can_be_reached_from_the_first() -> None:
    """No stage is an island, and from each that is open some end can be reached."""
    ways = drawing.edges()
    reached = {Stage.DRAFT.value}
    for _round in Stage:
        reached |= {end for start, end, _name in ways if start in reached}
    assert reached == {stage.value for stage in Stage}
