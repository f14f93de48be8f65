"""Markers of criteria: which are markers, and which item a marker belongs to."""

import pytest

from normalizers.criteria.tree import parse_criteria
from normalizers.text import lines
from schemas.document import Block
from tests.criteria_outlines import items, soup, tree


@pytest.mark.parametrize("text", ["-", "1.", "•", "*", "--", "***", "* -", "- 1.", "1. 2.", "(a)", "* *", "③", "."])
def test_a_line_without_words_is_no_criterion(text):
    divided = parse_criteria(lines(f"* Adults\n\n{text}\n\n* Consent\n\nExclusion Criteria:\n\n{text}"))
    assert (tree(divided.other), divided.exclusion) == (["* Adults", "* Consent"], ())
    assert divided.blanks == (text, text)
    assert parse_criteria([Block(0, "heading", text, 2)]).headings == ()


@pytest.mark.parametrize("text", ["≥ 18", "18-75", "癌", "no", "5"])
def test_a_number_or_a_letter_is_a_criterion(text):
    assert items(text) == [text]


@pytest.mark.parametrize(
    ("marker", "text"), [("1.", "foo"), ("-", "foo"), ("•", "foo"), ("a)", "foo"), ("(2)", "foo"), ("③", "foo")]
)
def test_an_item_and_a_line_with_its_marker_are_the_same_criterion(marker, text):
    assert parse_criteria([Block(0, "item", text, 1, marker)]) == parse_criteria([Block(0, "line", f"{marker} {text}")])


def test_a_bullet_that_the_markup_made_gives_way_to_the_words_own_marker():
    blocks = [
        Block(0, "item", "1. foo", 1, "•"),
        Block(1, "item", "- bar", 1, "•"),
        Block(2, "item", "1. baz", 1, "1."),
    ]
    assert tree(parse_criteria(blocks).other) == ["1. foo", "- bar", "1. baz"]


def test_a_number_that_the_markup_made_stays_before_another_marker():
    assert tree(parse_criteria([Block(0, "item", "a) foo", 1, "6.")]).other) == ["6. a) foo"]


@pytest.mark.parametrize("blocks", [lines, soup])
def test_a_number_after_a_bullet_stands_beside_the_bullets(blocks):
    text = "* Age 18-49\n* 1) Antibodies or 2) a diagnosis\n* BMI 20-45"
    assert tree(parse_criteria(blocks(text)).other) == ["* Age 18-49", "1) Antibodies or 2) a diagnosis", "* BMI 20-45"]


@pytest.mark.parametrize("lead", ["Adults with:", "Evaluation"])
def test_numbers_after_bullets_that_begin_a_list_stand_below_the_item_before(lead):
    text = f"* {lead}\n* i. heart disease\n* ii. liver disease\n* Consent"
    assert tree(parse_criteria(lines(text)).other) == [
        f"* {lead}",
        "  i. heart disease",
        "  ii. liver disease",
        "* Consent",
    ]


def test_a_letter_that_a_list_gives_needs_no_letter_before_it():
    assert tree(parse_criteria([Block(0, "item", "foo", 1, "c."), Block(1, "item", "bar", 1, "")]).other) == [
        "c. foo",
        "bar",
    ]


def test_a_letter_before_a_point_is_a_marker_only_in_its_turn():
    assert items("a. foo", "b. bar", "d. baz", "s. aureus infection") == [
        "a. foo",
        "b. bar",
        "d. baz",
        "s. aureus infection",
    ]
    assert parse_criteria(soup("b. bar")).other[0].marker is None
    assert parse_criteria(soup("• b. bar")).other[0].marker == "•"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["•", "Adults", "1.", "Consent"], ["• Adults", "1. Consent"]),
        (["•", "• Adults"], ["• Adults"]),
        (["Adults", "-"], ["Adults"]),
        (["no", "none"], ["no", "none"]),
    ],
)
def test_a_marker_in_a_line_of_its_own_belongs_to_the_words_in_the_next(rows, expected):
    assert items(*rows) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a. Foo\nb. Bar\nd. Baz", ["a. Foo", "b. Bar", "d. Baz"]),
        ("b. Foo\na. Bar", ["b. Foo", "a. Bar"]),
        ("c. Foo\nb. Bar", ["c. Foo", "b. Bar"]),
    ],
)
def test_a_letter_before_a_point_is_a_marker_where_it_is_the_first_or_the_next_of_a_list(text, expected):
    found = parse_criteria(lines(text)).other
    assert tree(found) == expected
    assert [criterion.marker for criterion in found] == {
        "a. Foo": ["a.", "b.", None],
        "b. Foo": [None, "a."],
        "c. Foo": [None, None],
    }[text[:6]]


def test_bullets_that_are_nothing_else_part_a_line():
    assert tree(parse_criteria(lines("• Foo • Bar\n• Baz")).other) == ["• Foo", "• Bar", "• Baz"]
