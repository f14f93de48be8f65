from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.dates import partial_date
from tests.registry import found

NAMES = (
    ("January", "Jan", "Jan."),
    ("February", "Feb", "Feb."),
    ("March", "Mar", "Mar."),
    ("April", "Apr", "Apr."),
    ("May", "May", "May"),
    ("June", "Jun", "Jun."),
    ("July", "Jul", "Jul."),
    ("August", "Aug", "Aug."),
    ("September", "Sept.", "Sep"),
    ("October", "Oct", "Oct."),
    ("November", "Nov", "Nov."),
    ("December", "Dec", "Dec."),
)
DATES = [
    {"date": date} for date in ("1999-12-31", "2004-02-29", "2010-01", "2021-08-01", "2021-09", "2024-05-10", "2030-06")
]
REGISTRY_DATES = sorted(
    {
        struct["date"]
        for structs in (
            DATES,
            *(
                found("statusModule", name)
                for name in (
                    "startDateStruct",
                    "primaryCompletionDateStruct",
                    "completionDateStruct",
                    "studyFirstPostDateStruct",
                    "lastUpdatePostDateStruct",
                )
            ),
        )
        for struct in structs
    }
)


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("August 1, 2021", "2021-08-01"),
        ("December 31, 2023", "2023-12-31"),
        ("21 July 2025", "2025-07-21"),
        ("1 May 2020", "2020-05-01"),
        ("Sept. 3, 2020", "2020-09-03"),
        ("Sep 3, 2020", "2020-09-03"),
        ("August 1 2021", "2021-08-01"),
        ("  august\u00a01,\n2021 ", "2021-08-01"),
        ("February 29, 2024", "2024-02-29"),
        ("2021-08-01", "2021-08-01"),
    ],
)
def test_a_day_is_read_in_every_spelling(words, date):
    assert partial_date(words) == date


@pytest.mark.parametrize(
    ("words", "date"),
    [("January 2010", "2010-01"), ("Aug 2021", "2021-08"), ("June, 2019", "2019-06"), ("2021-08", "2021-08")],
)
def test_a_month_without_a_day_keeps_its_precision(words, date):
    assert partial_date(words) == date


def test_a_year_alone_keeps_its_precision():
    assert partial_date("2021") == "2021"


@pytest.mark.parametrize("number", range(12))
def test_every_month_is_known_by_its_name_and_its_short_forms(number):
    iso = f"2021-{number + 1:02}"
    assert [partial_date(f"{name} 2021") for name in NAMES[number]] == [iso, iso, iso]


@pytest.mark.parametrize(
    "words",
    [
        "February 30, 2021",
        "February 29, 2023",
        "31 June 2021",
        "June 0, 2021",
        "2021-13",
        "2021-00",
        "2021-02-30",
    ],
)
def test_a_day_that_does_not_exist_is_not_understood(words):
    assert partial_date(words) is None


@pytest.mark.parametrize("words", ["03/04/2021", "3.4.2021", "03-04-2021", "2021/08/01", "8/2021", "08-2021"])
def test_numbers_that_can_be_read_in_two_ways_are_not_understood(words):
    assert partial_date(words) is None


@pytest.mark.parametrize("words", ["August 1, 0221", "1821", "June 2209", "0000-01"])
def test_a_year_no_trial_can_have_is_not_understood(words):
    assert partial_date(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "",
        "N/A",
        "soon",
        "Summer 2021",
        "August",
        "August 1",
        "August 1, 2021 or later",
        "about June 2019",
        "1 August 2, 2021",
        "August 121, 2021",
        "August 1, 2021 (Actual)",
        "June-2019",
        "٢٠٢١",
    ],
)
def test_other_words_are_not_understood(words):
    assert partial_date(words) is None


def test_the_registrys_dates_come_back_from_the_aggregators_words():
    for known in REGISTRY_DATES:
        year, month, *day = known.split("-")
        name = NAMES[int(month) - 1][0]
        assert partial_date(f"{name} {int(day[0])}, {year}" if day else f"{name} {year}") == known


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from((0, 1, 2)))
def test_a_day_reads_the_same_in_every_order(day, spelling):
    name = NAMES[day.month - 1][spelling]
    iso = day.isoformat()
    assert partial_date(f"{name} {day.day}, {day.year}") == iso
    assert partial_date(f"{day.day} {name} {day.year}") == iso
    assert partial_date(iso) == iso


@given(st.text())
def test_any_text_is_a_date_or_none(words):
    read = partial_date(words)
    assert read is None or read[:4] in words
