"""The one table: what was measured, in which unit, against which target, and whether it is met."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

HEADS = ("what", "measured", "unit", "target", "met")


@dataclass(frozen=True)
class Row:
    """One line. `met` is None where there is no target; `missing` says why there is no figure."""

    name: str
    value: str
    unit: str
    target: str = ""
    met: bool | None = None
    missing: bool = False

    def cells(self) -> tuple[str, str, str, str, str]:
        """The five cells, as words."""
        met = "not measured" if self.missing else {None: "", True: "yes", False: "NO"}[self.met]
        return self.name, self.value, self.unit, self.target, met


def below(name: str, figure: float, unit: str, limit: float, *, digits: int = 0) -> Row:
    """A row whose figure must stay below a limit in the same unit."""
    return Row(name, f"{figure:,.{digits}f}", unit, f"< {limit:g}", figure < limit)


def missing(name: str, why: str, *, unit: str = "", target: str = "") -> Row:
    """A row that could not be measured, with the reason in words."""
    return Row(name, why, unit, target, missing=True)


def percentile(figures: Sequence[float], share: float) -> float:
    """The figure below which `share` of all lie (nearest rank)."""
    ranked = sorted(figures)
    return ranked[min(len(ranked) - 1, max(0, round(share * len(ranked)) - 1))]


def median(figures: Sequence[float]) -> float:
    return statistics.median(figures)


def as_text(rows: Sequence[Row]) -> str:
    """The table for a terminal."""
    lines = [HEADS, *(row.cells() for row in rows)]
    wide = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    shown = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, wide, strict=True))
        for line in lines
    ]
    rule = "  ".join("-" * width for width in wide)
    return "\n".join(line.rstrip() for line in [shown[0], rule, *shown[1:]])


def as_markdown(rows: Sequence[Row]) -> str:
    """The same table for docs/performance.md."""
    lines = [HEADS, ("---",) * len(HEADS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
