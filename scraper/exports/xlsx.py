"""An XLSX workbook: a sheet for trials and one for each of their larger lists, the header frozen, columns sized.

Texts are written as texts, so that none becomes a formula, a link or a number. Sheets that are full go on in another.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from math import ceil
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scraper.exports.columns import Column, Kind, Value, joined
from scraper.exports.dictionary import DICTIONARY, meanings
from scraper.exports.export import Export
from scraper.exports.table import Row, Table
from scraper.exports.tables import tables

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, the header among them."""
MOST_CHARACTERS: Final = 32_767
"""Characters of a cell; one beyond the basic plane counts twice."""

_SHEETS: Final = {
    "trials": "trials",
    "criteria": "criteria",
    "conflicts": "conflicts",
    "records": "sources",
    "arms": "arms",
    "outcomes": "outcomes",
    "locations": "locations",
    "contacts": "contacts",
    "issues": "issues",
}
"""The sheet of each table, in their order; the main table comes first. Other lists are columns of that."""

_CUT: Final = " [… cut: a cell holds no more]"

_WIDTHS: Final = {
    Kind.TEXT: 24,
    Kind.LIST: 30,
    Kind.INTEGER: 10,
    Kind.BOOLEAN: 10,
    Kind.DATE: 12,
    Kind.DAY: 12,
    Kind.MOMENT: 20,
}
"""In characters, by the type of a column."""
_WIDE: Final = 60
"""Of columns with running text."""
_RUNNING: Final = frozenset(
    {"title", "official_title", "summary", "text", "measure", "description", "meaning", "message"}
    | {"value", "other_value", "differences", "rule", "url", "file"}
)
_SHORT: Final = {"nct_id": 13, "side": 10, "marker": 8, "package_version": 10}
"""Of columns whose texts are always short."""
_WRAPPED: Final = frozenset({"text", "measure", "meaning", "message"})
"""Columns whose texts are shown whole, on as many lines as they take; longer ones would fill a screen with one row."""
_IN_A_LINE: Final = _WIDE - 2
"""Characters of running text in a line of a wide column, which breaks between words."""
_LINE_HEIGHT: Final = 15
"""In points. A spreadsheet sizes rows by itself only while a person types: the file must say how high they are."""
_GREATEST_HEIGHT: Final = 409
"""Of a row, in points."""
_ARROW: Final = 4
"""Characters that the arrow of a filter takes in a header."""

_FIRST_DAY: Final = date(1900, 3, 1)
"""Before it spreadsheets do not agree on days: the first has a 29th of February 1900, and none knows earlier years."""


def write(export: Export, path: Path) -> None:
    """Write the workbook; memory does not grow with the number of trials.

    Args:
        export: what is in it.
        path: of a folder that holds nothing else; what is written meanwhile stands beside it.
    """
    found = {table.name: table for table in tables(export.level, with_contacts=export.with_contacts)}
    main = next(iter(found.values()))
    used = [main, *(found[name] for name in _SHEETS if name in found and name != main.name)]
    with _workbook(path) as workbook:
        styles = _Styles(workbook)
        sheets = [_Sheet(workbook, styles, _title(table, main), table.columns) for table in used]
        for rows in export.each(lambda entry: [table.rows(entry) for table in used]):
            for sheet, several in zip(sheets, rows, strict=True):
                sheet.add(several)
        words = _Sheet(workbook, styles, DICTIONARY.name, DICTIONARY.columns)
        words.add(DICTIONARY.row(one) for table in used for one in meanings(table, _title(table, main)))
        for sheet in (*sheets, words):
            sheet.end()
        cut = [place for sheet in sheets for place in sheet.cut]
    if cut:
        export.tell(
            f"a cell holds {MOST_CHARACTERS:,} characters: longer texts are cut and say so ({len(cut):,}, the first is"
            f" {cut[0]}); csv, jsonl, parquet, sqlite and duckdb hold all of them"
        )


