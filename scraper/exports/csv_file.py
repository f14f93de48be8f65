"""CSV as RFC 4180 has it, one row for each trial or page, for spreadsheets and for programs.

A cell that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers. Lists are one
text, see `joined`; blank cells are values that are not known.
"""

import csv
import re
from datetime import datetime
from typing import Final, TextIO

from scraper.exports.columns import Value, joined
from scraper.exports.export import Export
from scraper.exports.formats import Entry, Level
from scraper.exports.main_table import main_table
from scraper.exports.table import Row


def write(export: Export, stream: TextIO) -> None:
    """Write a row for each entry."""
    table = Rows(stream, export.level, with_contacts=export.with_contacts)
    for row in export.each(table.of):
        table.add(row)


class Rows:
    """A table of trials or pages on a stream, with its header.

    Args:
        stream: where it is written.
        level: whether each row is a trial (a `Consensus`), or a page (a `Record`).
        with_contacts: whether there is a column of contacts.
    """

    def __init__(self, stream: TextIO, level: Level, *, with_contacts: bool) -> None:
        self._table = main_table(level, with_contacts=with_contacts, alone=True)
        self._writer = csv.writer(stream)
        self._writer.writerow(column.name for column in self._table.columns)

    def of(self, entry: Entry) -> Row:
        """What `add` writes of a trial or page."""
        (row,) = self._table.rows(entry)
        return row

    def add(self, row: Row) -> None:
        """Write a row."""
        self._writer.writerow(map(_cell, row))


def disarmed(text: str) -> str:
    """A text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


_FORMULA: Final = re.compile(r"\s*'*\s*[=+\-@\t\r＝＋－＠]")
"""What spreadsheets compute, also behind blanks, and in the letters of East Asia."""

_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*%?")
"""What a spreadsheet takes for a number."""


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return disarmed(value)
    if isinstance(value, tuple):
        return disarmed(joined(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(timespec="seconds").replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
