"""Markers of list items, and lists that are written in one paragraph."""

import pytest
from hypothesis import given as hypothetically
from hypothesis import strategies as st

from normalizers.inline_lists import split_dashed, split_lead, split_numbered
from normalizers.markers import given, lone, read


def item(text):
    found = read(text)
    assert found is not None
    return found


def parts(items):
    return [(each.marker.text, each.words) for each in items]


@pytest.mark.parametrize(
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
    assert [tuple(reading) for reading in found.marker.readings] == readings


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
    assert read(text) is None


@pytest.mark.parametrize(("text", "weak"), [("c. foo", True), ("I. Foo", True), ("ii. foo", False), ("c) foo", False)])
def test_a_letter_before_a_point_is_a_weak_marker(text, weak):
    assert item(text).marker.is_weak is weak


@pytest.mark.parametrize(("text", "known"), [("•", True), ("12)", True), ("foo", False), ("1. a)", False)])
def test_a_marker_by_itself_is_recognised(text, known):
    assert (lone(text) is not None) is known


def test_a_sign_that_nobody_knows_is_a_bullet_where_a_list_gives_it():
    assert given("§").readings == (("§", 0),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. foo 2. bar 3. baz", [("1.", "foo"), ("2.", "bar"), ("3.", "baz")]),
        ("1. foo; 2.Bar; 3.Baz", [("1.", "foo;"), ("2.", "Bar;"), ("3.", "Baz")]),
        ("(1) foo and (2) bar (grade 2)", [("(1)", "foo and"), ("(2)", "bar (grade 2)")]),
        ("1) foo 2) 18 years", [("1)", "foo"), ("2)", "18 years")]),
        ("a) foo; or b) bar", [("a)", "foo; or"), ("b)", "bar")]),
        ("a. foo b. bar", [("a.", "foo"), ("b.", "bar")]),
        ("A. Foo; B. Bar", [("A.", "Foo;"), ("B.", "Bar")]),
        ("i. foo ii. bar iii. baz", [("i.", "foo"), ("ii.", "bar"), ("iii.", "baz")]),
        ("I. Foo. II. Bar", [("I.", "Foo."), ("II.", "Bar")]),
        ("①foo②bar", [("①", "foo"), ("②", "bar")]),
        ("• foo • bar - baz", [("•", "foo"), ("•", "bar - baz")]),
        ("1. foo of type 2. bar 3. baz", [("1.", "foo of type"), ("2.", "bar"), ("3.", "baz")]),
        ("1. Male 2. 18-75 years 3. BMI", [("1.", "Male"), ("2.", "18-75 years"), ("3.", "BMI")]),
        ("1. ECOG 0 to 2. 2. Age 3. BMI", [("1.", "ECOG 0 to 2."), ("2.", "Age"), ("3.", "BMI")]),
        ("1. (hydroxyurea may be used; 2. bar", [("1.", "(hydroxyurea may be used;"), ("2.", "bar")]),
    ],
)
def test_a_whole_list_in_one_paragraph_is_cut_into_its_items(text, expected):
    assert parts(pieces(item(text))) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1. foo",
        "1. foo 3. bar",
        "1. foo 2. bar 4. baz",
        "2. foo 3. bar",
        "1. dose of 2. 5 mg",
        "1. platelets 2.5 times",
        "1. ECOG status 0 or 2. Patients",
        "1. grades 1, 2. Patients",
        "1. creatinine ≤ 2. Patients",
        "1. foo (grade 1 or 2) bar",
        "1) foo (grade 1 or 2) bar",
        "A. Foo hepatitis B. Bar",
        "a. foo vitamin b.Bar",
        "1. foo 2. bar 2. baz",
        "1. foo 2.",
        "1. foo type 2. bar type 2. baz",
        "1. foo-2. bar",
        "* foo * bar",
        "- foo - bar",
        "A. Foo; B. foo",
    ],
)
def test_what_may_be_no_list_stays_one_item(text):
    first = item(text)
    assert pieces(first) == [first]


def test_numbers_at_the_end_that_may_belong_to_the_words_stay_with_them():
    assert parts(pieces(item("1. foo 2. bar 3. dose 4. 5 mg"))) == [
        ("1.", "foo"),
        ("2.", "bar"),
        ("3.", "dose 4. 5 mg"),
    ]


