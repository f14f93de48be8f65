"""Tables with a row of headings, read by the names of their columns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from normalizers.text import lines
from schemas.document import Block
from schemas.extraction import Passage, Quote

_LONGEST_HEAD = 120
"""Characters of a heading row: longer rows are no headings, and are not looked at."""


class Columns(NamedTuple):
    """The headings of a kind of table."""

    name: str
    """The label that stands for the whole table."""
    headings: tuple[str, ...]

    def is_head(self, block: Block) -> bool:
        """Whether a row is the heading row of such a table.

        More than half of the headings make one, so that a renamed column or a new one is told instead of losing the
        table. Fewer are no table: rows of facts, and columns that stand in rows of their own, are named alike.
        """
        if block.kind != "row" or len(block.text) > _LONGEST_HEAD or len(block.cells) * 2 <= len(self.headings):
            return False
        cells = {cell.lower() for cell in block.cells}
        found = sum(heading.lower() in cells for heading in self.headings)
        return found * 2 > len(self.headings) and found * 2 >= len(block.cells)


class Table(NamedTuple):
    """A table's cells by column."""

    blocks: tuple[Block, ...]
    """The heading row and all rows below it."""
    columns: tuple[str, ...]
    """The headings in lower case."""
    rows: tuple[Block, ...]
    """The rows that fit the headings."""
    foreign: tuple[Block, ...]
    """The other ones."""
    unknown: tuple[str, ...]
    """Headings that this kind of table never had, or that stand twice."""

    def cell(self, row: Block, column: str) -> Quote | None:
        """The words in one cell, or None where it is blank or the table has no such column."""
        if column not in self.columns:
            return None
        place = self.columns.index(column)
        text = " ".join(row.cells[place].split("\n"))
        return Quote(text, row.number, row.number + 1) if text else None

    def lines(self, row: Block, column: str) -> tuple[Quote, ...]:
        """The lines in one cell, each by itself."""
        if column not in self.columns:
            return ()
        place = self.columns.index(column)
        return tuple(Quote(line, row.number, row.number + 1) for line in row.cells[place].split("\n") if line)

    def passage(self, row: Block, column: str) -> Passage:
        """The lines in one cell, as the paragraphs and items of a text."""
        return cell_passage(row, row.cells[self.columns.index(column)]) if column in self.columns else ()


def cell_passage(row: Block, cell: str) -> Passage:
    """The lines in a cell of a row, as the paragraphs and items of a text."""
    return tuple(block._replace(number=row.number) for block in lines(cell))


def each_once(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """The quotes without those that repeat the words of another."""
    found: dict[str, Quote] = {}
    for quote in quotes:
        found.setdefault(quote.text, quote)
    return tuple(found.values())


NO_TABLE = Table((), (), (), (), ())


def find_table(
    blocks: Sequence[Block],
    kind: Columns,
    others: Sequence[Columns] = (),
    fits: Callable[[Table, Block], bool] = lambda _table, _row: True,
) -> Table:
    """The first table of a kind.

    A row of another width within it, or one that does not fit, is foreign: it is no value, and the table goes on behind
    it. The table ends with its last row that fits, and before the heading row of another one. A second table of the
    kind is not looked for: its rows stay where they are.

    Args:
        blocks: the page's.
        kind: what the table's headings are.
        others: the headings of tables that can follow.
        fits: whether a row, of the right width, can be the table's.
    """
    for place, block in enumerate(blocks):
        if kind.is_head(block):
            return _table(blocks, place, kind, others, fits)
    return NO_TABLE


def _table(
    blocks: Sequence[Block],
    place: int,
    kind: Columns,
    others: Sequence[Columns],
    fits: Callable[[Table, Block], bool],
) -> Table:
    head = blocks[place]
    headings = tuple(cell.lower() for cell in head.cells)
    known = {heading.lower() for heading in kind.headings}
    first = {heading: index for index, heading in reversed([*enumerate(headings)])}
    unknown = tuple(
        head.cells[index].replace("\n", " ")
        for index, heading in enumerate(headings)
        if heading and (heading not in known or first[heading] < index)
    )
    table = Table((head,), headings, (), (), unknown)
    rows: list[Block] = []
    foreign: list[Block] = []
    end = place + 1
    for index in range(place + 1, len(blocks)):
        block = blocks[index]
        if index == place + 1 and block.cells == head.cells:
            continue  # the heading row twice
        if block.kind != "row" or any(columns.is_head(block) for columns in (kind, *others)):
            break
        if len(block.cells) == len(headings) and fits(table._replace(rows=tuple(rows[:1])), block):
            rows.append(block)
            end = index + 1
        else:
            foreign.append(block)
    within = tuple(blocks[place:end])
    return table._replace(
        blocks=within, rows=tuple(rows), foreign=tuple(row for row in foreign if row.number <= blocks[end - 1].number)
    )


def without(blocks: Sequence[Block], tables: Iterable[tuple[Columns, Table]]) -> Iterator[Block]:
    """The blocks, of each table one line with its label alone; a heading right above a table belongs to it."""
    tables = tuple(tables)
    labels = {table.blocks[0]: kind.name for kind, table in tables if table.blocks}
    inside = {block for _, table in tables for block in table.blocks}
    for block, following in zip_longest(blocks, blocks[1:]):
        if block in labels:
            yield Block(block.number, "line", labels[block])
        elif block not in inside and not (block.kind == "heading" and following in labels):
            yield block
