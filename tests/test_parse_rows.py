"""Rows of tables, of elements or of roles: cells, or the layout of a page."""

import pytest

from tests.each import each
from tests.markup import read, shown


@each(
    ("markup", "blocks"),
    [
        ("<tr><th>a<td>b", ["a | b"]),
        ("<thead><tr><th>a<th>b<tbody><tr><td>c<td>d", ["a | b", "c | d"]),
        ("<tr><td>a<td><td> &nbsp;<td>b", ["a |  |  | b"]),
        ("<tr><td colspan=2>a<td>b", ["a | b"]),
        ("<tr><td>a<td>b<br>c<p>d</p>", ["a | b\nc\nd"]),
        ("<tr><td>a", ["a"]),
        ("<tr><td><td>a<br>b<tr><td>c<td>d", ["a", "b", "c | d"]),
        ("<tr><th>a<th>b<tr><td>c<td><tr><td><td>d", ["a | b", "c | ", " | d"]),
        ("<tr><th>a<th>b<tr><td><td>c<br>d", ["a | b", "c", "d"]),
        ("<tr><th>a<th>b<tr><td><td>c<td>", ["a | b", "c"]),
        ("<tr><td><h2>a</h2><td>b", ["h2 a", "b"]),
        ("<tr><td>a<td><ul><li>b</ul>", ["a", "1• b"]),
        ("<tr><td>a<td><table><tr><td>b<td>c</table>d", ["a", "b | c", "d"]),
        ("<tr><td>a<td><table></table>b<tr><td>c<td>d", ["a", "b", "c | d"]),
        ("<tr><td>a<td><img alt=Yes>b", ["[Yes]", "a | b"]),
        ("<tr><td>a<td><img alt=Yes>", ["a", "[Yes]"]),
        ("<tr><td>a<td>b<tr><td><td>c<tr><td>d<td>", ["a | b", " | c", "d | "]),
        ("<tr><td>a<td>b<tr><td>c<tr><td><td>d<td>", ["a | b", "c", "d"]),
        ("<tr><td>a<td>b<tr><td><td>c<br>d", ["a | b", "c", "d"]),
        ("<tr><td>a<td>b<caption>c</caption>", ["a | b", "h0 c"]),
        ("<tr><td>a<td><form>b</form><tr><td>c<td>d", ["a | b", "c | d"]),
    ],
)
def test_rows_keep_their_cells_unless_the_table_is_layout(markup: str, blocks: list[str]):
    assert shown(f"<table>{markup}</table>") == blocks


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<div role=row><div role=rowheader>a</div><div role=cell>b</div></div>c", ["a | b", "c"]),
        ("<div role=row><span role=columnheader>a</span><span role=gridcell>b</span></div>", ["a | b"]),
        ("<div role=row>a<div role=cell>b</div><div role=cell>c</div></div>", ["a", "b", "c"]),
        ("<div role=cell>a</div>", ["a"]),
        ("<table><tr role=row><td role=gridcell>a<td role=gridcell>b</table>", ["a | b"]),
        (
            "<div role=row><div role=cell>a</div><div role=cell><div role=row>b</div></div></div>",
            ["a", "b"],
        ),
    ],
)
def test_rows_may_be_written_with_roles(markup: str, blocks: list[str]):
    assert shown(markup) == blocks


def test_the_text_of_a_row_is_all_its_lines():
    (row,) = read("<table><tr><td>Ages<td>18 Years<br>and older</table>").blocks
    assert row.text == "Ages 18 Years and older"
    assert row.cells == ("Ages", "18 Years\nand older")


def test_a_table_in_an_item_begins_anew():
    assert shown("<ul><li><table><tr><td>a<td>b</table>c</ul>") == ["a | b", "1• c"]
