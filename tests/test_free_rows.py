"""What stands where conditions stand, and is none."""

import pytest

from scraper.structures.free_rows import no_condition


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Disease, other N.O.S.", None),
        ("Pain in the knee.", None),  # four words can end in a full stop
        ("Pain in the left knee.", "a sentence"),
        ("Pain in the left knee!", "a sentence"),
        ("Pain in the left knee of adults", None),
        ("Learn more", "the words of a control"),
        ("Allocation: Randomized", "a label and its value"),
    ],
)
def test_a_condition_is_no_sentence_and_no_words_of_the_page(text, reason):
    assert no_condition(text) == reason
