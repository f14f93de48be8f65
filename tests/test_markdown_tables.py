"""Markdown tables in text captures: rows in one line, cells on lines of their own, and bars that are none of it."""

import pytest

from normalizers.markdown_tables import with_rows
from normalizers.text import lines
from scraper.parse.blocks import parse
from scraper.parse.page import Page


def read(text: str) -> list[tuple[str, ...]]:
    """The cells of each row; of other blocks the words as one cell."""
    return [block.cells or (block.words,) for block in with_rows(lines(text))]


NUMBER_AND_BLANK = [("NCT number", "NCT06393192"), ("Secondary ID", ""), ("Status", "Completed")]


@pytest.mark.parametrize(
    "text",
    [
        "| NCT number | NCT06393192 |\n| Secondary ID | |\n| Status | Completed |",
        "|  |  |\n| --- | --- |\n| NCT number | NCT06393192 |\n| Secondary ID | |\n| Status | Completed |",
        "|NCT number|NCT06393192|\n|:--|--:|\n|Secondary ID||\n|Status|Completed|",
        "| NCT number | NCT06393192 | | Secondary ID | | | Status | Completed |",
        "| NCT number | NCT06393192 | | --- | --- | | Secondary ID | | | Status | Completed |",
        "NCT number | NCT06393192\n---|---\nSecondary ID |\nStatus | Completed",
        "NCT number |\nNCT06393192 |\n--- |\n--- |\nSecondary ID |\n|\nStatus |\nCompleted |",
        "NCT number |\n\nNCT06393192\n\n|\n--- |\n--- |\nSecondary ID |\n|\nStatus |\nCompleted\n|",
    ],
)
def test_a_table_reads_alike_in_every_form(text):
    assert read(text) == NUMBER_AND_BLANK


def test_cells_on_lines_of_their_own_are_lines_where_nothing_tells_the_rows():
    assert read("NCT number |\nNCT06393192 |\nSecondary ID |\n|\nStudy type |\nObservational\n|") == [
        ("NCT number",),
        ("NCT06393192",),
        ("Secondary ID",),
        ("Study type",),
        ("Observational",),
    ]


def test_a_list_in_a_cell_keeps_its_items():
    text = "Age group |\n18 Years |\nEligibility |\nInclusion Criteria:\n- Adults\n- Consent |\nGender |\nAll |"
    (*_, adults, consent, _, _) = with_rows(lines(text))
    assert [(block.kind, block.text) for block in (adults, consent)] == [("item", "Adults"), ("item", "Consent")]


def test_a_row_with_blank_cells_is_not_parted():
    assert read("| Primary | Pain | | 1 year | No |") == [("Primary", "Pain", "", "1 year", "No")]


def test_breaks_part_the_lines_of_a_cell():
    assert read("| Eligibility | Inclusion Criteria:<br>- Adults<br/>- Consent |") == [
        ("Eligibility", "Inclusion Criteria:\n- Adults\n- Consent")
    ]


def test_the_last_cell_may_be_blank_without_a_bar_in_front():
    text = "Country | City | State\n---|---|---\nFrance | Nice |\nUS | Rochester | MN"
    assert read(text) == [("Country", "City", "State"), ("France", "Nice", ""), ("US", "Rochester", "MN")]


def test_a_cell_may_hold_an_escaped_bar():
    assert read("| Name | A \\| B |") == [("Name", "A \\| B")]


@pytest.mark.parametrize(
    "text", ["Phase 1|Phase 2", "Home | About | Contact", "The mean |x| of it", "One line ends here |", "|", "- a | b"]
)
def test_bars_in_other_lines_stay_as_they_are(text):
    assert with_rows(lines(text)) == lines(text)


def test_numbers_of_blocks_are_places_on_the_page():
    blocks = parse(Page(b"Above\n| A | B |\n| --- | --- |\n| C | D |\n\nBelow")).blocks
    assert [(block.number, block.kind, block.text) for block in blocks] == [
        (0, "line", "Above"),
        (1, "row", "A B"),
        (2, "row", "C D"),
        (3, "line", "Below"),
    ]


def test_breaks_part_the_lines_of_cells_on_lines_of_their_own():
    text = "Facility|\nCity|\n---|\n---|\nClinic<br>Ward 3|\nRome|"
    assert [block.cells for block in with_rows(lines(text))] == [("Facility", "City"), ("Clinic\nWard 3", "Rome")]
