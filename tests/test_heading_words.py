"""The words that headings of criteria are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.criteria.heading_words import mentions_criteria, role_of, tokenize
from tests.each import each


@each(
    ("word", "expected"),
    [
        ("Inclusion", "in"),
        ("EXCLUSION", "out"),
        ("Exclusión", "out"),
        ("éligibilité", "eligibility"),
        ("Ausschlußkriterien", "out"),
        ("exculsion", "out"),
        ("exlcusoin", "out"),
        ("nclusion", "in"),
        ("xclusion", "out"),
        ("clusion", "either"),
        ("enclusion", "either"),
        ("ixclusion", "either"),
        ("crtieria", "criteria"),
        ("neligibility", "either"),
        ("occlusion", ""),
        ("infusion", ""),
        ("excision", ""),
        ("exceeded", ""),
        ("bacteria", ""),
        ("can't", "not"),
        ("exclson", "out"),  # two letters left out
        ("excluusioon", "out"),  # two added
        ("xeclusion", "out"),
        ("inclson", "in"),
        ("crteria", "criteria"),
        ("eligblty", ""),  # three
        ("icnluded", "chosen"),
        ("excludded", "refused"),
        ("knee", ""),
    ],
)
def test_a_word_has_the_role_of_the_nearest_that_we_know(word, expected):
    assert role_of(word) == expected


def test_the_words_of_a_text_keep_their_places():
    text = "Critères d'exclusion / 排除标准"
    assert [(text[word.start : word.end], word.role) for word in tokenize(text)] == [
        ("Critères", "criteria"),
        ("d'", "of"),
        ("exclusion", "out"),
        ("/", "and"),
        ("排除", "out"),
        ("标准", "criteria"),
    ]


@given(st.sampled_from(["inclusion", "exclusion"]), st.integers(0, 8), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_one_wrong_letter_never_turns_a_side_into_the_other(side, place, letter):
    word = side[:place] + letter + side[place + 1 :]
    assert role_of(word) in {{"inclusion": "in", "exclusion": "out"}[side], "either"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Exclusion:", True),
        ("Who cannot take part", True),
        ("(Ausschlusskriterien)", True),
        ("排除标准：", True),
        ("EXCL:", True),
        ("Knee pain for a year", False),
        ("", False),
    ],
)
def test_texts_that_no_heading_can_be_are_told_at_once(text, expected):
    assert mentions_criteria(text) is expected
