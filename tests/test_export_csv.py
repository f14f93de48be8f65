"""A CSV is one row for each trial: whole, typed by its columns alone, and no program to a spreadsheet."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from scraper.exports import csv_file
from scraper.exports.csv_file import disarmed
from tests.each import each
from tests.exports import export, record, trial


def rows(*entries, **options):
    stream = io.StringIO(newline="")
    csv_file.write(export(*entries, **options), stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))


def test_each_value_stands_in_a_column_of_its_canonical_name():
    (row,) = rows(
        trial(
            record(
                title="Cells in knees",
                phases=["PHASE1", "PHASE2"],
                enrollment={"count": 50, "type": "ESTIMATED"},
                start_date="2021-08",
                eligibility={
                    "minimum_age": {"value": 18, "unit": "YEARS"},
                    "healthy_volunteers": False,
                    "inclusion": [
                        {"text": "One of", "marker": "1.", "children": [{"text": "pain", "marker": "-"}]},
                        {"text": "adult", "cohort": "Part B"},
                    ],
                },
                interventions=[{"type": "DRUG", "name": "A|B"}, {"type": "OTHER", "name": "rest"}],
                locations=[{"facility": "Clinic", "country": "France"}, {"country": "France"}],
            )
        )
    )
    shown = {name: value for name, value in row.items() if value}
    assert shown == {
        "nct_id": "NCT05160831",
        "title": "Cells in knees",
        "phases": "PHASE1 | PHASE2",
        "enrollment_count": "50",
        "enrollment_type": "ESTIMATED",
        "start_date": "2021-08",
        "start_date_earliest": "2021-08-01",
        "start_date_latest": "2021-08-31",
        "minimum_age_value": "18",
        "minimum_age_unit": "YEARS",
        "healthy_volunteers": "false",
        "inclusion_criteria": "1. One of\n  • pain\n[Part B]\n• adult",
        "interventions": r"DRUG: A\|B | OTHER: rest",
        "countries": "France",
        "locations": "Clinic, France | France",
        "pages": "veeva/study",
    }


def test_a_row_of_a_page_says_where_the_page_is_from():
    (row,) = rows(record(title="Cells in knees"), level="page")
    named = ("nct_id", "page", "site", "layout", "title", "fetched_at", "sha256")
    assert [row[name] for name in named] == [
        *("NCT05160831", "veeva/study", "veeva", "study", "Cells in knees", "2026-11-01T03:00:00Z", "0" * 64)
    ]


@each(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("-5", "-5"),
        ("+0.5", "+0.5"),
        ("-5 °C", "'-5 °C"),
        ("a = b", "a = b"),
        ("'quoted'", "'quoted'"),
    ],
)
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(text, cell):
    assert disarmed(text) == cell


@given(st.text(alphabet="'=-+@\t 5a"))
def test_the_apostrophe_can_be_taken_away_again(text):
    cell = disarmed(text)
    assert cell in {text, f"'{text}"}
    others = {disarmed(other) for other in (text[1:], f"'{text}")} - {disarmed(text)}
    assert cell not in others


@given(st.text())
def test_any_text_is_one_cell_that_a_reader_gets_back(text):
    (row,) = rows(record(summary="before", title=text.encode("utf-8", "ignore").decode()), level="page")
    assert row["summary"] == "before"
    assert not row["title"].startswith(("=", "@", "\t"))


def test_what_no_file_can_hold_is_an_escape():
    (row,) = rows(record(title="a\x00b\x1b[2J\rc\u202e"), level="page")
    assert row["title"] == "a\\x00b\\x1b[2J\nc\u202e"
