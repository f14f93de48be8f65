"""Words of a page that may be a person's, and that no rule replaces, are told."""

import pytest

from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.snapshots.suspects import suspects

NOTHING = {"trial": {"contacts": []}}


def told(text, outcome=NOTHING):
    return suspects(outcome, parse(Page(text.encode())))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Please ask Dr. Doetown at the ward.", "Dr. Doetown"),
        ("It was led by Prof. Doetown.", "Prof. Doetown"),
        ("Principal Investigator: Mary Doetown. All may join.", "Mary Doetown"),
        ("Investigator: 张伟", "张伟"),
        ("Write to m.doetown [at] hospital.org today.", "m.doetown [at] hospital"),
        ("Call 030/4505123, please.", "030/4505123"),
    ],
)
def test_what_may_be_a_person_s_is_told_as_it_stands(text, words):
    assert told(text) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "Contact: Clinical Trials Office",
        "Dr. Example leads it.",
        "Investigator: assessed response",
        "Hodgkin lymphoma, Parkinson disease, Johnson & Johnson",
        "From 01/2020 to 2021-03-04, 10/2000 mg",
    ],
)
def test_offices_drugs_dates_and_what_is_made_up_are_not_told(text):
    assert told(text) == []


def test_a_contact_that_was_not_replaced_is_told_whatever_it_reads_like():
    assert told("x", {"trial": {"contacts": [{"name": "Mary Doetown Mail call"}, {"name": "Ana Example"}]}}) == [
        "Mary Doetown Mail call"
    ]


def test_an_error_has_no_contacts():
    assert told("A search page.", {"error": "NotATrialPage"}) == []
