"""Where the numbers of a list stand within a paragraph."""

import pytest

from normalizers.criteria.numbering import find_markers


def parted(words: str, style: str, first: int) -> tuple[str, bool]:
    """The words with a bar before each marker that was found, and whether they are unclear."""
    starts, is_unclear = find_markers(words, style, first)
    for start in reversed(starts):
        words = f"{words[:start]}|{words[start:]}"
    return words, is_unclear


@pytest.mark.parametrize(
    ("style", "first", "expected"),
    [
        ("1.", 1, "Adults; |2. Consent; |3. Pain"),
        ("1.", 1, "Adults |2. Consent |3. Pain"),
        ("(1)", 1, "Adults |(2) Consent |(3) Pain"),
        ("a)", 1, "foo; |b) bar; |c) baz"),
        ("A)", 1, "foo; |B) bar"),
        ("i.", 1, "foo; |ii. bar; |iii. baz"),
        ("①", 1, "foo |② bar |③ baz"),
        ("①", 1, "foo|②bar"),
        ("①", 19, "foo |⑳ bar"),
        ("1.", 9, "foo; |10. bar"),
        ("1)", 1, "foo! |2) bar"),
        ("1)", 1, "foo！|2) bar"),
        ("1)", 1, "foo：|2) bar"),
        ("1.", 1, "HIV |2.HIV |3.HCV"),  # no blank behind the markers
        ("1.", 1, "for a year.|2. Age"),
        ("1.", 1, "HbA1c |2. Age"),
        ("1)", 1, "foo, and |2) bar"),  # before the last of a list
        ("1)", 1, "foo and |2) bar"),
        ("a.", 1, "foo or |b. bar"),
        ("1.", 1, "grade |2. Patients; |3. Consent"),  # a sure one comes after it
        ("1.", 1, "foo |2. bar |3. baz; |4. qux"),
        ("A.", 1, "hepatitis |B. Patients; |C. Consent"),
        ("1.", 1, "of |2. bar of |3. baz; |4. qux"),
        ("1.", 2, "platelets of 2.; |3. 18 years"),
        ("a)", 1, "foo; |b) bar; |d) baz; |e) qux"),  # a number is left out
    ],
)
def test_the_numbers_that_follow_each_other_are_markers(style, first, expected):
    assert parted(expected.replace("|", ""), style, first) == (expected, False)


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("1.", "grade 2. Patients"),
        ("1.", "grade 2. 5 mg"),
        ("1.", "score < 2. Patients"),
        ("1.", "ECOG 0 or 2. Patients"),
        ("1.", "foo 2.18 years"),
        ("1)", "toxicity (grade 1 or 2) bar"),
        ("A.", "hepatitis B. Patients"),
        ("a.", "foo b.bar"),
        ("1.", "a year.2.Age"),
        ("1.", "2. bar"),  # the words begin with it
        ("1.", "foo 2."),  # and end with it
    ],
)
def test_a_number_that_belongs_to_the_words_is_no_marker(style, words):
    assert parted(words, style, 1) == (words, False)


@pytest.mark.parametrize(
    ("style", "first", "words"),
    [
        ("1.", 1, "foo and 2. bar"),
        ("1.", 1, "grades 1, 2. Patients"),
        ("1)", 1, "score < 2) Patients"),
        ("1)", 1, "stage 2) Patients"),
        ("1.", 1, "of 2. bar of 3. baz"),  # two that follow each other are no accident
        ("1.", 1, "foo. 2.18 years"),
        ("1)", 1, "0.2) Age"),
        ("1)", 1, "iv.2) Age"),
        ("(1)", 1, "pain(2)knee(3)hip"),
        ("（1）", 1, "pain（2）knee"),
        ("1、", 1, "pain2、knee"),
        ("1.", 2, "version 2. 3. 5 mg"),
        ("1.", 1, "foo; 2. bar; 2. baz"),  # a number stands there twice
        ("1.", 1, "foo; 3. bar"),  # one is left out, and one alone follows
        ("a)", 1, "foo; b) bar; d) baz"),
        ("a)", 1, "foo; b) bar c; d) baz; e) qux"),  # the one that is left out may stand there in another form
        ("a)", 1, "foo b) bar; d) baz; e) qux"),  # not all stand behind the end of an item
    ],
)
def test_a_number_that_may_be_a_marker_makes_the_words_unclear(style, first, words):
    assert parted(words, style, first) == (words, True)


def test_behind_the_last_sign_of_a_series_nothing_is_a_marker():
    assert parted("foo 1 bar", "①", 20) == ("foo 1 bar", False)
    assert parted("foo; xxi) bar", "i)", 20) == ("foo; xxi) bar", False)
    assert parted("foo; {) bar", "a)", 26) == ("foo; {) bar", False)


def test_what_is_unclear_behind_sure_markers_keeps_them():
    assert parted("foo; 2.HIV 3.18 years", "1.", 1) == ("foo; |2.HIV 3.18 years", True)
