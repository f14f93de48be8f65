"""Tables with a row of headings, read by the names of their columns."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.document import Block
from schemas.raw import Quote


class Table(NamedTuple):
    """A table's cells by column."""

    blocks: tuple[Block, ...]
    """The heading row and all rows below it."""
    columns: tuple[str, ...]
    """The headings in lower case."""
    rows: tuple[Block, ...]

    def cell(self, row: Block, column: str) -> Quote | None:
        """The words in one cell, or None where it is blank or the table has no such column."""
        if column not in self.columns:
            return None
        place = self.columns.index(column)
        text = " ".join(row.cells[place].split("\n")) if place < len(row.cells) else ""
        return Quote(text, row.number, row.number + 1) if text else None

    def lines(self, row: Block, column: str) -> tuple[Quote, ...]:
        """The lines in one cell, each by itself."""
        if column not in self.columns or (place := self.columns.index(column)) >= len(row.cells):
            return ()
        return tuple(Quote(line, row.number, row.number + 1) for line in row.cells[place].split("\n") if line)


def find_table(blocks: Sequence[Block], *columns: str) -> Table:
    """The first table whose heading row holds these columns (in lower case), among others and in any order.

    A page without such a table gives a table without rows.
    """
    for place, block in enumerate(blocks):
        if block.kind != "row" or len(block.cells) < len(columns):
            continue
        headings = tuple(cell.lower() for cell in block.cells)
        if all(column in headings for column in columns):
            end = place + 1
            while end < len(blocks) and blocks[end].kind == "row" and len(blocks[end].cells) == len(headings):
                end += 1
            rows = tuple(blocks[place + 1 : end])
            return Table((block, *rows), headings, rows)
    return Table((), (), ())
