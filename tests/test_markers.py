"""Markers of list items."""

import pytest

from normalizers.criteria.markers import list_marker, parse_item, parse_marker
from tests.each import each


def item(text):
    found = parse_item(text)
    assert found is not None
    return found


@each(
    ("text", "marker", "words", "readings"),
    [
        ("• foo", "•", "foo", [("•", 0)]),
        ("•foo", "•", "foo", [("•", 0)]),
        ("- foo", "-", "foo", [("-", 0)]),
        ("– foo", "–", "foo", [("-", 0)]),
        ("-Acute leukaemia", "-", "Acute leukaemia", [("-", 0)]),
        ("o foo", "o", "foo", [("o", 0)]),
        ("* foo", "*", "foo", [("*", 0)]),
        ("1. foo", "1.", "foo", [("1.", 1)]),
        ("2.age ≥18", "2.", "age ≥18", [("1.", 2)]),
        ("12) foo", "12)", "foo", [("1)", 12)]),
        ("(3) foo", "(3)", "foo", [("(1)", 3)]),
        ("1.) foo", "1.)", "foo", [("1.)", 1)]),
        ("1、foo", "1、", "foo", [("1、", 1)]),
        ("（2）foo", "（2）", "foo", [("（1）", 2)]),
        ("a) foo", "a)", "foo", [("a)", 1)]),
        ("c).Meets", "c).", "Meets", [("a).", 3)]),
        ("b. foo", "b.", "foo", [("a.", 2)]),
        ("B. Foo", "B.", "Foo", [("A.", 2)]),
        ("i) foo", "i)", "foo", [("i)", 1), ("a)", 9)]),
        ("iv. foo", "iv.", "foo", [("i.", 4)]),
        ("(V) foo", "(V)", "foo", [("(I)", 5), ("(A)", 22)]),
        ("③ foo", "③", "foo", [("①", 3)]),
        ("⑵foo", "⑵", "foo", [("⑴", 2)]),
    ],
)
def test_a_marker_is_told_from_the_words_after_it(text, marker, words, readings):
    found = item(text)
    assert (found.marker.text, found.words) == (marker, words)
    assert [tuple(reading) for reading in found.marker.interpretations] == readings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "foo",
        "-",
        "•",
        "③",
        "1.",
        "1.5 mg",
        "10.2 foo",
        "-5 °C",
        "e.g. foo",
        "E. coli",
        "i.v. drugs",
        "A. baumannii",
        "Ⅲ foo",
        "(HIV) foo",
        "2019. foo",
        "vvv) foo",
        "≥ 18",
    ],
)
def test_words_open_with_no_marker(text):
    assert parse_item(text) is None


@pytest.mark.parametrize(("text", "weak"), [("c. foo", True), ("I. Foo", True), ("ii. foo", False), ("c) foo", False)])
def test_a_letter_before_a_point_is_a_weak_marker(text, weak):
    assert item(text).marker.is_weak is weak


@pytest.mark.parametrize(("text", "known"), [("•", True), ("12)", True), ("foo", False), ("1. a)", False)])
def test_a_marker_by_itself_is_recognised(text, known):
    assert (parse_marker(text) is not None) is known


def test_a_sign_that_nobody_knows_is_a_bullet_where_a_list_gives_it():
    assert list_marker("§").interpretations == (("§", 0),)
