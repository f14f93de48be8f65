"""Files of exports, opened with what people open them with."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime

import duckdb
import openpyxl
import pytest
from pyarrow import parquet

from schemas.trial import Arm, Contact, Criterion, Enrollment, Intervention, Location, Outcome, SecondaryId
from schemas.values import Age
from scraper.exports import xlsx
from scraper.exports.columns import as_text
from scraper.exports.formats import FORMATS
from scraper.exports.tables import tables
from scraper.exports.views import VIEWS
from tests.each import each
from tests.exports import NUMBER, SEEN, change, export, record, trial

FULL = {
    "title": "=HYPERLINK(1)",
    "status": "RECRUITING",
    "phases": ["PHASE1", "PHASE2"],
    "conditions": ["Knee|Pain", "Gout"],
    "enrollment": {"count": 50, "type": "ESTIMATED"},
    "start_date": "2021-08",
    "eligibility": {
        "healthy_volunteers": True,
        "inclusion": [{"text": "One of", "marker": "1.", "children": [{"text": "insulin", "cohort": "Part B"}]}],
        "exclusion": [{"text": "gout\x00"}],
    },
    "interventions": [{"type": "DRUG", "name": "Aspirin"}],
    "arms": [{"label": "http://arm.example.org", "interventions": ["Aspirin"]}],
    "outcomes": [{"type": "PRIMARY", "measure": "Pain"}],
    "locations": [{"city": "Bonn", "country": "Germany"}, {"city": "Köln", "country": "Germany"}],
    "secondary_ids": [{"id": "2021-000123-45", "kind": "EudraCT", "domain": "EMA"}],
}
OTHER = "NCT00000102"
PAGES = (("ctgov", "study"), ("veeva", "study"))


BOTH = (trial(record(OTHER)), trial(record(**FULL)))


def write(name, path, entries=BOTH, **options):
    """An export in a format; what it told."""
    (form,) = (one for one in FORMATS if one.name == name)
    work = export(*entries, **options)
    form.load()(work, path)
    return work.told


def sheets(path):
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_a_workbook_has_a_sheet_for_each_larger_list(tmp_path):
    assert write("xlsx", tmp_path / "t.xlsx") == []
    found = sheets(tmp_path / "t.xlsx")
    assert [*found] == [
        *("trials", "criteria", "conflicts", "sources", "arms", "outcomes", "locations", "dictionary"),
    ]
    trials = [dict(zip(found["trials"][0], row, strict=True)) for row in found["trials"][1:]]
    assert [row["nct_id"] for row in trials] == [OTHER, NUMBER]
    shown = {name: value for name, value in trials[1].items() if value is not None}
    assert shown["title"] == "=HYPERLINK(1)"
    assert shown["conditions"] == r"Knee\|Pain | Gout"
    assert shown["enrollment_count"] == 50
    assert shown["healthy_volunteers"] is True
    assert shown["start_date"] == "2021-08"
    assert shown["start_date_latest"] == datetime(2021, 8, 31)  # noqa: DTZ001 - as workbooks have it
    assert found["criteria"][2][:5] == (NUMBER, 1, "inclusion", 0, 1)
    assert found["criteria"][3][6] == "gout\\x00"
    assert ("trials", "enrollment_count", "integer", "enrollment.count") in [row[:4] for row in found["dictionary"]]


def test_a_workbook_is_made_to_be_read(tmp_path):
    write("xlsx", tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "b", "d"}  # no formula
        assert not any(cell.hyperlink for cell in cells)
    assert book["trials"].column_dimensions["B"].width >= 60
    assert book["trials"].column_dimensions["A"].width < 15
    assert book["criteria"].print_title_rows == "$1:$1"


def test_criteria_and_meanings_are_shown_whole_and_long_texts_make_no_high_rows(tmp_path):
    write("xlsx", tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    wrapped = {
        (sheet.title, sheet.cell(1, cell.column).value)
        for sheet in book
        for cell in sheet[2]
        if cell.alignment.wrap_text
    }
    assert wrapped == {("criteria", "text"), ("outcomes", "measure"), ("dictionary", "meaning")}


def test_a_row_is_as_high_as_its_criterion_takes_lines(tmp_path):
    texts = ("short", "word " * 50, "word " * 5_000)
    long = record(eligibility={"inclusion": [{"text": text.strip()} for text in texts]}, description=texts[1])
    write("xlsx", tmp_path / "t.xlsx", [trial(long)])
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    one, several, all_of_it = (book["criteria"].row_dimensions[row].height for row in (2, 3, 4))
    assert one is None
    assert 60 <= several <= 90
    assert 400 < all_of_it <= 409  # more is no height of a row
    assert book["trials"].row_dimensions[2].height is None


@each("model", [Age, Arm, Contact, Criterion, Enrollment, Intervention, Location, Outcome, SecondaryId])
def test_a_value_is_the_same_text_whatever_order_a_database_gave_its_names(model):
    in_order = dict.fromkeys(model.model_fields, "x")
    assert as_text([dict(reversed(in_order.items()))]) == json.dumps([in_order])


def test_that_none_is_chosen_is_blank_in_a_conflict():
    ages = {"minimum_age": {"value": 1, "unit": "YEARS"}}, {"maximum_age": {"value": 24, "unit": "WEEKS"}}
    own, copy = (record(NUMBER, *page, eligibility=age) for page, age in zip(PAGES, ages, strict=True))
    (conflicts,) = (table for table in tables("trial", with_contacts=False) if table.name == "conflicts")
    names = [column.name for column in conflicts.columns]
    rows = {row[1]: dict(zip(names, row, strict=True)) for row in conflicts.rows(trial(own, copy))}
    assert rows["eligibility.maximum_age"]["value"] is None
    assert rows["eligibility.maximum_age"]["other_value"] == '{"value": 24, "unit": "WEEKS"}'


def test_a_text_that_no_cell_holds_is_cut_and_told(tmp_path):
    long = record(title="short", summary="😀" * 20_000, description="d" * xlsx.MOST_CHARACTERS)
    told = write("xlsx", tmp_path / "t.xlsx", [trial(long)])
    (row,) = sheets(tmp_path / "t.xlsx")["trials"][1:]
    texts = [value for value in row if isinstance(value, str)]
    assert "d" * xlsx.MOST_CHARACTERS in texts
    (cut,) = [text for text in texts if text.startswith("😀")]
    assert cut.endswith("[… cut: a cell holds no more]")
    assert len(cut.encode("utf-16-le")) // 2 in {xlsx.MOST_CHARACTERS, xlsx.MOST_CHARACTERS - 1}
    assert len(told) == 1
    assert "32,767 characters" in told[0]
    assert f"{NUMBER} summary" in told[0]


def test_a_sheet_that_is_full_goes_on_in_another(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    write("xlsx", tmp_path / "t.xlsx", [trial(record(f"NCT0000000{place}")) for place in range(1, 6)])
    found = sheets(tmp_path / "t.xlsx")
    assert [[row[0] for row in found[name]] for name in ("trials", "trials 2", "trials 3")] == [
        ["nct_id", "NCT00000001", "NCT00000002"],
        ["nct_id", "NCT00000003", "NCT00000004"],
        ["nct_id", "NCT00000005"],
    ]


def test_a_day_before_all_calendars_of_spreadsheets_is_a_text(tmp_path):
    write("xlsx", tmp_path / "t.xlsx", [trial(record(start_date="1899-12"))])
    head, row = sheets(tmp_path / "t.xlsx")["trials"]
    assert dict(zip(head, row, strict=True))["start_date_earliest"] == "1899-12-01"


def test_parquet_is_nested_as_the_schema_is(tmp_path):
    write("parquet", tmp_path / "t.parquet")
    with closing(duckdb.connect()) as database:
        found = database.execute(
            "SELECT * FROM read_parquet(?) WHERE nct_id = ?", [str(tmp_path / "t.parquet"), NUMBER]
        )
        row = dict(zip([name for name, *_ in found.description], found.fetchone(), strict=True))
    assert row["enrollment"] == {"count": 50, "type": "ESTIMATED"}
    assert row["phases"] == ["PHASE1", "PHASE2"]
    assert row["eligibility"]["inclusion"] == [
        {"parent": None, "depth": 0, "text": "One of", "marker": "1.", "cohort": None},
        {"parent": 0, "depth": 1, "text": "insulin", "marker": None, "cohort": "Part B"},
    ]
    assert row["locations"][1]["city"] == "Köln"
    assert row["sources"][0]["fetched_at"].astimezone(UTC) == SEEN
    decisions = {one["field"]: one for one in row["decisions"]}
    assert decisions["enrollment"]["value"] == '{"count": 50, "type": "ESTIMATED"}'
    assert "contacts" not in row


@each("name", ["parquet", "parquet-flat"])
@each("level", ["trial", "page"])
def test_types_do_not_depend_on_the_data(name, level, tmp_path_factory):
    folder = tmp_path_factory.mktemp("types")
    for file, number in (("none", 0), ("bare", 1), ("full", 2)):
        records = [record(OTHER), record(**FULL)][:number]
        entries = records if level == "page" else [trial(one) for one in records]
        write(name, folder / file, entries, level=level)
    schemas = {parquet.read_schema(folder / file).to_string() for file in ("none", "bare", "full")}
    assert len(schemas) == 1


def test_each_column_of_a_parquet_file_says_what_it_means(tmp_path):
    write("parquet-flat", tmp_path / "t.parquet")
    schema = parquet.read_schema(tmp_path / "t.parquet")
    assert schema.field("location_count").metadata == {
        b"description": b"In how many places it runs: as stated, or as many as are listed."
    }
    assert all(field.metadata for field in schema)
    table = parquet.read_table(tmp_path / "t.parquet")
    assert table.column("start_date_latest").to_pylist() == [None, date(2021, 8, 31)]
    assert table.column("conditions").to_pylist() == [[], ["Knee|Pain", "Gout"]]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The SQLite and the DuckDB file of an export, each as what runs a query."""
    changes = [change("status", "COMPLETED", "RECRUITING"), change("contacts[0].phone", "1", "2")]
    found = {}
    for name, connect in (("sqlite", sqlite3.connect), ("duckdb", duckdb.connect)):
        path = tmp_path_factory.mktemp(name) / "file"
        write(name, path, history=lambda: [*changes, change("title", "a", "b", number="NCT1")])
        found[name] = connect(str(path))
    yield found
    for one in found.values():
        one.close()


