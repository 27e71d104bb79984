"""The picture of a case's life, drawn from `life.py`: `python -m konsil.cases.drawing FILE`."""

import sys
from datetime import timedelta
from pathlib import Path

from konsil.cases.clocks import Business, Ladder, Prod, Rung, Wait
from konsil.cases.life import (
    AGAIN,
    ENDED,
    FORMER,
    MILESTONES,
    MOVES,
    REOPENS_FOR,
    TURNS,
    Move,
    Stage,
)
from konsil.cases.reasons import LISTS

HEAD = """# The life of a case

Made from `konsil/cases/life.py` by `make docs`. Change it there; a test says when this page is old.
"""
BESIDE = """
Over every stage but the first can lie a **hold**: for a reason, until a day, with a named person.
The clock stands still, and the case goes on where it stood.
"""


def page() -> str:
    """The whole page, as Markdown with a Mermaid diagram."""
    parts = [HEAD, "```mermaid", diagram(), "```", BESIDE, clocks(), "", steps(), "", endings(), ""]
    return "\n".join(parts)


def diagram() -> str:
    """The stages and the steps between them, those of one milestone together."""
    lines = ["stateDiagram-v2", "    direction LR"]
    for number, (name, stages) in enumerate(MILESTONES, start=1):
        lines.append(f'    state "{number} {name}" as m{number} {{')
        lines += [f"        {stage.value}: {stage.label}" for stage in stages]
        lines.append("    }")
    shown = {stage for _name, stages in MILESTONES for stage in stages}
    lines += [f"    {stage.value}: {stage.label}" for stage in Stage if stage not in shown]
    lines += ["    [*] --> draft"]
    lines += sorted(f"    {start} --> {end}: {name}" for start, end, name in edges())
    lines += [f"    {stage.value} --> [*]" for stage in Stage if stage in ENDED]
    return "\n".join(lines)


def edges() -> set[tuple[str, str, str]]:
    """(from, to, step) for every permitted step."""
    return {
        (start.value, end.value, move.verb.label)
        for move in MOVES
        for start in move.starts
        for end in ends(move)
    }


def ends(move: Move) -> set[Stage]:
    """Where a step can lead; one that goes back leads to where such a case can have been."""
    if move.end == FORMER:
        return {start for other in MOVES if other.end in move.starts for start in other.starts}
    if move.end == AGAIN:
        return {Stage.SCREENING, Stage.DRAFT}
    return {Stage(move.end)}


def clocks() -> str:
    """Whose turn it is in each stage, how long, and when who is prodded."""
    rows = [
        "## Whose turn, how long, and who is prodded when",
        "",
        "| Stage | Turn | Target | Reminders | Escalation |",
        "| --- | --- | --- | --- | --- |",
    ]
    for stage, turn in TURNS.items():
        ladder, role = turn.ladder, turn.role
        rungs = ladder.rungs if ladder else ()
        rows.append(
            f"| {stage.label} | {role.label if role else ''}: {turn.what} "
            f"| {_target(ladder)} "
            f"| {_said(rungs, Prod.REMIND)} "
            f"| {_said(rungs, Prod.TELEPHONE, Prod.ESCALATE)} |"
        )
    return "\n".join(rows)


def _target(ladder: Ladder | None) -> str:
    return _wait(ladder.patience) if ladder else ""


def _said(rungs: tuple[Rung, ...], *sorts: Prod) -> str:
    found = []
    for rung in rungs:
        if rung.how not in sorts:
            continue
        after = rung.after
        when = f"{after:.0%}" if isinstance(after, int | float) else _wait(after)
        late = " after it was due" if rung.past_due else ""
        call = "call, " if rung.how == Prod.TELEPHONE else ""
        who = "" if sorts == (Prod.REMIND,) else f"{rung.to.label}, {call}"
        found.append(f"{who}{when}{late}")
    return "; ".join(found)


def _wait(wait: Wait) -> str:
    if isinstance(wait, Business):
        number, unit = (wait.days, "day") if wait.days else (wait.hours, "hour")
        return f"{number:g} business {unit}{'' if number == 1 else 's'}"
    return f"{wait.days} d" if wait >= timedelta(days=1) else f"{wait.seconds // 3600} h"


def steps() -> str:
    """Every step: from where, to where, by whom, and what must hold."""
    rows = [
        "## The steps",
        "",
        "| Step | From | To | By | What must hold |",
        "| --- | --- | --- | --- | --- |",
    ]
    for move in MOVES:
        starts = ", ".join(stage.label for stage in Stage if stage in move.starts)
        end = {FORMER: "back where it was", AGAIN: "checked anew"}.get(str(move.end), "")
        by = ", ".join(sorted(role.label for role in move.roles))
        holds = list(move.guards)
        if move.within is not None:
            holds.append(f"within {move.within.days} days")
        to = end or Stage(move.end).label
        rows.append(f"| {move.verb.label} | {starts} | {to} | {by} | {', '.join(holds)} |")
    return "\n".join(rows)


def endings() -> str:
    """The reasons to choose from."""
    rows = ["## The reasons", ""]
    for verb, reasons in LISTS.items():
        words = "; ".join(each[:1].lower() + each[1:] for each in reasons.values())
        rows.append(f"- {verb.label}: {words}.")
    rows.append("")
    rows.append(f"What has ended without an opinion can be reopened for {REOPENS_FOR.days} days.")
    return "\n".join(rows)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page())