def _title(table: Table, main: Table) -> str:
    return "pages" if table is main and table.name == "records" else _SHEETS[table.name]


@contextmanager
def _workbook(path: Path) -> Iterator[Workbook]:
    options = {"constant_memory": True, "tmpdir": str(path.parent), "use_zip64": True}
    workbook = Workbook(str(path), options)
    try:
        yield workbook
        workbook.close()
    except XlsxWriterException as error:
        raise OSError(str(error)) from error
    finally:
        for sheet in workbook.worksheets():
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()


class _Styles:
    def __init__(self, workbook: Workbook) -> None:
        self.header: Format = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF4"})
        self.plain: Format = workbook.add_format({"valign": "top"})
        self.wrapped: Format = workbook.add_format({"valign": "top", "text_wrap": True})
        self.day: Format = workbook.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
        self.moment: Format = workbook.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm:ss"})


class _Sheet:
    """A table on as many sheets as it takes."""

    def __init__(self, workbook: Workbook, styles: _Styles, title: str, columns: tuple[Column, ...]) -> None:
        self._workbook, self._styles, self._title, self._columns = workbook, styles, title, columns
        self._sheets: list[Worksheet] = []
        self.cut: list[str] = []
        """Cells that do not hold their text, by trial and column."""
        self._begin()

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if self._row == MOST_ROWS:
                self.end()
                self._begin()
            lines = max(map(_lines, self._columns, row))
            if lines > 1:
                self._sheet.set_row(self._row, min(lines * _LINE_HEIGHT, _GREATEST_HEIGHT))
            for place, value in enumerate(row):
                self._put(place, value, row)
            self._row += 1

    def end(self) -> None:
        self._sheet.autofilter(0, 0, max(self._row - 1, 1), len(self._columns) - 1)

    def _begin(self) -> None:
        number = len(self._sheets) + 1
        self._sheet = self._workbook.add_worksheet(self._title if number == 1 else f"{self._title} {number}")
        self._sheets.append(self._sheet)
        self._sheet.freeze_panes(1, 1)
        self._sheet.repeat_rows(0)
        self._sheet.set_landscape()
        for place, column in enumerate(self._columns):
            style = self._styles.wrapped if column.name in _WRAPPED else self._styles.plain
            self._sheet.set_column(place, place, _width(column), style)
            self._sheet.write_string(0, place, column.name, self._styles.header)
        self._row = 1

    def _put(self, place: int, value: Value, row: Row) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, place, value)
        elif isinstance(value, int):
            self._sheet.write_number(self._row, place, value)
        elif isinstance(value, datetime) and value.date() >= _FIRST_DAY:
            moment = value.astimezone(UTC).replace(tzinfo=None)
            self._sheet.write_datetime(self._row, place, moment, self._styles.moment)
        elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
            self._sheet.write_datetime(self._row, place, value, self._styles.day)
        elif value not in (None, (), ""):
            text = joined(value) if isinstance(value, tuple) else str(value)
            if len(text) > MOST_CHARACTERS // 2 and _units(text) > MOST_CHARACTERS:
                self.cut.append(f"{row[0]} {self._columns[place].name}")
                text = _shortened(text)
            self._sheet.write_string(self._row, place, text)


def _width(column: Column) -> int:
    longest = max(map(len, column.words), default=0) if column.kind is Kind.TEXT else 0
    natural = _WIDE if column.name in _RUNNING else _SHORT.get(column.name) or longest or _WIDTHS[column.kind]
    return max(natural, len(column.name) + _ARROW)


def _lines(column: Column, value: Value) -> int:
    """How many lines a cell takes."""
    if column.name not in _WRAPPED or not isinstance(value, str):
        return 1
    return sum(max(ceil(len(line) / _IN_A_LINE), 1) for line in value.split("\n"))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _shortened(text: str) -> str:
    room = MOST_CHARACTERS - len(_CUT)
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore") + _CUT
