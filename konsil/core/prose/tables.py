"""Whether the cells of a table, with all their spans, fill a rectangle."""

from konsil.core.prose.nodes import COLUMN_LIMIT, ROW_LIMIT, Node, NotProse


def span(cell: Node, name: str) -> int:
    return int(cell.get("attrs", {}).get(name, 1))


def columns(table: Node) -> int:
    """How many columns the first row makes."""
    return sum(span(cell, "colspan") for cell in table["content"][0]["content"])


def header_rows(table: Node) -> int:
    """How many rows at the top are headings only, with no cell reaching below them."""
    count = 0
    for row in table["content"]:
        if any(
            cell["type"] != "table_header" or span(cell, "rowspan") > 1 for cell in row["content"]
        ):
            break
        count += 1
    return count


def rectangular(table: Node, where: str) -> None:
    """Raise `NotProse` when rows differ in width, or cells overlap or reach below the end."""
    rows, wide = table["content"], columns(table)
    if wide > COLUMN_LIMIT or len(rows) > ROW_LIMIT:
        raise NotProse(f"The {where} is too large: at most {COLUMN_LIMIT} columns.")
    hanging = [0] * wide
    for number, row in enumerate(rows, start=1):
        hanging = _next_row(row, hanging, f"Row {number} of {where}")
    if any(hanging):
        raise NotProse(f"In {where} a cell reaches below the last row. Split that cell.")


def _next_row(row: Node, hanging: list[int], where: str) -> list[int]:
    """Lay one row under the cells that hang in from above; give what hangs into the next."""
    after, column = [max(0, rows - 1) for rows in hanging], 0
    for cell in row["content"]:
        while column < len(hanging) and hanging[column]:
            column += 1
        end = column + span(cell, "colspan")
        if end > len(hanging) or any(hanging[column:end]):
            raise NotProse(f"{where} has more cells than the first row. Delete what is too much.")
        after[column:end] = [span(cell, "rowspan") - 1] * (end - column)
        column = end
    if not all(hanging[column:]):
        raise NotProse(f"{where} has fewer cells than the first row. Add what is missing.")
    return after
