"""Which criteria stand below which, and which lines go on with one."""

from normalizers.criteria.tree import MAX_DEPTH, parse_criteria
from normalizers.text import lines
from schemas.document import Block
from tests.criteria_outlines import items, read, tree
from tests.each import each


def test_lines_that_a_width_broke_are_joined_before_anything_else_is_decided():
    text = (
        "        Exclusion Criteria:\n\n        An individual who meets any of the following criteria will be excluded "
        "from participation\n        in this study:\n\n          1. Evidence of injury\n\n          2. Known disease\n"
    )
    assert read(text) == {
        "exclusion": [
            "An individual who meets any of the following criteria will be excluded from participation in this study:",
            "  1. Evidence of injury",
            "  2. Known disease",
        ]
    }


def test_a_hard_line_break_continues_the_item():
    blocks = [Block(0, "item", "Age 18 or", 1, "•"), Block(1, "line", "older", 1), Block(2, "item", "AML", 1, "•")]
    assert tree(parse_criteria(blocks).other) == ["• Age 18 or older", "• AML"]


def test_words_after_an_inline_list_continue_its_last_item():
    blocks = [Block(0, "item", "Any of: a) foo; b) bar", 1, "•"), Block(1, "line", "and more", 1)]
    assert tree(parse_criteria(blocks).other) == ["• Any of:", "  a) foo;", "  b) bar and more"]


def test_a_paragraph_after_the_children_of_an_item_stands_after_them():
    text = "3. Failed:\n\n   For ATLL, drugs\n   * CR\n   * CRi\n\n   For ALL, one of:\n   * HSCT\n\n   Note\n4. b"
    assert read(text) == {
        "other": [
            "3. Failed: For ATLL, drugs",
            "  * CR",
            "  * CRi",
            "  For ALL, one of:",
            "    * HSCT",
            "  Note",
            "4. b",
        ]
    }


def test_a_continuation_without_its_item_is_a_criterion():
    assert tree(parse_criteria([Block(0, "line", "of the knee", 2), Block(1, "item", "AML", 1, "•")]).other) == [
        "of the knee",
        "• AML",
    ]


@each(
    ("rows", "expected"),
    [
        (["1. a", "a) b", "b) c", "2. d"], ["1. a", "  a) b", "  b) c", "2. d"]),
        (
            ["1. a", "a) b", "i. c", "ii. d", "b) e", "2. f"],
            ["1. a", "  a) b", "    i. c", "    ii. d", "  b) e", "2. f"],
        ),
        (["• a", "- b", "- c", "• d"], ["• a", "  - b", "  - c", "• d"]),
        (["• a:", "◦ b", "◦ c"], ["• a:", "  ◦ b", "  ◦ c"]),
        (["• a", "- b", "- c"], ["• a", "- b", "- c"]),
        (["• a", "1. b", "2. c", "• d"], ["• a", "  1. b", "  2. c", "• d"]),
        (["1. a", "• b", "• c", "2. d"], ["1. a", "  • b", "  • c", "2. d"]),
        (["1. a", "• b", "• c"], ["1. a", "• b", "• c"]),
        (["1. a", "• b", "c", "2. d"], ["1. a", "• b", "c", "2. d"]),
        (["• a of:", "• b", "• c"], ["• a of:", "• b", "• c"]),
        (["1. a", "2. b:", "1. c", "2. d", "3. e"], ["1. a", "2. b:", "  1. c", "  2. d", "  3. e"]),
        (["1. a", "2. b", "1. c", "2. d"], ["1. a", "2. b", "1. c", "2. d"]),
        (["1. a", "2. b", "4. c"], ["1. a", "2. b", "4. c"]),
        (["h) a", "i) b", "j) c"], ["h) a", "i) b", "j) c"]),
        (["a) a", "i) b", "ii) c", "b) d"], ["a) a", "  i) b", "  ii) c", "b) d"]),
        (["a of:", "1. b", "c of:", "1. d", "2. e"], ["a of:", "  1. b", "c of:", "  1. d", "  2. e"]),
        (["1. a", "b of:", "• c", "2. d"], ["1. a", "  b of:", "    • c", "2. d"]),
        (["1. a", "b of:", "• c", "3. d"], ["1. a", "b of:", "  • c", "  3. d"]),
        (["1. a", "b of:", "• c", "Exclusion:", "2. d"], ["1. a", "b of:", "  • c"]),
        (["• a", "b of:", "• c", "• d"], ["• a", "b of:", "  • c", "  • d"]),
    ],
)
def test_lines_without_markup_nest_by_their_markers_where_these_leave_no_doubt(rows, expected):
    assert items(*rows) == expected


def test_markup_that_nests_a_list_is_believed():
    blocks = [
        Block(0, "item", "a", 1, "1."),
        Block(1, "item", "b", 2, "1."),
        Block(2, "item", "c", 1, "2."),
        Block(3, "item", "d", 3, "•"),
        Block(4, "item", "e", 2, "◦"),
        Block(5, "item", "f", 1, "▪"),
    ]
    assert tree(parse_criteria(blocks).other) == ["1. a", "  1. b", "2. c", "  • d", "  ◦ e", "▪ f"]


def test_a_number_may_go_on_deeper_than_its_list():
    blocks = [Block(0, "item", "a", 1, "1."), Block(1, "item", "b", 2, "2."), Block(2, "item", "c", 2, "3.")]
    assert tree(parse_criteria(blocks).other) == ["1. a", "2. b", "3. c"]


def test_what_nests_too_deep_follows_on_the_last_level():
    divided = parse_criteria(lines("\n".join("  " * depth + f"* item {depth}" for depth in range(40))))
    shown = tree(divided.other)
    assert max(len(line) - len(line.lstrip()) for line in shown) == 2 * (MAX_DEPTH - 1)
    assert [line.split()[-1] for line in shown] == [str(depth) for depth in range(40)]


def test_a_line_goes_on_with_the_last_of_what_stands_below_an_item():
    text = "- Any of:\n  - foo\n  - bar\n  - baz\n    and qux"
    assert tree(parse_criteria(lines(text)).other) == ["- Any of:", "  - foo", "  - bar", "  - baz and qux"]
    joined = [Block(0, "item", "Any of: a) foo; b) bar; c) baz", 1, "-"), Block(1, "line", "and qux", 1)]
    assert tree(parse_criteria(joined).other) == ["- Any of:", "  a) foo;", "  b) bar;", "  c) baz and qux"]
