"""Tables fit every terminal, and no word of them is cut."""

import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from scraper.console import printing as terminal
from scraper.console import tables as tabular
from scraper.console.tables import Table, pairs, say, side_by_side, wrapped

WORD = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Po"]), min_size=1, max_size=12)
TEXT = st.lists(WORD, max_size=6).map(" ".join)
ROWS = st.lists(st.tuples(WORD, st.integers(0, 10**6).map(str), TEXT), min_size=1, max_size=3)


class Screen(io.StringIO):
    """A standard output of some columns, or none."""

    encoding = "utf-8"

    def __init__(self, columns):
        super().__init__()
        self.columns = columns

    def isatty(self):
        return self.columns is not None


def shown(columns, show, *arguments, **options):
    screen = Screen(columns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", screen)
        for module in (tabular, terminal):
            patch.setattr(module, "columns", lambda stream: stream.columns)
        show(*arguments, **options)
    return screen.getvalue().splitlines()


def show_table(rows):
    table = Table("name", "figure", "text", words={"name", "text"})
    for row in rows:
        table.add(*row)
    table.show()


@given(ROWS, st.integers(4, 100))
def test_no_line_of_a_table_is_wider_than_the_terminal_and_no_letter_is_lost(rows, columns):
    lines = shown(columns, show_table, rows)
    assert max(map(cell_len, lines)) <= columns
    whole = Counter("".join(shown(None, show_table, rows)).replace(" ", ""))
    assert whole - Counter("".join(lines)) <= Counter("text")  # the heading of a column that is blank


@given(ROWS)
def test_a_file_has_one_line_for_each_row(rows):
    assert len(shown(None, show_table, rows)) == 1 + len(rows)


@given(TEXT, st.integers(2, 60))
def test_wrapped_lines_give_the_text_again(text, width):
    lines = list(wrapped(text, width))
    assert max(map(cell_len, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_cells_are_wrapped_where_that_is_enough():
    assert shown(40, show_table, [("one", "5", "words " * 6 + "end")]) == [
        "name  figure  text",
        "one        5  words words words words",
        "              words words end",
    ]


def test_fields_become_rows_where_it_is_not():
    assert shown(24, show_table, [("one", "5", "words"), ("two", "", "more words than fit in here")]) == [
        "name",
        "  one",
        "figure",
        "  5",
        "text",
        "  words",
        "",
        "name",
        "  two",
        "text",
        "  more words than fit in",
        "  here",
    ]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("short", ["+-------+", "| text  |", "+-------+", "| short |", "+-------+"]),
        ("long " * 60, ["text  " + "long " * 60]),
    ],
)
def test_in_a_file_lines_stand_around_cells_only_where_they_fit_a_screen(monkeypatch, words, lines):
    def show_framed():
        monkeypatch.setattr(Screen, "encoding", "ascii")
        table = Table("text", words={"text"}, framed=True)
        table.add(words.strip())
        table.show()

    assert shown(None, show_framed) == [line.rstrip() for line in lines]


def test_columns_that_do_not_fit_beside_each_other_stand_in_a_table_below():
    lines = shown(30, side_by_side, "field", ["a", "b"], [("first/one", ["1", "2"]), ("second/one", ["3", "4"])])
    assert [line for line in lines if "field" in line] == ["┃ field ┃ first/one ┃", "┃ field ┃ second/one ┃"]
    assert "│ b     │ 4          │" in lines


def test_a_name_that_is_too_long_stands_above_its_value():
    lines = shown(None, pairs, [("a", "1"), ("b" * 50, "2")])
    assert lines == ["  a  1", f"  {'b' * 50}", "    2"]


def test_a_sentence_is_parted_between_words_and_keeps_its_indent():
    assert shown(12, say, "one two three", indent=2) == ["  one two", "  three"]


@pytest.mark.parametrize("show", [lambda text: Table("h").add(text), say, lambda text: pairs([(text, text)])])
def test_nothing_is_markup_and_nothing_is_obeyed(show):
    table = Table("title")
    table.add("[/b] [sic] :smile: \x1b[2J\n")
    assert shown(None, table.show)[1] == r"[/b] [sic] :smile: \x1b[2J\n"
    assert "\x1b" not in "".join(shown(80, show, "[/b]\x1b[2J"))


def test_where_lines_cannot_be_drawn_they_are_typed():
    screen = Screen(80)
    screen.encoding = "ascii"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", screen)
        patch.setattr(tabular, "columns", lambda stream: stream.columns)
        side_by_side("field", ["é"], [("one", ["–"])])
    assert screen.getvalue().splitlines() == [
        "+--------+--------+",
        "| field  | one    |",
        "+--------+--------+",
        r"| \u00e9 | \u2013 |",
        "+--------+--------+",
    ]