def test_a_series_of_letters_ends_with_the_alphabet():
    text = " ".join(f"{letter}) foo" for letter in "abcdefghijklmnopqrstuvwxyz")
    assert [marker for marker, _ in parts(pieces(item(text)))] == [
        f"{letter})" for letter in "abcdefghijklmnopqrstuvwxyz"
    ]


def test_a_series_of_signs_ends_with_its_last():
    text = " ".join(f"{sign} foo" for sign in "❶❷❸❹❺❻❼❽❾❿")
    assert len(pieces(item(text))) == 10


def test_roman_numbers_are_known_up_to_twenty():
    text = "i) a ii) b iii) c iv) d v) e vi) f vii) g viii) h ix) i x) j xi) k xii) l xiii) m xiv) n xv) o xvi) p"
    assert len(pieces(item(text))) == 16
    assert len(pieces(item(text + " xvii) q xviii) r xix) s xx) t"))) == 20


def test_a_text_longer_than_any_in_the_registry_is_not_searched():
    first = item("1. foo " + "bar " * 6000 + "2. baz")
    assert pieces(first) == [first]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Age 18 - Able to consent - ≥ 2 lesions", [("-", "Age 18"), ("-", "Able to consent"), ("-", "≥ 2 lesions")]),
        ("- age 18 - able to consent", [("-", "age 18"), ("-", "able to consent")]),
        ("* Age 18 * Able to consent", [("*", "Age 18"), ("*", "Able to consent")]),
        ("- Aged 18 - 75", [("-", "Aged 18 - 75")]),
        ("- Stage III - IV - Consent", [("-", "Stage III - IV - Consent")]),
        ("- Consent - please note the leaflet - Age", [("-", "Consent - please note the leaflet - Age")]),
        ("- From Jan 2020 - Mar 2021", [("-", "From Jan 2020 - Mar 2021")]),
        ("- Biopsy - archived or fresh - Age", [("-", "Biopsy - archived or fresh - Age")]),
        ("- Age 18", [("-", "Age 18")]),
    ],
)
def test_a_paragraph_is_cut_at_dashes_only_where_all_its_parts_look_like_items(text, expected):
    assert parts(dashed(item(text))) == expected


@pytest.mark.parametrize(
    ("text", "lead", "expected"),
    [
        ("any of: a) this; b) that", "any of:", [("a)", "this;"), ("b)", "that")]),
        (
            "by the criteria: a). One; b). Two; c).Three",
            "by the criteria:",
            [("a).", "One;"), ("b).", "Two;"), ("c).", "Three")],
        ),
        ("organs: • heart • liver", "organs:", [("•", "heart"), ("•", "liver")]),
        ("ratio 1: 1.5; one of：①foo②bar", "ratio 1: 1.5; one of：", [("①", "foo"), ("②", "bar")]),
    ],
)
def test_a_list_after_a_colon_is_told_from_the_words_before_it(text, lead, expected):
    found = after_lead(text)
    assert found is not None
    assert (found[0], parts(found[1])) == (lead, expected)


@pytest.mark.parametrize(
    "text",
    [
        "foo",
        "any of: this; that",
        "any of: a) this",
        "either a) this or b) that",
        "doses: - 5 mg - 10 mg",
        "ratio: 1.5 : 2.5",
    ],
)
def test_no_list_is_seen_where_no_colon_and_whole_list_is(text):
    assert after_lead(text) is None


@hypothetically(st.lists(st.text("xyz", min_size=1), min_size=2, max_size=9))
def test_any_numbered_words_are_read_back_from_one_paragraph(words):
    text = " ".join(f"({number}) {word}" for number, word in enumerate(words, 1))
    assert parts(pieces(item(text))) == [(f"({number})", word) for number, word in enumerate(words, 1)]


@hypothetically(st.text(st.sampled_from("12ab).(•- ;①②iA"), max_size=40))
def test_cutting_a_paragraph_loses_no_character(text):
    first = read(" ".join(text.split()))
    if first is not None:
        for cut in (pieces, dashed):
            whole = "".join(marker + words for marker, words in parts(cut(first)))
            assert whole.replace(" ", "") == (first.marker.text + first.words).replace(" ", "")
