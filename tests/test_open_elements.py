"""What is known to be closed: pages as sites serve them are read, however much in them is left open by mistake."""

import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.errors import NotATrialPage
from scraper.parse.blocks import parse
from scraper.parse.html.cost.bounds import Unbounded, check, count
from scraper.parse.page import Page

_SCRIPT = "<script>if (a < b) document.write('<p>no</p>')</script>"

SERVED = {
    "an icon of closed paths": "<svg viewBox='0 0 1 1'><path d='M0'/><use href='#a' /></svg>",
    "an icon of unclosed paths": "<svg><g><path d='M0'></svg>",
    "an icon in an icon": "<svg><defs><svg><rect/></svg></defs><circle r=1 /></svg>",
    "an icon that nobody closes": "<svg><path d='M0'/>",
    "a formula": "<math><mi>x</mi><mo>&lt;</mo><mspace/></math>",
    "an unclosed option": "<select><option>A<option>B</select>",
    "unclosed groups of options": "<select><optgroup label=a><option>A<optgroup label=b><option>B</select>",
    "a select that a field ends": "<select><option>A<input name=b>",
    "a template of unclosed items": "<template><li>A<li>B</template>",
    "a template of rows": "<template><tr><td>A<td>B</template>",
    "a template with a break": "<template>A<br>B<img src=a></template>",
    "a table of unclosed texts": "<table><tr><td><p>A</td><td><font size=2>B<tr><td><div><span>C</table>",
}


@pytest.mark.parametrize("markup", SERVED.values(), ids=SERVED)
def test_a_script_behind_what_the_parser_closes_is_a_script(markup: str) -> None:
    document = parse(Page(f"<html><body><h1>A trial</h1>{markup}<p>Before</p>{_SCRIPT}<p>Behind</p>".encode()))

    assert [block.text for block in document.blocks][-2:] == ["Before", "Behind"]


@pytest.mark.parametrize("markup", SERVED.values(), ids=SERVED)
def test_what_the_parser_closes_is_open_no_longer(markup: str) -> None:
    once, often = (count(f"{markup}<p>x</p>".encode() * number, scripting=True) for number in (1, 50))

    assert often.depth <= once.depth + 1
    assert often.repeated <= 1


@pytest.mark.parametrize(
    "markup",
    [
        "<svg><sup>2</sup>x",
        "<svg><foreignObject></svg><div/>",
        "<svg><g><svg/>x</svg><path>",
        "<table><tr><table></table><td><div>",
        "<select><input><optgroup></select>",
        "<select><tr><select><optgroup>",
        "<b><a href=x><template><td></template>",
        "<frameset></template><template>x",
        "<option>x<table><b a=b><th><td></table>x",
    ],
)
def test_what_may_stay_open_is_open(markup: str) -> None:
    content = markup.encode() * 40
    cost = count(content, scripting=True)
    node, depth = LexborHTMLParser(content).root, 0
    while node is not None:
        node, depth = node.last_child, depth + 1

    assert depth <= 3 * cost.depth + cost.repeated + 8


def test_a_table_of_many_rows_is_read_though_a_cell_is_left_open() -> None:
    rows = "".join(f"<tr><td>Hospital {k}</td><td>City {k}</td></tr>\n" for k in range(5_000))

    check(f"<table><tr><td><p>A</td><td><font>B</td></tr>{rows}</table>".encode(), scripting=True)


def test_texts_that_grow_from_piece_to_piece_are_refused() -> None:
    for markup in (b"<p>" + b"words </q a=b>" * 20_000, b"<table><tr>" + b"words <td>y</td>" * 20_000):
        with pytest.raises(Unbounded, match="grows piece by piece"):
            check(markup, scripting=True)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n\n", "\r\n \r\n"])
def test_a_capture_may_have_as_many_lines_whatever_ends_them(end: str) -> None:
    lines = [f"City {k:05}" for k in range(15_000)]

    assert len(parse(Page(end.join(lines).encode())).blocks) == len(lines)
    with pytest.raises(NotATrialPage, match="40,000 lines"):
        parse(Page(end.join(str(k) for k in range(40_000)).encode()))


def test_a_capture_may_have_long_tables_but_not_of_cells_alone() -> None:
    row = "| Hospital | City | | US |\n"

    assert parse(Page(("| Facility | City | State | Country |\n|---|---|---|---|\n" + row * 2_500).encode())).blocks
    with pytest.raises(NotATrialPage, match="100,000 cells of tables"):
        parse(Page(("a|" * 100_000).encode()))


def test_groups_that_give_nothing_back_stand_only_where_all_versions_of_python_read_them():
    """`re` before Python 3.11.5 loses what they hold; scraper.parse.html.cost.tokens takes another library there."""
    found = {
        path.name
        for folder in ("normalizers", "schemas", "scraper")
        for path in Path(__file__).parents[1].joinpath(folder).rglob("*.py")
        if re.search(r"\)(?:[*+?]|\{[\d,]+\})\+|\(\?>", path.read_text(encoding="utf-8"))
    }
    assert found == {"tokens.py"}