def test_databases_have_the_tables_that_one_expects(both):
    wanted = {
        *("trials", "conditions", "interventions", "arms", "criteria", "locations", "outcomes", "records", "changes"),
        *("conflicts", "decisions", "secondary_ids", "collaborators", "keywords", "dictionary"),
    }
    names = {row[0] for row in both["sqlite"].execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names == wanted
    assert {row[0] for row in both["duckdb"].execute("SELECT table_name FROM duckdb_tables()").fetchall()} == wanted
    assert both["sqlite"].execute("PRAGMA foreign_key_check").fetchall() == []


def test_databases_answer_the_usual_questions(both):
    for database in both.values():
        for view in VIEWS:
            assert database.execute(view.query).fetchall() or view.name.startswith("conflicts")
        assert database.execute("SELECT * FROM recruiting_by_country").fetchall() == [("Germany", 1)]
        found = database.execute("SELECT nct_id, depth FROM criteria_text WHERE text LIKE '%insulin%'").fetchall()
        assert found == [(NUMBER, 1)]


def test_changes_are_those_of_the_trials_without_their_contacts(both):
    for database in both.values():
        assert database.execute("SELECT nct_id, page, field, old, new FROM changes").fetchall() == [
            (NUMBER, "veeva/study", "status", "COMPLETED", "RECRUITING")
        ]


def test_databases_say_what_their_columns_mean(both):
    query = "SELECT comment FROM duckdb_columns() WHERE table_name = 'locations' AND column_name = 'city'"
    assert both["duckdb"].execute(query).fetchall() == [("The city in the page's spelling.",)]
    query = "SELECT meaning, field FROM dictionary WHERE \"table\" = 'locations' AND \"column\" = 'city'"
    for database in both.values():
        assert database.execute(query).fetchall() == [("The city in the page's spelling.", "locations.city")]


def test_lists_days_and_moments_are_types_where_there_are_such(both):
    query = "SELECT conditions, start_date_latest FROM trials WHERE nct_id = 'NCT05160831'"
    assert both["duckdb"].execute(query).fetchone() == (["Knee|Pain", "Gout"], date(2021, 8, 31))
    assert both["sqlite"].execute(query).fetchone() == (r"Knee\|Pain | Gout", "2021-08-31")
    assert both["sqlite"].execute("SELECT fetched_at FROM records LIMIT 1").fetchone() == ("2026-11-01T03:00:00Z",)


@each("name", [one.name for one in FORMATS if one.place == "file"])
def test_what_cannot_be_expressed_costs_its_trial_alone(name, tmp_path_factory):
    path = tmp_path_factory.mktemp("bad") / "file"
    entries = [trial(record(OTHER)), trial(record(enrollment={"count": 10**400})), trial(record("NCT00000105"))]
    told = write(name, path, entries)
    assert told == [f"{NUMBER} is left out: it has a number of 401 digits"]
    assert path.stat().st_size
