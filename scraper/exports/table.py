"""A table of an export: what it is about, its columns, and how its rows are made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from scraper.exports.columns import Column, Value
from scraper.exports.formats import Entry

Row: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    """One table, the same in every format."""

    name: str
    description: str
    columns: tuple[Column, ...]
    items: Callable[[Entry], Iterable[object]]
    """What the rows of one entry are made of."""
    key: tuple[str, ...]
    """The columns that name a row; none where rows have no name."""

    def rows(self, entry: Entry) -> list[Row]:
        """The rows of one trial or page."""
        return [self.row(item) for item in self.items(entry)]

    def row(self, item: object) -> Row:
        """The row of what it is made of."""
        return tuple(column.of(item) for column in self.columns)
