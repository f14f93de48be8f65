"""Tables that are read by the headings of their columns."""

import pytest

from schemas.document import Block
from schemas.extraction import Quote
from scraper.structures.tables import NO_TABLE, Columns, each_once, find_table, without

PLACES = Columns("Places", ("Facility", "City", "State", "Country"))
PEOPLE = Columns("People", ("Name", "Phone"))

HEAD = ("Facility", "City", "State", "Country")
CLINIC = ("Clinic", "Rome", "", "Italy")
HOSPITAL = ("Hospital\nWard 3", "Paris", "", "France")


def page(*rows: tuple[str, ...] | str) -> tuple[Block, ...]:
    return tuple(
        Block(number, "line", row)
        if isinstance(row, str)
        else Block(number, "row", " ".join(" ".join(row).split()), cells=row)
        for number, row in enumerate(rows)
    )


@pytest.mark.parametrize(
    ("cells", "is_head"),
    [
        (HEAD, True),
        (("FACILITY", "city", "State", "Country"), True),
        (("Facility", "City", "Country"), True),
        (("Facility", "City", "State", "Land"), True),  # one was renamed
        (("Facility", "City", "Region", "Land"), False),  # half of them are no table
        (("Facility", "City"), False),
        ((*HEAD, "Zip", "Status", "Phone", "Email"), True),  # half of the cells are known
        ((*HEAD, "Zip", "Status", "Phone", "Email", "Fax"), False),
        (("Facility", "City", "State", "x" * 100), True),
        (("Facility", "City", "State", "x" * 101), False),  # longer than any row of headings
    ],
)
def test_a_row_heads_a_table_with_more_than_half_of_its_headings(cells, is_head):
    (row,) = page(cells)
    assert PLACES.is_head(row) is is_head
    assert not PLACES.is_head(row._replace(kind="line"))


def test_a_table_holds_the_rows_below_its_headings_and_ends_with_the_last_that_fits():
    blocks = page("Title", HEAD, CLINIC, ("Sum", "2"), HOSPITAL, ("Sum", "2"), "Footer", CLINIC)
    table = find_table(blocks, PLACES)
    assert (table.blocks, table.rows, table.foreign) == (blocks[1:5], (blocks[2], blocks[4]), (blocks[3],))
    assert (table.columns, table.unknown) == (("facility", "city", "state", "country"), ())


def test_without_its_headings_there_is_no_table():
    assert find_table(page("Title", CLINIC), PLACES) == NO_TABLE


def test_a_row_of_headings_that_stands_twice_is_one_and_one_further_down_begins_another_table():
    blocks = page(HEAD, HEAD, CLINIC, HEAD, HOSPITAL)
    assert find_table(blocks, PLACES).rows == (blocks[2],)


def test_a_table_ends_before_the_headings_of_another_kind():
    blocks = page(HEAD, CLINIC, ("Name", "Phone"), ("Ada", "555 0100"))
    assert find_table(blocks, PLACES, [PEOPLE]).blocks == blocks[:2]
    assert find_table(blocks, PEOPLE).rows == (blocks[3],)


def test_a_row_that_does_not_fit_is_foreign_and_is_judged_beside_the_first_that_does():
    blocks = page(HEAD, CLINIC, ("Advert", "Rome", "", "Italy"), HOSPITAL)
    seen = []

    def fits(table, row):
        seen.append(table.rows)
        return row.cells[0] != "Advert"

    table = find_table(blocks, PLACES, fits=fits)
    assert (table.rows, table.foreign) == ((blocks[1], blocks[3]), (blocks[2],))
    assert seen == [(), (blocks[1],), (blocks[1],)]


def test_headings_that_nobody_knows_or_that_stand_twice_are_unknown():
    blocks = page(("Facility", "City", "City", "State", "Zip\nCode", ""), ("A", "B", "C", "D", "E", "F"))
    assert find_table(blocks, PLACES).unknown == ("City", "Zip Code")


def test_a_cell_is_quoted_whole_or_line_by_line():
    blocks = page(HEAD, HOSPITAL)
    table = find_table(blocks, PLACES)
    assert table.cell(blocks[1], "facility") == Quote("Hospital Ward 3", 1, 2)
    assert table.lines(blocks[1], "facility") == (Quote("Hospital", 1, 2), Quote("Ward 3", 1, 2))
    assert table.cell(blocks[1], "state") is table.cell(blocks[1], "zip") is None
    assert table.lines(blocks[1], "state") == table.lines(blocks[1], "zip") == ()


def test_quotes_of_the_same_words_are_one():
    quotes = [Quote("A", 0, 1), Quote("B", 1, 2), Quote("A", 2, 3)]
    assert each_once(quotes) == (quotes[0], quotes[1])


def test_a_table_is_one_line_of_its_label_and_takes_the_heading_right_above_it():
    text, above, *rows, below = page("Text", "Places (2)", HEAD, CLINIC, "Below")
    above = above._replace(kind="heading", depth=2)
    blocks = (text, above, *rows, below)
    left = list(without(blocks, [(PLACES, find_table(blocks, PLACES)), (PEOPLE, NO_TABLE)]))
    assert left == [text, Block(2, "line", "Places"), below]
    line_above = (text, above._replace(kind="line"), *rows, below)
    assert len(list(without(line_above, [(PLACES, find_table(line_above, PLACES))]))) == 4
