"""Whether the words of an entry come up again in the rest of a text."""

import pytest

from normalizers.co_occurrence import stems, unrelated

TEXT = "adults whose glioma returned after surgery join here, taking tablets every morning between visits"


def test_a_word_is_known_by_its_first_five_letters_in_any_case():
    assert stems("Gliomas, GLIOMA and gliomatosis") == {"gliom"}


def test_words_of_less_than_four_letters_and_those_that_say_nothing_have_no_stem():
    assert stems("an eye, knee pain: this study with Patients from 2020_21") == {"knee", "pain"}


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        (["Brain gliomas", "Knee pain"], [1]),
        (["Knee pain", "Brain gliomas", "Bone loss"], [0, 2]),
        (["Knee pain"], []),  # of one entry nothing tells
        (["Glioma", "Marfan Syndrome Type"], []),  # written like a name
        (["Glioma", "Pain"], []),  # of one word nothing tells, either
        (["Glioma", "Knee joint"], [1]),
        (["Glioma", "Knee arm"], []),  # its second word is too short
    ],
)
def test_an_entry_of_several_words_is_unrelated_where_none_of_them_comes_up_again(entries, found):
    assert unrelated(entries, [TEXT]) == found


def test_the_texts_count_together():
    half = len(TEXT) // 2
    assert unrelated(["Knee pain", "Brain glioma"], [TEXT[:half], TEXT[half:]]) == [0]


@pytest.mark.parametrize(("words", "found"), [(9, []), (10, [0])])
def test_in_a_text_of_less_than_ten_stems_nothing_comes_up_again(words, found):
    text = " ".join(f"{letter * 5}" for letter in "abcdefghij"[:words])
    assert unrelated(["Knee pain", "Aaaaa"], [text]) == found
