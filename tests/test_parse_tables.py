"""Rows whose cells hold more than lines: values of a table, or the layout of a page."""

import pytest

from scraper.parse.blocks import parse
from scraper.parse.page import Page
from tests.each import each

NAMES = "<tr><td>Type<td>Measure<td>Description"
PLAIN = "<tr><td>Secondary<td>Pain<td>On a scale"


def cells(markup: str) -> list[tuple[str, ...]]:
    return [block.cells for block in parse(Page(f"<table>{markup}</table>".encode())).blocks if block.kind == "row"]


@each(
    ("cell", "words"),
    [
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<ul><li>a<ul><li>b</ul></ul>", "a\nb"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("• a", "a"),
        ("• a<br>• b", "a\nb"),
        ("– a", "a"),
        ("x<ul><li>a</ul>y", "x\na\ny"),
        ("<h4>a</h4>b", "a\nb"),
        ("<dl><dt>a<dd>b</dl>", "a\nb"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a b\nc d"),
        ("<table><tr><td>a</table>", "a"),
        ("<ul><li>a <img alt=I></ul>", "a"),
    ],
)
@each("place", [0, 1, 2])
def test_the_words_of_a_cell_are_its_text_and_the_table_goes_on(place: int, cell: str, words: str):
    row = ["Primary", "Pain", "On a scale"]
    shown = row.copy()
    row[place], shown[place] = cell, words
    markup = "".join(f"<td>{each}</td>" for each in row)
    assert cells(f"{NAMES}<tr>{markup}</tr>{PLAIN}") == [
        ("Type", "Measure", "Description"),
        tuple(shown),
        ("Secondary", "Pain", "On a scale"),
    ]


def test_a_list_below_one_of_two_names_is_a_value_where_the_names_are_marked():
    table = "<tr><{0}>Lead Sponsor<{0}>Collaborator<tr><td>A<td><ul><li>B<li>C</ul><tr><td>D<td><ul><li>E</ul>"
    assert cells(table.format("th")) == [("Lead Sponsor", "Collaborator"), ("A", "B\nC"), ("D", "E")]
    assert cells(table.format("td")) == [("Lead Sponsor", "Collaborator")]


@pytest.mark.parametrize(
    "layout",
    [
        "<tr><td>menu<td><h1>A</h1><p>x<h2>B</h2><p>y<td>ads",
        "<tr><td>menu<td><h2>A</h2><table><tr><td>a<td>b</table><td>ads",
        "<tr><td>menu<td><table><tr><td>a<td>b</table><table><tr><td>c<td>d</table><td>ads",
        "<tr><td><nav><ul><li>a</ul></nav><td>page<td>ads",
        "<tr><td colspan=3><ul><li>a</ul>",
    ],
)
def test_a_row_that_holds_a_page_is_layout_though_a_row_of_words_stands_above(layout: str):
    rows = cells(f"<tr><td>logo<td>search<td>sign in{layout}")
    assert rows[0] == ("logo", "search", "sign in")
    assert len([row for row in rows if len(row) == 3]) == 1


def test_what_stands_beside_a_label_is_read_as_it_stands():
    markup = "<tr><td>Sex<td>All<tr><td>Eligibility<td>Inclusion:<ul><li>a<ul><li>b</ul></ul>"
    blocks = parse(Page(f"<table>{markup}</table>".encode())).blocks
    assert [(block.kind, block.depth) for block in blocks] == [
        ("row", 0),
        ("line", 0),
        ("line", 0),
        ("item", 1),
        ("item", 2),
    ]


def test_the_first_row_of_a_table_has_no_names_above_it():
    assert cells("<tr><td>a<td>b<td><ul><li>c</ul>") == []
