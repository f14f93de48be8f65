"""Whatever a page says ends up as text in its own cell: no format breaks, obeys or loses it."""

import csv
import io
import sqlite3
from contextlib import closing

import duckdb
import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from pyarrow import parquet

from scraper.exports import csv_file, duckdb_file, sqlite_file, xlsx
from scraper.exports import parquet as parquet_file
from scraper.exports.columns import plain
from scraper.exports.xlsx import MOST_CHARACTERS
from tests.exports import export, record

TEXTS = (
    '=HYPERLINK("http://evil.example.org","x")',
    "=cmd|' /C calc'!A0",
    "+1 Kontakt",
    "@SUM(1)",
    "-5",
    "007",
    "1E5",
    "2021-08",
    "TRUE",
    "http://example.org/",
    "mailto:nobody",
    "internal:Sheet2!A1",
    "_x0041_",
    "{=1}",
    "null",
    " blanks before and after ",
    "line\nline\r\nline\rline",
    "tab\there",
    'quote " comma , semicolon ;',
    "'); DROP TABLE trials; --",
    "nul \x00 escape \x1b[2J bell \x07 c1 \x9b",
    "half \ud800 of one",
    "no character \ufffe \uffff",
    "\u202egnorw\u202c \u2066x\u2069 \u200b\ufeff",
    "Łódź 東京 😀 \U000e0001",
    "</t></is></c><!-- & -->",
    "x" * MOST_CHARACTERS,
)
ENTRIES = [
    # Not validated, as a record of an older version of the program may be.
    (shown := record(f"NCT{place:08}")).model_copy(update={"trial": shown.trial.model_copy(update={"summary": text})})
    for place, text in enumerate(TEXTS, 1)
]
EXPECTED = [plain(text) for text in TEXTS]


def of_xlsx(path):
    xlsx.write(export(*ENTRIES, level="page"), path)
    head, *rows = openpyxl.load_workbook(path)["pages"].iter_rows()
    place = [cell.value for cell in head].index("summary")
    assert {row[place].data_type for row in rows} == {"s"}
    assert not any(cell.hyperlink for row in rows for cell in row)
    return [unescape(row[place].value) for row in rows]  # openpyxl leaves that to its users


def of_sqlite(path):
    sqlite_file.write(export(*ENTRIES, level="page"), path)
    with closing(sqlite3.connect(path)) as database:
        return [text for (text,) in database.execute("SELECT summary FROM records ORDER BY nct_id")]


def of_duckdb(path):
    duckdb_file.write(export(*ENTRIES, level="page"), path)
    with closing(duckdb.connect(str(path))) as database:
        return [text for (text,) in database.execute("SELECT summary FROM records ORDER BY nct_id").fetchall()]


def of_parquet(path):
    parquet_file.write(export(*ENTRIES, level="page"), path)
    return parquet.read_table(path).column("summary").to_pylist()


def of_flat_parquet(path):
    parquet_file.write_flat(export(*ENTRIES, level="page"), path)
    return parquet.read_table(path).column("summary").to_pylist()


@pytest.mark.parametrize("read", [of_sqlite, of_duckdb, of_parquet, of_flat_parquet, of_xlsx])
def test_each_text_is_read_back_as_it_was_written(read, tmp_path):
    assert read(tmp_path / "file.xlsx") == EXPECTED


def test_a_csv_differs_by_the_apostrophes_that_disarm_formulas():
    stream = io.StringIO(newline="")
    csv_file.write(export(*ENTRIES, level="page"), stream)
    rows = csv.DictReader(io.StringIO(stream.getvalue(), newline=""), strict=True)
    assert [row["summary"] for row in rows] == [f"'{text}" if text[0] in "=+@" else text for text in EXPECTED]


def test_what_no_file_can_hold_is_shown_as_an_escape():
    assert plain("nul \x00 escape \x1b[2J bell \x07 c1 \x9b") == r"nul \x00 escape \x1b[2J bell \x07 c1 \x9b"
    assert plain("half \ud800 of one") == r"half \ud800 of one"
    assert plain("line\r\nline\rline") == "line\nline\nline"
